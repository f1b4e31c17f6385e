/** Says whether a file system takes more. */
export interface SpaceGate {
  /**
   * Takes `bytes` of what is free: `undefined` where that is certain at once. Rejects with a `StorageFault` where no more
   * is to be written.
   */
  admit(bytes: number): Promise<void> | undefined
  /** Tells it of an error that a write met all the same. */
  met(error: unknown): void
}
