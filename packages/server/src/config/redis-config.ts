import type { BrokerAccess } from './broker-access.ts'

/** A stream or a list of Redis: one of the two. */
export interface RedisConfig extends BrokerAccess {
  /** `host:port`. */
  readonly address: string
  /** A key that XADD adds to. */
  readonly stream?: string | undefined
  /** Of a stream: about so many are kept. Default: all. */
  readonly mostEntries?: number | undefined
  /** A key that RPUSH adds to. */
  readonly list?: string | undefined
  /** Default: 0. */
  readonly database?: number | undefined
}
