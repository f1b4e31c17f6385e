import { openStoreForTools, type StoreTools } from '../compose/store-tools.ts'
import type { Config } from '../config/config.ts'
import { type KeySecrets, readKeySecrets } from '../config/key-secrets.ts'
import { configOfStore } from './config-of-store.ts'
import { describeFailure, type FailureContext } from './describe-failure.ts'
import { DEFAULT_ADDRESS } from './serve-options.ts'

/** What every command takes that looks into a data folder. */
export interface StoreOptions {
  readonly data: string
  readonly config?: string
  /** A second folder that the command works on. */
  readonly beside?: string
  readonly json?: true
}

/** `mode`: to look, where nothing is written into the data folder; to change, where the user may. */
export async function withStore(
  options: StoreOptions,
  mode: 'look' | 'change',
  use: (tools: StoreTools) => Promise<void>,
): Promise<void> {
  try {
    await using tools = await openStoreForTools({ ...(await storeOf(options)), mode })
    await use(tools)
  } catch (error) {
    failed(error, options)
  }
}

/** What a store is opened with. */
interface GivenStore {
  readonly config: Config
  readonly dataDirectory: string
  readonly keySecrets: KeySecrets
}

/** The store that a command is for, which opens it. Throws where nothing is stored yet. */
export async function storeOf(options: Pick<StoreOptions, 'data' | 'config'>): Promise<GivenStore> {
  const config = await configOfStore(options)
  return { config, dataDirectory: options.data, keySecrets: readKeySecrets() }
}

/** Says why a command came to nothing. */
export function failed(
  error: unknown,
  { data, beside, dataOption }: Omit<FailureContext, 'address'>,
  exitCode = 1,
): void {
  const context = { data, beside, dataOption, address: DEFAULT_ADDRESS }
  process.stderr.write(`${describeFailure(error, context)}\n`)
  process.exitCode = exitCode
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Of a command that works on the place of a backup besides: so that a failure there is not blamed on the data folder. */
export function withPlace<Options extends StoreOptions>(options: Options, address: string): Options {
  return address.includes('://') ? options : { ...options, beside: address }
}
