import type { S3Error } from '../model/s3-error.ts'
import { encodeError, type FailedRequest } from '../protocol/error-document.ts'
import type { EncodedResponse } from '../protocol/encode.ts'

/** The answer to a request that is refused. */
export function encodeRefusal(
  error: S3Error,
  request: FailedRequest,
  operation: string,
  region: string,
): EncodedResponse {
  const encoded = encodeError(error, request)
  if (operation === 'HeadBucket' && tellsRegion(error)) encoded.headers['x-amz-bucket-region'] = region
  return encoded
}

/**
 * Whether a refused HeadBucket says where the bucket is: clients that do not know yet how to sign ask so. Source: S3 API
 * Reference, HeadBucket: "regardless of the permissions on the bucket".
 */
function tellsRegion({ status, code }: S3Error): boolean {
  return status === 403 || (status === 400 && code !== 'InvalidBucketName')
}
