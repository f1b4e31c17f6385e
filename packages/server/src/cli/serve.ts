import cluster from 'node:cluster'
import { resolve } from 'node:path'
import { systemClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import { type Environment, readEnvironment } from '../config/environment.ts'
import { scriptEnvironment } from '../config/script-environment.ts'
import { type AcceptedConfig, acceptConfig } from './accepted-config.ts'
import { describeFailure } from './describe-failure.ts'
import { finishServer } from './finish-server.ts'
import { openLog } from './human-log.ts'
import { ownVersion } from '../base/own-version.ts'
import { assertScripts, runReadyScripts } from './ready-scripts.ts'
import type { ServeOptions } from './serve-options.ts'
import { startFromOptions } from './start-from-options.ts'
import { endBy, type StopSignal, stopSignal, unlessStopped } from './stop-signal.ts'
import type { ServedUrls } from './supervise.ts'
import { welcome } from './welcome.ts'

const UNKNOWN_VARIABLES = 'the environment has variables that this server does not know; they do nothing'

const NO_RENEWAL =
  'with --no-restart there is no other process that could read the config anew; start the server again'

/** Serves until it is told to stop, then ends the process: exit code 0, or 1 with the reason on standard error. */
export async function serve(options: ServeOptions): Promise<void> {
  let environment: Environment | undefined
  try {
    environment = readEnvironment()
    process.exit(await serveInEnvironment(options, environment))
  } catch (error) {
    process.stderr.write(`${describeFailure(error, options)}\n`)
    if (environment?.logLevel === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`)
    process.exit(1)
  }
}

async function serveInEnvironment(options: ServeOptions, environment: Environment): Promise<number> {
  const log = openLog(environment.logLevel)
  process.on('uncaughtException', (err) => {
    log.error({ err }, 'stopped by an error that nothing handled')
    process.exit(1)
  })
  // Workers end with their primary.
  const isAlone = options.workers === 1 && !options.restart
  const stopped = isAlone ? stopSignal() : new Promise<never>(() => {})
  const accept = (fileText?: string): Promise<AcceptedConfig> =>
    unlessStopped(acceptConfig(options, { environment }, fileText), stopped, log)
  const directory = options.readyScripts ?? environment.readyScripts
  const onReady = ({ url, consoleUrl }: ServedUrls, loaded: AcceptedConfig): void => {
    const { data, workers } = options
    if (environment.unknown) log.warn({ variables: environment.unknown }, UNKNOWN_VARIABLES)
    log.info({ version: ownVersion(), url, consoleUrl, data: resolve(data), workers }, 'serving')
    process.stdout.write(welcome({ url, consoleUrl }, loaded, process.stdout.isTTY))
    if (directory !== undefined) void runScripts(directory, url, loaded.config, log)
  }
  // A worker that is started again serves on, whatever became of the scripts.
  if (directory !== undefined && cluster.isPrimary)
    await unlessStopped(assertScripts(directory), stopped, log)
  if (isAlone) return serveAlone(options, await accept(), log, onReady, stopped)
  const { servePart } = await import('./workers.ts')
  return servePart(options, accept, log, onReady)
}

async function runScripts(directory: string, url: string, config: Config, log: Log): Promise<void> {
  const [accessKey] = config.accounts.flatMap(({ accessKeys }) => accessKeys)
  try {
    await runReadyScripts(directory, scriptEnvironment({ url, region: config.region, accessKey }), log)
  } catch (err) {
    log.error({ err, directory }, 'the ready scripts cannot be read; none ran')
  }
}

async function serveAlone(
  options: ServeOptions,
  accepted: AcceptedConfig,
  log: Log,
  onReady: (urls: ServedUrls, config: AcceptedConfig) => void,
  stopped: Promise<StopSignal>,
): Promise<number> {
  process.on('SIGHUP', () => log.warn({}, NO_RENEWAL))
  const starting = startFromOptions(options, accepted.config, log, { isFirst: true })
  const server = await unlessStopped(starting, stopped, log)
  onReady(server, accepted)
  const signal = await stopped
  log.info({ signal }, 'finishing the requests in flight; a second signal ends them')
  if (!(await finishServer(server, log, systemClock))) endBy(signal)
  return 0
}
