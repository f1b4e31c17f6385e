import { assert, violated } from '../base/assert.ts'
import { decryptRange, openWhole, type ReadSealed } from './decrypt-range.ts'
import { encrypt, sealWhole } from './encrypt.ts'
import { type ByteSpan, CHUNK_BYTES, sealedSize } from './sealed-size.ts'

/**
 * How the bytes of one object or part are sealed: one layer for each key. With two keys, as DSSE-KMS has them, the
 * sealed bytes of the first are sealed again under the second, so either key alone opens nothing.
 * Chunks given and taken follow `encrypt.ts` and `decrypt-range.ts`.
 */
export interface ContentCipher {
  sealedSize(plainBytes: number): number
  /** `plainBytes`: how long the source is; it costs a copy where nobody knows. */
  encrypt(source: AsyncIterable<Uint8Array>, plainBytes?: number): AsyncIterable<Uint8Array>
  /** For few bytes, and chunks of the least size. */
  sealWhole(bytes: Uint8Array): Uint8Array
  openWhole(sealed: Uint8Array, plainBytes: number): Uint8Array
  decryptRange(readSealed: ReadSealed, range: ByteSpan, plainBytes: number): AsyncIterable<Uint8Array>
}

/**
 * `keys`: from the innermost layer out, independent of each other. `chunkBytes`: what the innermost seals at a time. Those
 * around it seal the least, for what each of them reads beyond a range adds up.
 */
export function contentCipher(
  keys: readonly [Uint8Array, ...Uint8Array[]],
  chunkBytes = CHUNK_BYTES,
): ContentCipher {
  const [key, ...outer] = keys
  const layer = new SingleLayer(key, chunkBytes)
  const [next, ...others] = outer
  return next ? layered(layer, contentCipher([next, ...others])) : layer
}

/** Each small object has one, of which a single method is called. */
class SingleLayer implements ContentCipher {
  readonly #key: Uint8Array
  readonly #chunkBytes: number

  constructor(key: Uint8Array, chunkBytes: number) {
    if (key.length !== 32) violated(`a content key of ${key.length} bytes`)
    this.#key = key
    this.#chunkBytes = chunkBytes
  }

  sealedSize(plainBytes: number): number {
    return sealedSize(plainBytes, this.#chunkBytes)
  }

  encrypt(source: AsyncIterable<Uint8Array>, plainBytes?: number): AsyncIterable<Uint8Array> {
    return encrypt(source, this.#key, { chunkBytes: this.#chunkBytes, plainBytes })
  }

  sealWhole(bytes: Uint8Array): Uint8Array {
    assert(this.#chunkBytes === CHUNK_BYTES, 'few bytes have small chunks')
    return sealWhole(bytes, this.#key)
  }

  openWhole(sealed: Uint8Array, plainBytes: number): Uint8Array {
    return openWhole(sealed, this.#key, plainBytes, this.#chunkBytes)
  }

  decryptRange(readSealed: ReadSealed, range: ByteSpan, plainBytes: number): AsyncIterable<Uint8Array> {
    return decryptRange(readSealed, this.#key, range, plainBytes, this.#chunkBytes)
  }
}

function layered(inner: ContentCipher, outer: ContentCipher): ContentCipher {
  return {
    sealedSize: (plainBytes) => outer.sealedSize(inner.sealedSize(plainBytes)),
    encrypt: (source, plainBytes) =>
      outer.encrypt(
        inner.encrypt(source, plainBytes),
        plainBytes === undefined ? undefined : inner.sealedSize(plainBytes),
      ),
    sealWhole: (bytes) => outer.sealWhole(inner.sealWhole(bytes)),
    openWhole: (sealed, plainBytes) =>
      inner.openWhole(outer.openWhole(sealed, inner.sealedSize(plainBytes)), plainBytes),
    decryptRange: (readSealed, range, plainBytes) => {
      const sealedBytes = inner.sealedSize(plainBytes)
      const readInner: ReadSealed = (span) => outer.decryptRange(readSealed, span, sealedBytes)
      return inner.decryptRange(readInner, range, plainBytes)
    },
  }
}
