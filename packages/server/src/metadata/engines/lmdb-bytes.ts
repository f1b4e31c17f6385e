// Bytes as they are. lmdb reuses one buffer for all it reads, hence the copies; its own take five times as long.
export const KEY_BYTES = {
  writeKey(key: Uint8Array, target: Buffer, start: number): number {
    target.set(key, start)
    return start + key.length
  },
  readKey: copyOf,
}
export const VALUE_BYTES = {
  encode: (value: Uint8Array) => value,
  decode: (source: Buffer) => copyOf(source, 0, source.length),
}

function copyOf(source: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafe(end - start)
  source.copy(copy, 0, start, end)
  return copy
}
