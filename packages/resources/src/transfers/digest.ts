/** A running checksum. */
export interface Digest {
  update(bytes: Uint8Array): void
  digest(): Promise<Uint8Array>
}
