import { systemClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import { readKeySecrets } from '../config/key-secrets.ts'
import { metricsTokenOfEnvironment } from '../config/metrics-token.ts'
import type { Listen } from '../http/listen.ts'
import type { CertificateList } from '../http/certificates.ts'
import type { RunningServer, ServerOptions } from '../server-options.ts'
import { readCertificates, watchCertificates } from './certificate-files.ts'
import { consoleAddress, type ServeOptions } from './serve-options.ts'

/** What is this process's alone. */
interface ProcessParts extends Pick<
  ServerOptions,
  'isFirst' | 'onSettingUp' | 'siblings' | 'lender' | 'listen'
> {
  readonly listenConsole?: Listen
}

/** The server that the command line and the config describe, accepting requests. */
export async function startFromOptions(
  options: ServeOptions,
  config: Config,
  log: Log,
  { listenConsole, ...parts }: ProcessParts,
): Promise<RunningServer> {
  const console = consoleAddress(options, config.console)
  const tls = await readCertificates(systemDisk, options)
  const { startHoldfast } = await import('../compose/start-holdfast.ts')
  const server = await startHoldfast({
    config,
    dataDirectory: options.data,
    address: options.address,
    console: console && { address: console, listen: listenConsole },
    domains: [...config.domains, ...options.domain],
    ...(tls && { tls }),
    keySecrets: readKeySecrets(),
    metricsToken: metricsTokenOfEnvironment(),
    accept: options.accept,
    beginAnew: options.new === true,
    onHopeless: (reason) => endAtOnce(reason, log),
    log,
    ...parts,
  })
  if (tls) {
    const use = (list: CertificateList): void => server.setCertificates(list)
    void watchCertificates(options, tls, { disk: systemDisk, clock: systemClock, log, use })
  }
  return server
}

/** By a signal that needs nothing of a process whose threads may hang. What it acknowledged is on the disk. */
function endAtOnce(reason: string, log: Log): void {
  log.error({ reason }, 'this process ends itself, to be started again')
  process.kill(process.pid, 'SIGKILL')
}
