import type { ContentCipher } from '../../packages/server/src/encryption/content-cipher.ts'

/** Leaves bytes as they are, in the place of the cipher: what Holdfast would be without encryption. For figures only. */
export function contentCipher(): ContentCipher {
  return {
    sealedSize: (plainBytes) => plainBytes,
    encrypt: owned,
    sealWhole: (bytes) => bytes,
    openWhole: (bytes) => bytes,
    decryptRange: (read, range) => read(range, 1),
  }
}

/** What comes is lent, what a blob takes is its own. */
async function* owned(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) yield Uint8Array.from(chunk)
}
