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
    freeMemory(chunk)
  }
  return sealed
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
