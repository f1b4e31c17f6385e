import { CustomerKey } from '../../../encryption/customer-key.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { OperationContext } from '../service/operation.ts'
import { assertSecure } from './secure-connection.ts'

/** The members by which a client brings a key of its own. */
export interface CustomerKeyInput {
  readonly SSECustomerAlgorithm?: string | undefined
  readonly SSECustomerKey?: string | undefined
  readonly SSECustomerKeyMD5?: string | undefined
}

/** The key that a request brings; `undefined` where it brings none. Throws for half a key, or a damaged one. */
export function customerKeyOf(context: OperationContext, input: CustomerKeyInput): CustomerKey | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, SSECustomerKeyMD5: md5 } = input
  if ((algorithm ?? key ?? md5) === undefined) return undefined
  assertSecure(context, 'customer')
  if (algorithm === undefined) {
    throw invalid(
      'Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm.',
    )
  }
  if (algorithm !== 'AES256') throw new S3Error('InvalidEncryptionAlgorithmError')
  if (key === undefined) {
    throw invalid(
      'Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key.',
    )
  }
  if (md5 === undefined) {
    throw invalid(
      'Requests specifying Server Side Encryption with Customer provided keys must provide the client calculated MD5 of the secret key.',
    )
  }
  const parsed = CustomerKey.parse(key, md5)
  if (parsed instanceof CustomerKey) return parsed
  if (parsed === 'key is not base64 of 32 bytes')
    throw invalid('The secret key was invalid for the specified algorithm.')
  throw invalid('The calculated MD5 hash of the key did not match the hash that was provided.')
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidArgument', {}, { message })
}
