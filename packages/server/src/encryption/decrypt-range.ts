import { createDecipheriv, type DecipherGCM } from 'node:crypto'
import { freeMemory } from '../base/free-memory.ts'
import { StorageFault } from '../base/storage-fault.ts'
import {
  type ByteSpan,
  CHUNK_BYTES,
  chunkCount,
  CIPHER,
  CIPHER_OPTIONS,
  CIPHER_PIECE_BYTES,
  LARGE_CHUNK_BYTES,
  nonceOf,
  sealedSize,
  TAG_BYTES,
} from './sealed-size.ts'

/**
 * Reads a span of sealed bytes. Its chunks may be lent: each is used up before the next is asked for. What comes at once
 * had better be a multiple of `unitBytes`, or else it is copied once more.
 */
export type ReadSealed = (span: ByteSpan, unitBytes: number) => AsyncIterable<Uint8Array>

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
  chunkBytes = CHUNK_BYTES,
): AsyncGenerator<Uint8Array> {
  if (range.start >= range.end) return
  const first = Math.floor(range.start / chunkBytes)
  const span = sealedSpan(first, range.end, plainBytes, chunkBytes)
  const lent = takeBuffer(span.end - span.start)
  const opener = new Opener({ key, chunkBytes, plainBytes, index: first }, lent)
  let position = first * chunkBytes
  let leftBytes = span.end - span.start
  try {
    for await (const sealed of readSealed(span, chunkBytes + TAG_BYTES)) {
      leftBytes -= sealed.length
      for (let from = 0; from < sealed.length; from += MOST_AT_ONCE_BYTES) {
        const opened = opener.add(sealed.subarray(from, from + MOST_AT_ONCE_BYTES))
        const wanted = opened.subarray(Math.max(range.start - position, 0), Math.max(range.end - position, 0))
        position += opened.length
        if (wanted.length > 0) yield wanted
        opener.dropOpened()
      }
    }
    if (leftBytes !== 0) throw corrupt()
  } finally {
    giveBack(lent)
  }
}

/** Where the sealed chunks lie, from the one with that index to the one that holds the last byte before `end`. */
function sealedSpan(firstIndex: number, end: number, plainBytes: number, chunkBytes: number): ByteSpan {
  const sealedChunkBytes = chunkBytes + TAG_BYTES
  return {
    start: firstIndex * sealedChunkBytes,
    end: Math.min(Math.ceil(end / chunkBytes) * sealedChunkBytes, sealedSize(plainBytes, chunkBytes)),
  }
}

/** Opens what `sealWhole` or a whole stream gave. `StorageFault('corrupt')` where a bit of it is not as it was. */
export function openWhole(
  sealed: Uint8Array,
  key: Uint8Array,
  plainBytes: number,
  chunkBytes = CHUNK_BYTES,
): Buffer {
  if (sealed.length !== sealedSize(plainBytes, chunkBytes)) throw corrupt()
  if (plainBytes <= CIPHER_PIECE_BYTES) return openOnly(sealed, key, plainBytes)
  const opener = new Opener({ key, chunkBytes, plainBytes, index: 0 }, Buffer.allocUnsafeSlow(plainBytes))
  return opener.add(sealed)
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
const MOST_AT_ONCE_BYTES = 516 * 1024
/** With what is not verified yet, of bytes that came in other pieces than chunks. */
const LENT_BYTES = MOST_AT_ONCE_BYTES + LARGE_CHUNK_BYTES
const KEPT_BUFFERS = 16
const kept: Buffer[] = []

function takeBuffer(mostBytes: number): Buffer {
  if (mostBytes < LENT_BYTES) return Buffer.allocUnsafe(mostBytes)
  return kept.pop() ?? Buffer.allocUnsafeSlow(LENT_BYTES)
}

function giveBack(buffer: Buffer): void {
  if (buffer.length === LENT_BYTES && kept.length < KEPT_BUFFERS) kept.push(buffer)
}

interface Sealed {
  readonly key: Uint8Array
  readonly chunkBytes: number
  readonly plainBytes: number
  /** Of the first chunk. */
  readonly index: number
}

/** Opens chunks in order, from pieces of any size, into a buffer. */
class Opener {
  readonly #sealed: Sealed
  readonly #target: Buffer
  /** What lies in the target, and what of it is verified. */
  #filledBytes = 0
  #verifiedBytes = 0
  /** Of the chunk under way: what is left of its ciphertext, and what has come of its tag. */
  #index: number
  #decipher: DecipherGCM | undefined
  #leftBytes = 0
  readonly #tag = Buffer.alloc(TAG_BYTES)
  #tagBytes = 0

  constructor(sealed: Sealed, target: Buffer) {
    this.#sealed = sealed
    this.#target = target
    this.#index = sealed.index
  }

  /** Opens these bytes, for which the target must have room; the plaintext of all chunks that are whole. */
  add(sealed: Uint8Array): Buffer {
    for (let position = 0; position < sealed.length;) {
      const decipher = (this.#decipher ??= this.#begin())
      if (this.#leftBytes > 0) {
        const mostBytes = Math.min(this.#leftBytes, CIPHER_PIECE_BYTES)
        const bytes = sealed.subarray(position, position + mostBytes)
        position += bytes.length
        this.#open(decipher, bytes)
      } else {
        const tag = sealed.subarray(position, position + TAG_BYTES - this.#tagBytes)
        position += tag.length
        this.#takeTag(decipher, tag)
      }
    }
    return this.#target.subarray(0, this.#verifiedBytes)
  }

  /** Makes room: what was opened so far has been used. */
  dropOpened(): void {
    this.#target.copyWithin(0, this.#verifiedBytes, this.#filledBytes)
    this.#filledBytes -= this.#verifiedBytes
    this.#verifiedBytes = 0
  }

  #begin(): DecipherGCM {
    const { key, chunkBytes, plainBytes } = this.#sealed
    const last = chunkCount(plainBytes, chunkBytes) - 1
    if (this.#index > last) throw corrupt()
    this.#leftBytes = Math.min(chunkBytes, plainBytes - this.#index * chunkBytes)
    this.#tagBytes = 0
    return createDecipheriv(CIPHER, key, nonceOf(this.#index, this.#index === last), CIPHER_OPTIONS)
  }

  #open(decipher: DecipherGCM, bytes: Uint8Array): void {
    const plain = decipher.update(bytes)
    this.#target.set(plain, this.#filledBytes)
    this.#filledBytes += plain.length
    this.#leftBytes -= plain.length
    freeMemory(plain)
  }

  #takeTag(decipher: DecipherGCM, tag: Uint8Array): void {
    this.#tag.set(tag, this.#tagBytes)
    this.#tagBytes += tag.length
    if (this.#tagBytes < TAG_BYTES) return
    decipher.setAuthTag(this.#tag)
    verify(decipher)
    this.#verifiedBytes = this.#filledBytes
    this.#decipher = undefined
    this.#index++
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
