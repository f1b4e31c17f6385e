import { assertNode } from './base/assert-node.ts'
import { MovableClock, systemClock } from './base/clock.ts'
import { type Log, silentLog } from './base/log.ts'
import type { AccountInput, Config, ConfigInput } from './config/config.ts'
import { ConfigError } from './config/config-error.ts'
import { checkConfig } from './config/parse-config.ts'
import type { ConsoleOptions, RunningServer, ServerOptions } from './server-options.ts'

/** The account of a server that was given none. */
const DEFAULT_ACCOUNT: AccountInput = {
  id: '100000000001',
  name: 'main',
  email: 'main@example.com',
  accessKeys: [
    { accessKeyId: 'HFEXAMPLEACCESSKEY01', secretAccessKey: 'holdfastExampleSecretAccessKeyForTests01' },
  ],
}

/** How an error calls what it was given. */
const SOURCE = 'The options object of startServer'

/** What a program may give besides the settings of a config file. */
const PROGRAM_OPTIONS = [
  'accept',
  'beginAnew',
  'disk',
  'eventSender',
  'keySecrets',
  'metricsToken',
  'minimumPartBytes',
  'onHopeless',
  'passwordCost',
  'random',
  'timeouts',
  'tls',
  'wrapMetadata',
] as const satisfies readonly (keyof ServerOptions)[]

const OWN_OPTIONS = [
  'clock',
  'consoleFolder',
  'consolePort',
  'dataDirectory',
  'log',
  'port',
] as const satisfies readonly (keyof OwnOptions)[]

/** Everything is optional: without options the server has one account and keeps its data in memory. */
export interface StartServerOptions
  extends ConfigInput, Partial<Pick<ServerOptions, (typeof PROGRAM_OPTIONS)[number]>>, OwnOptions {}

interface OwnOptions {
  /** Default: memory. */
  readonly dataDirectory?: string | undefined
  /** Default: a free port. */
  readonly port?: number | undefined
  /** Of the web console: 0 takes a free one. Default: none is served, unless `console.address` says where. */
  readonly consolePort?: number | undefined
  /** A build of the console. Default: that which came with the server. */
  readonly consoleFolder?: string | undefined
  /** Default: a clock that runs and can be moved. */
  readonly clock?: MovableClock | undefined
  /** Default: silent. */
  readonly log?: Log | undefined
}

/** A server inside this process. `await using` ends it, cutting whatever is still in flight. */
export interface TestServer extends RunningServer {
  /** Moves the server's time, for what depends on dates: `clock.advance(24 * 3600 * 1000)`. */
  readonly clock: MovableClock
  readonly region: string
  /** The first access key of the first account. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/**
 * Starts a server in this process on a loopback port; ready when the promise resolves. Throws `ConfigError`, which names the
 * path of each mistake in the options that a config file may hold too.
 */
export async function startServer(options: StartServerOptions = {}): Promise<TestServer> {
  assertNode()
  const {
    dataDirectory,
    port = 0,
    clock = new MovableClock(systemClock.now(), { running: true }),
    log = silentLog,
  } = options
  const config = checkConfig(settingsIn(options), SOURCE)
  const [credentials] = config.accounts.flatMap((account) => account.accessKeys)
  if (!credentials) {
    const message = 'none has an access key, so that nobody could send a request'
    throw new ConfigError(SOURCE, [{ path: 'accounts', message }])
  }
  // Loaded late, so that a Node that cannot read all of it has been told.
  const { startHoldfast } = await import('./compose/start-holdfast.ts')
  const server = await startHoldfast({
    ...options,
    config,
    dataDirectory,
    address: { host: '127.0.0.1', port },
    console: consoleOf(config, options),
    domains: config.domains,
    clock,
    log,
  })
  // A copy: the AWS SDK writes into the object that it is given.
  return { ...server, clock, credentials: { ...credentials }, region: config.region }
}

function consoleOf(
  { console: { enabled, address } }: Config,
  { consolePort, consoleFolder }: OwnOptions,
): ConsoleOptions | undefined {
  const asked = consolePort === undefined ? address : { host: '127.0.0.1', port: consolePort }
  return enabled && asked ? { address: asked, folder: consoleFolder } : undefined
}

/** What a config file could say too: everything else, so that a name that nobody knows is found. */
function settingsIn(options: StartServerOptions): unknown {
  const others = new Set<string>([...PROGRAM_OPTIONS, ...OWN_OPTIONS])
  const settings = Object.entries(options).filter(([name]) => !others.has(name))
  return { ...Object.fromEntries(settings), accounts: options.accounts ?? [DEFAULT_ACCOUNT] }
}
