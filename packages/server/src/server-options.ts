import type { Clock } from './base/clock.ts'
import type { Log } from './base/log.ts'
import type { Random } from './base/random.ts'
import type { Config } from './config/config.ts'

export interface ServerOptions {
  readonly config: Config
  /** `undefined`: memory engines, nothing outlives the server. */
  readonly dataDirectory: string | undefined
  /** Port 0 takes a free one. */
  readonly address: { readonly host: string; readonly port: number }
  /** Host names under which buckets are addressed virtual-host style: `bucket.<domain>`. */
  readonly domains: readonly string[]
  /** Certificate chain and private key, as PEM text; without them the server speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly log: Log
  /** Default: the system's. */
  readonly clock?: Clock
  /** Default: the system's. */
  readonly random?: Random
}

/** A server that accepts requests. Disposing of it drains it first, then closes the stores. */
export interface RunningServer extends AsyncDisposable {
  /** For example `http://127.0.0.1:9000`. */
  readonly url: string
  readonly port: number
  /** Refuses new requests; resolves when those in flight have ended. */
  drain(): Promise<void>
}

export type StartHoldfast = (options: ServerOptions) => Promise<RunningServer>
