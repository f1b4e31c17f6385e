/** The first possible place behind a key: where a scan goes on that has come to it, and the end of one for it alone. */
export function justAfter(key: Uint8Array): Buffer {
  return Buffer.concat([key, Buffer.of(0)])
}
