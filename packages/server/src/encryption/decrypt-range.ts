import { createDecipheriv, type DecipherGCM } from 'node:crypto'
import { freeMemory } from '../base/free-memory.ts'
import { StorageFault } from '../base/storage-fault.ts'
import {
  type ByteSpan,
  CHUNK_BYTES,
  chunkCount,
  CIPHER,
  CIPHER_OPTIONS,
  nonceOf,
  SEALED_CHUNK_BYTES,
  sealedSize,
  TAG_BYTES,
} from './sealed-size.ts'

/** Reads a span of sealed bytes. Its chunks may be lent: each is used up before the next is asked for. */
export type ReadSealed = (span: ByteSpan) => AsyncIterable<Uint8Array>

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

/** Opens what `sealWhole` or a whole stream gave. `StorageFault('corrupt')` where a bit of it is not as it was. */
export function openWhole(sealed: Uint8Array, key: Uint8Array, plainBytes: number): Buffer {
  if (sealed.length !== sealedSize(plainBytes)) throw corrupt()
  if (plainBytes <= CHUNK_BYTES) return openOnly(sealed, key, plainBytes)
  const opened = new Opener(key, 0, plainBytes).add(sealed)
  return opened.length === 1 && opened[0] ? opened[0] : Buffer.concat(opened, plainBytes)
}

/** Opens the one chunk that there is. */
function openOnly(sealed: Uint8Array, key: Uint8Array, plainBytes: number): Buffer {
  const decipher = createDecipheriv(CIPHER, key, nonceOf(0, true), CIPHER_OPTIONS)
  decipher.setAuthTag(sealed.subarray(plainBytes))
  const plain = decipher.update(sealed.subarray(0, plainBytes))
  verify(decipher)
  return plain
}

// Node's ciphers write to fresh memory only, and fresh memory costs more than the cipher. Copying into one buffer that
// stays in the processor's cache, and freeing the fresh piece at once so that the next one takes its place, halves
// what decryption costs; so do the fewer and larger writes to the socket.
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
    verify(decipher)
    const plain = this.#unverified
    this.#unverified = []
    this.#decipher = undefined
    this.#index++
    return plain
  }
}

function verify(decipher: DecipherGCM): void {
  try {
    decipher.final()
  } catch (cause) {
    throw corrupt(cause)
  }
}

function corrupt(cause?: unknown): StorageFault {
  return new StorageFault('corrupt', 'encrypted bytes are not what was written', { cause })
}
