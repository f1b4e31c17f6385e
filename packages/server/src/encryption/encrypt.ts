import { createCipheriv } from 'node:crypto'
import { freeMemory } from '../base/free-memory.ts'
import {
  CHUNK_BYTES,
  chunkCount,
  CIPHER,
  CIPHER_OPTIONS,
  nonceOf,
  sealedSize,
  TAG_BYTES,
} from './sealed-size.ts'

/**
 * Seals a stream. The source's chunks are used up before the next is asked for; what is yielded is handed over for good.
 * At most one chunk and what the source gives at once waits in memory.
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
    freeMemory(chunk)
  }
  return sealed
}

/**
 * Which chunk is the last is known only once there are bytes behind it: a full chunk waits for them. Bytes are copied
 * together first, so that what comes in pieces of any size is sealed a whole chunk at a time.
 */
class Sealer {
  readonly #key: Uint8Array
  readonly #waiting = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  #waitingBytes = 0
  #index = 0

  constructor(key: Uint8Array) {
    this.#key = key
  }

  *add(bytes: Uint8Array): Generator<Buffer> {
    for (let position = 0; position < bytes.length;) {
      if (this.#waitingBytes === CHUNK_BYTES) yield* this.#seal(false)
      const piece = bytes.subarray(position, position + CHUNK_BYTES - this.#waitingBytes)
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
