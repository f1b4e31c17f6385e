/*
 * Sealed bytes are the chunks one after the other, each AES-256-GCM ciphertext and its tag. A chunk's nonce is 7 zero
 * bytes, its index (4, big-endian) and whether it is the last (1). So a key must never seal two streams: see
 * `content-key.ts`. docs/format.md, "Encrypted bytes".
 */

/** Plaintext in each chunk but the last, which has 1 to this many bytes (0 where there is no plaintext at all). */
export const CHUNK_BYTES = 64 * 1024
export const TAG_BYTES = 16
export const KEY_BYTES = 32

export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
export const CIPHER = 'aes-256-gcm'
export const CIPHER_OPTIONS = { authTagLength: TAG_BYTES }

/** Bytes `start` (inclusive) to `end` (exclusive). */
export interface ByteSpan {
  readonly start: number
  readonly end: number
}

/** The size that so many bytes of plaintext have once they are sealed. */
export function sealedSize(plainBytes: number): number {
  return plainBytes + TAG_BYTES * chunkCount(plainBytes)
}

/** Sealed bytes have one chunk at least. */
export function chunkCount(plainBytes: number): number {
  return Math.max(1, Math.ceil(plainBytes / CHUNK_BYTES))
}

export function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 7)
  nonce[11] = isLast ? 1 : 0
  return nonce
}
