/** Names and values that are bound to a key or ciphertext: whoever opens it must give the same ones. Not secret. */
export type EncryptionContext = Readonly<Record<string, string>>

/**
 * The one encoding of a context, whatever order its members came in: name and value in turn, sorted by the names'
 * UTF-8 bytes, each with its length in bytes (4, big-endian) before it.
 */
export function encodeContext(context: EncryptionContext): Buffer {
  const entries = Object.entries(context).map(
    ([name, value]) => [Buffer.from(name), Buffer.from(value)] as const,
  )
  entries.sort(([a], [b]) => Buffer.compare(a, b))
  return Buffer.concat(entries.flatMap(([name, value]) => [sizeOf(name), name, sizeOf(value), value]))
}

function sizeOf(bytes: Uint8Array): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(bytes.length)
  return size
}
