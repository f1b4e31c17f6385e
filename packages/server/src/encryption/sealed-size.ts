/*
 * Sealed bytes are the chunks one after the other, each AES-256-GCM ciphertext and its tag. A chunk's nonce is 7 zero
 * bytes, its index (4, big-endian) and whether it is the last (1). So a key must never seal two streams: see
 * `content-key.ts`. docs/format.md, "Encrypted bytes".
 */

/** Plaintext in each chunk but the last, which has 1 to this many bytes (0 where there is no plaintext at all). */
export const CHUNK_BYTES = 64 * 1024
/** The same of much plaintext: costs a quarter less, and 1 MiB of it still takes no more than 1.25 MiB to be read. */
export const LARGE_CHUNK_BYTES = 256 * 1024
const LARGE_FROM_BYTES = 4 * 1024 * 1024
export const TAG_BYTES = 16
export const KEY_BYTES = 32

export const CIPHER = 'aes-256-gcm'
export const CIPHER_OPTIONS = { authTagLength: TAG_BYTES }

/** Bytes `start` (inclusive) to `end` (exclusive). */
export interface ByteSpan {
  readonly start: number
  readonly end: number
}

/** The chunks that so many bytes of plaintext had best be sealed in; small ones where nobody knows how many there are. */
export function bestChunkBytes(plainBytes: number | undefined): number {
  return plainBytes !== undefined && plainBytes >= LARGE_FROM_BYTES ? LARGE_CHUNK_BYTES : CHUNK_BYTES
}

/** The size that so many bytes of plaintext have once they are sealed. */
export function sealedSize(plainBytes: number, chunkBytes = CHUNK_BYTES): number {
  return plainBytes + TAG_BYTES * chunkCount(plainBytes, chunkBytes)
}

/** Sealed bytes have one chunk at least. */
export function chunkCount(plainBytes: number, chunkBytes = CHUNK_BYTES): number {
  return Math.max(1, Math.ceil(plainBytes / chunkBytes))
}

/** How much of a chunk its cipher is given at once: its results are fresh memory, and larger ones cost page faults. */
export const CIPHER_PIECE_BYTES = 64 * 1024

export function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 7)
  nonce[11] = isLast ? 1 : 0
  return nonce
}
