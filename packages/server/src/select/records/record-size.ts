import { S3Error } from '../../model/s3-error.ts'

/** The most that a record of the input or the result may have. Source: S3 User Guide, "Requirements and limits". */
export const MAX_RECORD_BYTES = 1024 * 1024

/** Characters of UTF-16 that are at most three bytes of UTF-8 each: a text of so many is never too long. */
const SURELY_FITS = Math.floor(MAX_RECORD_BYTES / 3)

export function checkRecordSize(text: string, start = 0, end = text.length): void {
  if (end - start <= SURELY_FITS) return
  if (Buffer.byteLength(text.slice(start, end)) > MAX_RECORD_BYTES) throw recordTooLong()
}

export function recordTooLong(): S3Error {
  return new S3Error('OverMaxRecordSize')
}
