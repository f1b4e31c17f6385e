import { S3Error } from '../model/s3-error.ts'
import type { XmlElement } from './xml-reader.ts'

export const OBJECT_ENCRYPTION_ROOT = 'ObjectEncryption'

const WHY = {
  type: 'Requests that modify an object encryption configuration require a valid new encryption type. Valid values are SSEKMS. Modify the request to specify SSE-KMS for the updated encryption type, and then try again.',
  otherType:
    'The UpdateObjectEncryption operation doesn’t support updating the encryption type to DSSE-KMS or SSE-C. Modify the request to specify SSE-KMS for the updated encryption type, and then try again.',
  key: 'Requests that modify an object’s encryption type to SSE-KMS require an AWS KMS key Amazon Resource Name (ARN). Modify the request to specify a KMS key ARN, and then try again.',
  bucketKey:
    'The BucketKeyEnabled value isn’t valid. Valid values are true or false. Modify the request to specify a valid value, and then try again.',
} as const

/**
 * What is wrong with a well-formed document that does not say how an object is to be encrypted. Source: S3 API Reference,
 * UpdateObjectEncryption, "Errors".
 */
export function objectEncryptionError({ children }: XmlElement, cause: S3Error): S3Error {
  return new S3Error('InvalidRequest', {}, { message: WHY[whyOf(children)], cause })
}

function whyOf([type, another]: readonly XmlElement[]): keyof typeof WHY {
  if (type?.name === 'DSSE-KMS' || type?.name === 'SSE-C') return 'otherType'
  if (type?.name !== 'SSE-KMS' || another) return 'type'
  return type.children.some(({ name }) => name === 'KMSKeyArn') ? 'bucketKey' : 'key'
}
