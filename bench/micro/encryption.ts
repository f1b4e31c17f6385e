import { randomFillSync } from 'node:crypto'
import { contentCipher } from '../../packages/server/src/encryption/content-cipher.ts'
import { DataKey } from '../../packages/server/src/encryption/content-key.ts'
import { decryptRange } from '../../packages/server/src/encryption/decrypt-range.ts'
import { encrypt, sealWhole } from '../../packages/server/src/encryption/encrypt.ts'
import { type ByteSpan, CHUNK_BYTES } from '../../packages/server/src/encryption/sealed-size.ts'
import { micro } from '../micro.ts'

// Nanoseconds for a small object, key derivation included, and for 8 MiB: 8,388,608 ns would be 1,000 MB/s.
const SMALL_BYTES = 4096
const PIECE_BYTES = 512 * 1024
const dataKey = new DataKey(randomFillSync(Buffer.alloc(32)))
const salt = randomFillSync(Buffer.alloc(32))
const key = dataKey.contentKey(salt)
const small = randomFillSync(Buffer.alloc(SMALL_BYTES))
const smallSealed = sealWhole(small, key)
const large = randomFillSync(Buffer.alloc(128 * CHUNK_BYTES))
const largeSealed = sealWhole(large, key)

async function* pieces(bytes: Uint8Array, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; at += PIECE_BYTES) yield bytes.subarray(at, Math.min(at + PIECE_BYTES, end))
}

async function drain(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let sizeBytes = 0
  for await (const chunk of bytes) sizeBytes += chunk.length
  return sizeBytes
}

const all = { start: 0, end: large.length }
const read = ({ start, end }: ByteSpan) => pieces(largeSealed, start, end)

await micro({
  'content key': () => dataKey.contentKey(salt),
  'seal 4 KiB': () => contentCipher([dataKey.contentKey(salt)]).sealWhole(small),
  'pass 8 MiB on': () => drain(pieces(large, 0, large.length)),
  'seal 8 MiB': () => drain(encrypt(pieces(large, 0, large.length), key)),
  'open 8 MiB': () => drain(decryptRange(read, key, all, large.length)),
  'open 4 KiB': () => contentCipher([dataKey.contentKey(salt)]).openWhole(smallSealed, SMALL_BYTES),
})
