import type { EncryptionRow, ShownEncryption } from '../../../metadata/tables/rows.ts'

interface EncryptionMembers {
  ServerSideEncryption?: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  SSEKMSKeyId?: string
  BucketKeyEnabled?: boolean
  SSECustomerAlgorithm?: string
  SSECustomerKeyMD5?: string
}

/**
 * How answers tell of an object's encryption. The digest of a customer's key is the request's own, held against the key
 * before: nothing but a salted verifier is kept of either.
 */
export function encryptionMembers(
  encryption: ShownEncryption | undefined,
  request: { readonly SSECustomerKeyMD5?: string | undefined },
): EncryptionMembers {
  if (!encryption) return {}
  switch (encryption.kind) {
    case 'AES256':
      return { ServerSideEncryption: 'AES256' }
    case 'customer':
      return {
        SSECustomerAlgorithm: 'AES256',
        ...(request.SSECustomerKeyMD5 !== undefined && { SSECustomerKeyMD5: request.SSECustomerKeyMD5 }),
      }
    case 'aws:kms':
    case 'aws:kms:dsse':
      return {
        ServerSideEncryption: encryption.kind,
        SSEKMSKeyId: encryption.keyArn,
        ...(encryption.bucketKey && { BucketKeyEnabled: true }),
      }
  }
}

/** What may be remembered of an object's encryption when the object has gone: no sealed key, no salt. */
export function shownEncryption(encryption: EncryptionRow | undefined): ShownEncryption | undefined {
  if (!encryption || !('keyArn' in encryption)) return encryption && { kind: encryption.kind }
  const { kind, keyArn, bucketKey } = encryption
  return { kind, keyArn, bucketKey }
}

/** The encryption context that the client gave, which only answers to writes repeat. */
export function contextMember(encryption: EncryptionRow): { SSEKMSEncryptionContext?: string } {
  if (!('context' in encryption) || !encryption.context) return {}
  return { SSEKMSEncryptionContext: Buffer.from(JSON.stringify(encryption.context)).toString('base64') }
}
