import { MovableClock, systemClock } from './base/clock.ts'
import { type Log, silentLog } from './base/log.ts'
import { startHoldfast } from './compose/start-holdfast.ts'
import { type AccountInput, completeConfig, type ConfigInput } from './config/config.ts'
import type { RunningServer, ServerOptions } from './server-options.ts'

/** The account of a server that was given none. */
const DEFAULT_ACCOUNT: AccountInput = {
  id: '100000000001',
  name: 'main',
  email: 'main@example.com',
  accessKeys: [
    { accessKeyId: 'HFEXAMPLEACCESSKEY01', secretAccessKey: 'holdfastExampleSecretAccessKeyForTests01' },
  ],
}

/** Everything is optional: without options the server has one account and keeps its data in memory. */
export interface StartServerOptions
  extends
    ConfigInput,
    Pick<
      ServerOptions,
      | 'accept'
      | 'beginAnew'
      | 'disk'
      | 'wrapMetadata'
      | 'onHopeless'
      | 'timeouts'
      | 'minimumPartBytes'
      | 'random'
      | 'keySecrets'
      | 'eventSender'
    >,
    Partial<Pick<ServerOptions, 'tls'>> {
  /** Default: memory. */
  readonly dataDirectory?: string | undefined
  /** Default: a free port. */
  readonly port?: number | undefined
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

/** Starts a server in this process on a loopback port; ready when the promise resolves. */
export async function startServer(options: StartServerOptions = {}): Promise<TestServer> {
  const {
    dataDirectory,
    port = 0,
    clock = new MovableClock(systemClock.now(), { running: true }),
    log = silentLog,
  } = options
  const config = completeConfig({ ...options, accounts: options.accounts ?? [DEFAULT_ACCOUNT] })
  const [credentials] = config.accounts.flatMap((account) => account.accessKeys)
  if (!credentials) throw new Error('startServer needs an account with an access key')
  const server = await startHoldfast({
    ...options,
    config,
    dataDirectory,
    address: { host: '127.0.0.1', port },
    domains: config.domains,
    clock,
    log,
  })
  // A copy: the AWS SDK writes into the object that it is given.
  return { ...server, clock, credentials: { ...credentials }, region: config.region }
}
