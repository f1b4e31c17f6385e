import { availableParallelism } from 'node:os'
import { InvalidArgumentError } from 'commander'
import { type Acceptance, ACCEPTANCES } from '../config/acceptance.ts'
import type { ConsoleConfig } from '../config/console-config.ts'
import { type Address, ADDRESS_FORM, readAddress } from '../config/listen-address.ts'

/** `holdfast serve`, as it was asked for. */
export interface ServeOptions {
  readonly data: string
  readonly address: Address
  /** `false`: nowhere. Absent: as the config says. */
  readonly console?: Address | false
  readonly config?: string
  /** A folder of scripts that run when the server is ready. */
  readonly readyScripts?: string
  readonly domain: readonly string[]
  readonly workers: number
  /** Whether a process of its own watches the server and starts it again. */
  readonly restart: boolean
  /** Each belongs to the key at the same place. */
  readonly tlsCert: readonly string[]
  readonly tlsKey: readonly string[]
  /** Begins a new store where the metadata of the old one are lost. */
  readonly new?: true
  readonly accept: readonly Acceptance[]
}

export const DEFAULT_DATA = './holdfast-data'
export const DEFAULT_ADDRESS: Address = { host: '127.0.0.1', port: 9000 }
export const DEFAULT_CONSOLE: Address = { host: '127.0.0.1', port: 9001 }

/** As {@link readAddress}; throws for what is none. */
export function parseAddress(text: string): Address {
  const address = readAddress(text)
  if (!address) throw new InvalidArgumentError(`Write ${ADDRESS_FORM}.`)
  return address
}

/** Where the console is served; `undefined`: nowhere. Where any free port will do for S3, it will for the console. */
export function consoleAddress(
  { address, console: asked }: Pick<ServeOptions, 'address' | 'console'>,
  { enabled, address: configured }: ConsoleConfig,
): Address | undefined {
  if (asked === false || !enabled) return undefined
  if (asked) return asked
  return configured ?? (address.port === 0 ? { ...DEFAULT_CONSOLE, port: 0 } : DEFAULT_CONSOLE)
}

/** One more of `--domain NAME`. */
export function addDomain(text: string, others: readonly string[]): string[] {
  const domain = text.toLowerCase()
  if (!/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(domain)) {
    throw new InvalidArgumentError('Write a host name without a port, for example s3.localhost.')
  }
  return [...others, domain]
}

/** One more of an option that may be repeated. */
export function addOne(text: string, others: readonly string[] = []): string[] {
  return [...others, text]
}

/** One more of `--accept LOSS`. */
export function addAcceptance(text: string, others: readonly Acceptance[]): Acceptance[] {
  const acceptance = ACCEPTANCES.find((name) => name === text)
  if (!acceptance) throw new InvalidArgumentError(`Write one of ${ACCEPTANCES.join(', ')}.`)
  return [...others, acceptance]
}

/** All take part in everything the store does, so that more of them than that get in each other's way. */
const MOST_DEFAULT_WORKERS = 8

/** One for each core that this process may use. */
export function defaultWorkers(cores = availableParallelism()): number {
  return Math.min(Math.max(cores, 1), MOST_DEFAULT_WORKERS)
}

export function parseWorkers(text: string): number {
  const workers = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (workers < 1 || workers > 256) throw new InvalidArgumentError('Write a number from 1 to 256.')
  return workers
}
