import { S3Error } from '../../../model/s3-error.ts'
import type { ObjectEncryption } from '../../../model/types.gen.ts'
import { bucketOf, type OperationContext } from '../../shared/service/operation.ts'

/** The key that an object is to be brought under. */
export interface AskedKey {
  readonly keyArn: string
  readonly bucketKey: boolean
}

const KEY_ARN = /^arn:aws:kms:[a-z0-9-]+:(\d{12}):key\/[\w-]{1,128}$/

/**
 * Reads the body of UpdateObjectEncryption. Throws InvalidRequest unless it names a key by its ARN, AccessDenied unless
 * that is a key of the bucket's account. Source: S3 API Reference, UpdateObjectEncryption, "Errors".
 */
export function askedKey(context: OperationContext, { SSEKMS }: ObjectEncryption): AskedKey {
  if (context.principal.kind === 'anonymous') {
    throw invalid(
      'Requests that modify an object encryption configuration require AWS Signature Version 4. Modify the request to use AWS Signature Version 4, and then try again.',
    )
  }
  if (!SSEKMS) {
    throw invalid(
      'Requests that modify an object encryption configuration require a valid new encryption type. Valid values are SSEKMS. Modify the request to specify SSE-KMS for the updated encryption type, and then try again.',
    )
  }
  const { KMSKeyArn: keyArn, BucketKeyEnabled = false } = SSEKMS
  const [isArn, accountId] = KEY_ARN.exec(keyArn) ?? []
  if (isArn === undefined) {
    throw invalid(
      'Requests that modify an object’s encryption type to SSE-KMS require a valid AWS KMS key Amazon Resource Name (ARN). Confirm that you have a correctly formatted KMS key ARN in your request, and then try again.',
    )
  }
  if (accountId !== bucketOf(context).ownerAccountId) {
    const message =
      'The AWS KMS key in the request must be owned by the same account as the bucket. Modify the request to specify a KMS key from the same account, and then try again.'
    throw new S3Error('AccessDenied', {}, { message })
  }
  return { keyArn, bucketKey: BucketKeyEnabled }
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
