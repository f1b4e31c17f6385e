import { systemDisk } from '../base/disk.ts'
import type { Log } from '../base/log.ts'
import { readWholeFile } from '../base/whole-file.ts'
import type { Config } from '../config/config.ts'
import { readKeySecrets } from '../config/key-secrets.ts'
import type { RunningServer, ServerOptions } from '../server-options.ts'
import type { ServeOptions } from './serve-options.ts'

/** The server that the command line and the config describe, accepting requests. */
export async function startFromOptions(
  options: ServeOptions,
  config: Config,
  log: Log,
  parts: Pick<ServerOptions, 'isFirst' | 'siblings' | 'listen'>,
): Promise<RunningServer> {
  const tls = await readTls(options)
  const { startHoldfast } = await import('../compose/start-holdfast.ts')
  return startHoldfast({
    config,
    dataDirectory: options.data,
    address: options.address,
    domains: [...config.domains, ...options.domain],
    ...(tls && { tls }),
    keySecrets: readKeySecrets(),
    accept: options.accept,
    beginAnew: options.new === true,
    onHopeless: (reason) => endAtOnce(reason, log),
    log,
    ...parts,
  })
}

/** By a signal that needs nothing of a process whose threads may hang. What it acknowledged is on the disk. */
function endAtOnce(reason: string, log: Log): void {
  log.error({ reason }, 'this process ends itself, to be started again')
  process.kill(process.pid, 'SIGKILL')
}

async function readTls(options: ServeOptions): Promise<{ cert: string; key: string } | undefined> {
  if (options.tlsCert === undefined || options.tlsKey === undefined) return undefined
  const [cert, key] = await Promise.all([
    readWholeFile(systemDisk, options.tlsCert),
    readWholeFile(systemDisk, options.tlsKey),
  ])
  return { cert, key }
}
