/**
 * Frees the memory of bytes that nobody uses any more, now and not at some later garbage collection: the next piece of
 * that size takes its place, and the collector does not start for it. Only for bytes that are owned; where they are a
 * part of a larger piece, nothing happens.
 */
export function freeMemory({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
