/** The same bytes, as Node's own class of them: most often they are of it already. */
export function bufferOf(bytes: ArrayBufferView): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
