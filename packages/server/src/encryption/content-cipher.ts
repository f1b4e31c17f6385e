import { assert } from '../base/assert.ts'
import { decryptRange, openWhole, type ReadSealed } from './decrypt-range.ts'
import { encrypt, sealWhole } from './encrypt.ts'
import { type ByteSpan, sealedSize } from './sealed-size.ts'

/**
 * How the bytes of one object or part are sealed: one layer for each key. With two keys, as DSSE-KMS has them, the
 * sealed bytes of the first are sealed again under the second, so either key alone opens nothing.
 * Chunks given and taken follow `encrypt.ts` and `decrypt-range.ts`.
 */
export interface ContentCipher {
  sealedSize(plainBytes: number): number
  encrypt(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
  sealWhole(bytes: Uint8Array): Uint8Array
  openWhole(sealed: Uint8Array, plainBytes: number): Uint8Array
  decryptRange(readSealed: ReadSealed, range: ByteSpan, plainBytes: number): AsyncIterable<Uint8Array>
}

/** `keys`: from the innermost layer out, independent of each other. */
export function contentCipher(keys: readonly [Uint8Array, ...Uint8Array[]]): ContentCipher {
  const [key, ...outer] = keys
  const layer = singleLayer(key)
  const [next, ...others] = outer
  return next ? layered(layer, contentCipher([next, ...others])) : layer
}

function singleLayer(key: Uint8Array): ContentCipher {
  assert(key.length === 32, `a content key of ${key.length} bytes`)
  return {
    sealedSize,
    encrypt: (source) => encrypt(source, key),
    sealWhole: (bytes) => sealWhole(bytes, key),
    openWhole: (sealed, plainBytes) => openWhole(sealed, key, plainBytes),
    decryptRange: (readSealed, range, plainBytes) => decryptRange(readSealed, key, range, plainBytes),
  }
}

function layered(inner: ContentCipher, outer: ContentCipher): ContentCipher {
  return {
    sealedSize: (plainBytes) => outer.sealedSize(inner.sealedSize(plainBytes)),
    encrypt: (source) => outer.encrypt(inner.encrypt(source)),
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
