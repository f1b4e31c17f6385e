import { type CipherGCM, createCipheriv } from 'node:crypto'
import { assert } from '../base/assert.ts'
import { freeMemory } from '../base/free-memory.ts'
import { shortLivedBytes } from '../base/short-lived-bytes.ts'
import {
  CHUNK_BYTES,
  chunkCount,
  CIPHER,
  CIPHER_OPTIONS,
  CIPHER_PIECE_BYTES,
  nonceOf,
  sealedSize,
  TAG_BYTES,
} from './sealed-size.ts'

/** How a stream is cut into chunks. */
export interface Chunking {
  readonly chunkBytes: number
  /** How long the stream is; `undefined` where nobody knows before its end. */
  readonly plainBytes?: number | undefined
}

/**
 * Seals a stream. The source's chunks are used up before the next is asked for; what is yielded is handed over for good.
 * Of a stream whose length is unknown one chunk waits in memory, of others none.
 */
export async function* encrypt(
  source: AsyncIterable<Uint8Array>,
  key: Uint8Array,
  { chunkBytes, plainBytes }: Chunking = { chunkBytes: CHUNK_BYTES },
): AsyncGenerator<Uint8Array> {
  const sealer =
    plainBytes === undefined ? new WaitingSealer(key, chunkBytes) : new Sealer(key, chunkBytes, plainBytes)
  for await (const bytes of source) yield* sealer.add(bytes)
  yield* sealer.finish()
}

/** Seals bytes that are there at once. The result is to be written soon, or copied (`shortLivedBytes`). */
export function sealWhole(bytes: Uint8Array, key: Uint8Array): Buffer {
  const sealed = shortLivedBytes(sealedSize(bytes.length))
  const last = chunkCount(bytes.length) - 1
  for (let index = 0, position = 0; index <= last; index++) {
    const cipher = createCipheriv(CIPHER, key, nonceOf(index, index === last), CIPHER_OPTIONS)
    const chunk = cipher.update(bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES))
    cipher.final()
    sealed.set(chunk, position)
    sealed.set(cipher.getAuthTag(), position + chunk.length)
    position += chunk.length + TAG_BYTES
    freeMemory(chunk)
  }
  return sealed
}

/** Seals bytes as they come, in pieces of any size. */
class Sealer {
  readonly #key: Uint8Array
  readonly #chunkBytes: number
  /** Of the whole stream, what has not come yet. */
  #leftBytes: number
  /** The chunk under way, and what of it has not come yet. */
  #cipher: CipherGCM | undefined
  #leftOfChunkBytes = 0
  #index = 0

  constructor(key: Uint8Array, chunkBytes: number, plainBytes: number) {
    this.#key = key
    this.#chunkBytes = chunkBytes
    this.#leftBytes = plainBytes
  }

  *add(bytes: Uint8Array): Generator<Buffer> {
    for (let position = 0; position < bytes.length;) {
      const cipher = (this.#cipher ??= this.#begin())
      const mostBytes = Math.min(this.#leftOfChunkBytes, CIPHER_PIECE_BYTES)
      const piece = bytes.subarray(position, position + mostBytes)
      yield cipher.update(piece)
      position += piece.length
      this.#leftBytes -= piece.length
      this.#leftOfChunkBytes -= piece.length
      if (this.#leftOfChunkBytes === 0) yield this.#end(cipher)
    }
  }

  finish(): Buffer[] {
    assert(this.#leftBytes === 0, 'a stream is as long as it was said to be')
    return this.#index === 0 ? [this.#end(this.#begin())] : []
  }

  #begin(): CipherGCM {
    this.#leftOfChunkBytes = Math.min(this.#chunkBytes, this.#leftBytes)
    assert(this.#index === 0 || this.#leftOfChunkBytes > 0, 'a stream is no longer than it was said to be')
    const isLast = this.#leftBytes <= this.#chunkBytes
    return createCipheriv(CIPHER, this.#key, nonceOf(this.#index++, isLast), CIPHER_OPTIONS)
  }

  #end(cipher: CipherGCM): Buffer {
    cipher.final()
    this.#cipher = undefined
    return cipher.getAuthTag()
  }
}

/**
 * Which chunk is the last is known only once there are bytes behind it: a full chunk waits for them. Bytes are copied
 * together first, so that what comes in pieces of any size is sealed a whole chunk at a time.
 */
class WaitingSealer {
  readonly #key: Uint8Array
  readonly #chunkBytes: number
  readonly #waiting: Buffer
  #waitingBytes = 0
  #index = 0

  constructor(key: Uint8Array, chunkBytes: number) {
    this.#key = key
    this.#chunkBytes = chunkBytes
    this.#waiting = Buffer.allocUnsafeSlow(chunkBytes)
  }

  *add(bytes: Uint8Array): Generator<Buffer> {
    for (let position = 0; position < bytes.length;) {
      if (this.#waitingBytes === this.#chunkBytes) yield* this.#seal(false)
      const piece = bytes.subarray(position, position + this.#chunkBytes - this.#waitingBytes)
      this.#waiting.set(piece, this.#waitingBytes)
      this.#waitingBytes += piece.length
      position += piece.length
    }
  }

  finish(): Buffer[] {
    return this.#seal(true)
  }

  #seal(isLast: boolean): Buffer[] {
    const cipher = createCipheriv(CIPHER, this.#key, nonceOf(this.#index++, isLast), CIPHER_OPTIONS)
    const sealed = cipher.update(this.#waiting.subarray(0, this.#waitingBytes))
    cipher.final()
    this.#waitingBytes = 0
    return [sealed, cipher.getAuthTag()]
  }
}
