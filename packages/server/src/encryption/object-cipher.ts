import { createCipheriv, createDecipheriv, type DecipherGCM } from 'node:crypto'
import { freeMemory } from '../base/free-memory.ts'
import { StorageFault } from '../base/storage-fault.ts'

/** Plaintext in each chunk but the last, which has 1 to this many bytes (0 where there is no plaintext at all). */
export const CHUNK_BYTES = 64 * 1024
export const TAG_BYTES = 16
export const KEY_BYTES = 32

const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
const CIPHER = 'aes-256-gcm'
const CIPHER_OPTIONS = { authTagLength: TAG_BYTES }

/** Bytes `start` (inclusive) to `end` (exclusive). */
export interface ByteSpan {
  readonly start: number
  readonly end: number
}

/** Reads a span of sealed bytes. Its chunks may be lent: each is used up before the next is asked for. */
export type ReadSealed = (span: ByteSpan) => AsyncIterable<Uint8Array>

/*
 * Sealed bytes are the chunks one after the other, each AES-256-GCM ciphertext and its tag. A chunk's nonce is 7 zero
 * bytes, its index (4, big-endian) and whether it is the last (1). So a key must never seal two streams: see
 * `content-key.ts`. docs/format.md, "Encrypted bytes".
 */

function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 7)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

/** The size that so many bytes of plaintext have once they are sealed. */
export function sealedSize(plainBytes: number): number {
  return plainBytes + TAG_BYTES * chunkCount(plainBytes)
}

function chunkCount(plainBytes: number): number {
  return Math.max(1, Math.ceil(plainBytes / CHUNK_BYTES))
}

/**
 * Seals a stream. The source's chunks must stay as they are until the stream has ended; what is yielded is handed over
 * for good. At most one chunk and what the source gives at once waits in memory.
 */
export async function* encrypt(
  source: AsyncIterable<Uint8Array>,
  key: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const sealer = new Sealer(key)
  for await (const bytes of source) yield* sealer.add(bytes)
  yield* sealer.finish()
}

/** Seals bytes that are there at once. The result is a buffer of its own. */
export function sealWhole(bytes: Uint8Array, key: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(sealedSize(bytes.length))
  const last = chunkCount(bytes.length) - 1
  for (let index = 0, position = 0; index <= last; index++) {
    const cipher = createCipheriv(CIPHER, key, nonceOf(index, index === last), CIPHER_OPTIONS)
    const chunk = cipher.update(bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES))
    cipher.final()
    sealed.set(chunk, position)
    sealed.set(cipher.getAuthTag(), position + chunk.length)
    position += chunk.length + TAG_BYTES
  }
  return sealed
}

/** Opens what {@link sealWhole} or a whole stream gave. `StorageFault('corrupt')` where a bit of it is not as it was. */
export function openWhole(sealed: Uint8Array, key: Uint8Array, plainBytes: number): Buffer {
  if (sealed.length !== sealedSize(plainBytes)) throw corrupt()
  const opened = new Opener(key, 0, plainBytes).add(sealed)
  return opened.length === 1 && opened[0] ? opened[0] : Buffer.concat(opened, plainBytes)
}

/**
 * Reads a range of the plaintext, whose whole size is `plainBytes`, reading only the chunks that hold it. Nothing is
 * yielded before its chunk has been verified; what is yielded is lent until the next is asked for.
 * `StorageFault('corrupt')` where sealed bytes were altered, cut off, reordered, or belong to another object.
 */
export async function* decryptRange(
  readSealed: ReadSealed,
  key: Uint8Array,
  range: ByteSpan,
  plainBytes: number,
): AsyncGenerator<Uint8Array> {
  if (range.start >= range.end) return
  const first = Math.floor(range.start / CHUNK_BYTES)
  const span = sealedSpan(first, range.end, plainBytes)
  const opener = new Opener(key, first, plainBytes)
  const lent = takeBuffer(span.end - span.start)
  let position = first * CHUNK_BYTES
  let leftBytes = span.end - span.start
  try {
    for await (const sealed of readSealed(span)) {
      leftBytes -= sealed.length
      for (let from = 0; from < sealed.length; from += MOST_AT_ONCE_BYTES) {
        let filled = 0
        for (const plain of opener.add(sealed.subarray(from, from + MOST_AT_ONCE_BYTES))) {
          const wanted = plain.subarray(
            Math.max(range.start - position, 0),
            Math.max(range.end - position, 0),
          )
          lent.set(wanted, filled)
          filled += wanted.length
          position += plain.length
          freeMemory(plain)
        }
        if (filled > 0) yield lent.subarray(0, filled)
      }
    }
    if (leftBytes !== 0) throw corrupt()
  } finally {
    giveBack(lent)
  }
}

/** Where the sealed chunks lie, from the one with that index to the one that holds the last byte before `end`. */
function sealedSpan(firstIndex: number, end: number, plainBytes: number): ByteSpan {
  const pastIndex = Math.ceil(end / CHUNK_BYTES)
  return {
    start: firstIndex * SEALED_CHUNK_BYTES,
    end: Math.min(pastIndex * SEALED_CHUNK_BYTES, sealedSize(plainBytes)),
  }
}

// Node's ciphers write to fresh memory only, and fresh memory costs more than the cipher. Copying into one buffer that
// stays in the processor's cache, and freeing the fresh piece at once so that the next one takes its place, halves
// what decryption costs; so do the fewer and larger writes to the socket (ADR on encrypted bytes).
const MOST_AT_ONCE_BYTES = 512 * 1024
const LENT_BYTES = MOST_AT_ONCE_BYTES + CHUNK_BYTES
const KEPT_BUFFERS = 16
const kept: Buffer[] = []

function takeBuffer(mostBytes: number): Buffer {
  if (mostBytes < LENT_BYTES) return Buffer.allocUnsafe(mostBytes)
  return kept.pop() ?? Buffer.allocUnsafeSlow(LENT_BYTES)
}

function giveBack(buffer: Buffer): void {
  if (buffer.length === LENT_BYTES && kept.length < KEPT_BUFFERS) kept.push(buffer)
}

/** Which chunk is the last is known only once there are bytes behind it: a full chunk waits for them. */
class Sealer {
  readonly #key: Uint8Array
  readonly #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #index = 0

  constructor(key: Uint8Array) {
    this.#key = key
  }

  *add(bytes: Uint8Array): Generator<Buffer> {
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    while (this.#waitingBytes > CHUNK_BYTES) yield* this.#seal(CHUNK_BYTES, false)
  }

  finish(): Buffer[] {
    return this.#seal(this.#waitingBytes, true)
  }

  #seal(sizeBytes: number, isLast: boolean): Buffer[] {
    const cipher = createCipheriv(CIPHER, this.#key, nonceOf(this.#index++, isLast), CIPHER_OPTIONS)
    const sealed = this.#take(sizeBytes).map((piece) => cipher.update(piece))
    cipher.final()
    sealed.push(cipher.getAuthTag())
    return sealed
  }

  /** Exactly so many bytes from the front, without copying any. */
  #take(sizeBytes: number): Uint8Array[] {
    let taken = 0
    let leftBytes = sizeBytes
    for (const piece of this.#waiting) {
      if (leftBytes < piece.length) break
      leftBytes -= piece.length
      taken++
    }
    const pieces = this.#waiting.splice(0, taken)
    const [cut] = this.#waiting
    if (cut && leftBytes > 0) {
      pieces.push(cut.subarray(0, leftBytes))
      this.#waiting[0] = cut.subarray(leftBytes)
    }
    this.#waitingBytes -= sizeBytes
    return pieces
  }
}

/** Opens chunks in order, from pieces of any size. */
class Opener {
  readonly #key: Uint8Array
  readonly #plainBytes: number
  readonly #tag = Buffer.alloc(TAG_BYTES)
  #index: number
  /** Of the chunk under way: what is left of its ciphertext, what has come of its tag, and its unverified plaintext. */
  #decipher: DecipherGCM | undefined
  #leftBytes = 0
  #tagBytes = 0
  #unverified: Buffer[] = []

  constructor(key: Uint8Array, firstIndex: number, plainBytes: number) {
    this.#key = key
    this.#index = firstIndex
    this.#plainBytes = plainBytes
  }

  /** The plaintext of all chunks that these bytes complete. */
  add(sealed: Uint8Array): Buffer[] {
    const verified: Buffer[] = []
    for (let position = 0; position < sealed.length;) {
      const decipher = (this.#decipher ??= this.#begin())
      const bytes = sealed.subarray(position, position + this.#leftBytes)
      if (bytes.length > 0) this.#unverified.push(decipher.update(bytes))
      this.#leftBytes -= bytes.length
      position += bytes.length
      if (this.#leftBytes > 0) break
      const tag = sealed.subarray(position, position + TAG_BYTES - this.#tagBytes)
      this.#tag.set(tag, this.#tagBytes)
      this.#tagBytes += tag.length
      position += tag.length
      if (this.#tagBytes === TAG_BYTES) verified.push(...this.#end(decipher))
    }
    return verified
  }

  #begin(): DecipherGCM {
    const last = chunkCount(this.#plainBytes) - 1
    if (this.#index > last) throw corrupt()
    this.#leftBytes = Math.min(CHUNK_BYTES, this.#plainBytes - this.#index * CHUNK_BYTES)
    this.#tagBytes = 0
    return createDecipheriv(CIPHER, this.#key, nonceOf(this.#index, this.#index === last), CIPHER_OPTIONS)
  }

  #end(decipher: DecipherGCM): Buffer[] {
    decipher.setAuthTag(this.#tag)
    try {
      decipher.final()
    } catch (cause) {
      throw corrupt(cause)
    }
    const plain = this.#unverified
    this.#unverified = []
    this.#decipher = undefined
    this.#index++
    return plain
  }
}

function corrupt(cause?: unknown): StorageFault {
  return new StorageFault('corrupt', 'encrypted bytes are not what was written', { cause })
}
