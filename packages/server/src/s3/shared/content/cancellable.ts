/** Work that somebody waits for. */
export interface Cancellable {
  /**
   * Aborted when nobody waits any more. Made when it is first read, which costs some microseconds: read it only where
   * there is something to call off.
   */
  readonly signal: AbortSignal
}
