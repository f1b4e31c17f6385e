import type { BucketEncryptionRow } from '../../../metadata/tables/rows.ts'
import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const DeleteBucketEncryption = defineOperation('DeleteBucketEncryption', {
  freesSpace: true,
  // Source: S3 API Reference: the permission is the one to put it.
  access: {
    action: 's3:PutEncryptionConfiguration',
    on: 'bucket',
    directory: { action: 's3express:PutEncryptionConfiguration' },
  },
  async handle(input, context) {
    await changeBucket(context, input.Bucket, ({ encryption }) => ({ encryption: atFirst(encryption) }))
    return {}
  },
})

/** The default is AES256 again; which types are blocked is no default, and nobody asked to let them in. */
function atFirst(encryption: BucketEncryptionRow | undefined): BucketEncryptionRow | undefined {
  if (encryption?.blocksCustomerKeys === undefined) return undefined
  return { algorithm: 'AES256', blocksCustomerKeys: encryption.blocksCustomerKeys }
}
