import { S3Error } from '../model/s3-error.ts'

/** S3 does not say what is wrong with a document. */
export function malformed(cause?: unknown): S3Error {
  return new S3Error('MalformedXML', {}, { cause })
}
