import { S3Error } from './s3-error.ts'

/** Source: S3 User Guide, "Naming Amazon S3 objects". */
export const MOST_KEY_BYTES = 1024

/** Throws `KeyTooLongError`. No longer key may get as far as the store, which has a limit of its own. */
export function assertKeyLength(key: string): void {
  // A UTF-16 unit is three bytes of UTF-8 at most.
  if (key.length * 3 <= MOST_KEY_BYTES) return
  const size = Buffer.byteLength(key)
  if (size <= MOST_KEY_BYTES) return
  throw new S3Error('KeyTooLongError', { Size: String(size), MaxSizeAllowed: String(MOST_KEY_BYTES) })
}
