/** Against clients that hold a connection without using it. */
export interface Timeouts {
  /** For a request's head to arrive. */
  readonly headersMilliseconds: number
  /** Without a byte sent or received, during a request and between two on one connection. */
  readonly idleMilliseconds: number
  /** For a client that goes on sending to fall silent, once its answer is out and the connection is to end. */
  readonly lingerMilliseconds: number
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  headersMilliseconds: 20_000,
  // Longer than the minute after which balancers give up a connection, so that they never use one that is about to end.
  idleMilliseconds: 65_000,
  lingerMilliseconds: 3000,
}
