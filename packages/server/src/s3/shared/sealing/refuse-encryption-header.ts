import { S3Error } from '../../../model/s3-error.ts'
import type { OperationContext } from '../service/operation.ts'

const HEADER = 'x-amz-server-side-encryption'

/**
 * What reads an object, or adds to an upload, cannot choose how it is encrypted. Source: S3 API Reference, GetObject:
 * encryption request headers "should not be sent for the GET requests"; they are answered with 400. S3 was seen to answer
 * the same to UploadPartCopy: fog/fog-aws#589.
 */
export function refuseEncryptionHeader({ head }: OperationContext): void {
  const value = head.headers[HEADER]
  if (value === undefined) return
  const fields = { ArgumentName: HEADER, ArgumentValue: value }
  throw new S3Error('InvalidArgument', fields, {
    message: `${HEADER} header is not supported for this operation.`,
  })
}
