/** Against clients that hold a connection without using it. */
export interface Timeouts {
  /** For a request's head to arrive. */
  readonly headersMilliseconds: number
  /** Without a byte sent or received during a request. */
  readonly idleMilliseconds: number
  /** Between two requests on one connection. */
  readonly keepAliveMilliseconds: number
  /** For a client that goes on sending to fall silent, once its answer is out and the connection is to end. */
  readonly lingerMilliseconds: number
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  headersMilliseconds: 20_000,
  idleMilliseconds: 60_000,
  keepAliveMilliseconds: 65_000,
  lingerMilliseconds: 3000,
}
