/** Where downloaded bytes go, in order. Whole at the end or as if nothing had been. */
export interface ByteSink {
  write(chunks: readonly Uint8Array[]): Promise<void>
  finish(): Promise<void>
  discard(): Promise<void>
}
