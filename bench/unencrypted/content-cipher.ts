import type { ContentCipher } from '../../packages/server/src/encryption/content-cipher.ts'

/** Leaves bytes as they are, in the place of the cipher: what Holdfast would be without encryption. For figures only. */
export function contentCipher(): ContentCipher {
  return {
    sealedSize: (plainBytes) => plainBytes,
    encrypt: (source) => source,
    sealWhole: (bytes) => bytes,
    openWhole: (bytes) => bytes,
    decryptRange: (read, range) => read(range),
  }
}
