import { S3Error } from '../../../model/s3-error.ts'
import type { UploadRow } from '../../../metadata/tables/rows.ts'
import { type CustomerKeyInput, customerKeyOf } from '../../shared/sealing/customer-key-input.ts'
import type { OperationContext } from '../../shared/service/operation.ts'

/**
 * Holds the customer key that a request brings against that which the upload was begun with: InvalidRequest where it is another,
 * or where it is missing. Source: S3 API Reference, UploadPart: "you must provide identical encryption information in each part
 * upload"; the words are those that users of the SDKs report (aws-sdk-ruby#1084, aws-sdk-php#1312, aws-sdk-go#1095).
 */
export function assertUploadKey(
  context: OperationContext,
  { traits }: UploadRow,
  input: CustomerKeyInput,
): void {
  const { encryption } = traits
  const given = customerKeyOf(context, input)
  if (encryption?.kind !== 'customer') {
    if (given) throw refusal('The encryption parameters are not applicable to this object.')
    return
  }
  if (!given) {
    throw refusal(
      'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
    )
  }
  if (!given.matches(encryption)) {
    throw refusal('The provided encryption parameters did not match the ones used originally.')
  }
}

/**
 * The same for ListParts and CompleteMultipartUpload, which may leave the key out. Source: S3 API Reference, of both,
 * `x-amz-server-side-encryption-customer-key`: "needed only when the object was created using a checksum algorithm".
 */
export function assertKeyOfChecksums(
  context: OperationContext,
  upload: UploadRow,
  input: CustomerKeyInput,
): void {
  const { SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5 } = input
  const isGiven = (SSECustomerAlgorithm ?? SSECustomerKey ?? SSECustomerKeyMD5) !== undefined
  if (isGiven || upload.checksumAlgorithm !== undefined) assertUploadKey(context, upload, input)
}

function refusal(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
