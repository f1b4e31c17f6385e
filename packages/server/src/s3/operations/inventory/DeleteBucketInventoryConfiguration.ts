import { changeConfiguration } from '../../shared/bucket/configuration-list.ts'
import { INVENTORIES } from '../../shared/bucket/inventory-configurations.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const DeleteBucketInventoryConfiguration = defineOperation('DeleteBucketInventoryConfiguration', {
  freesSpace: true,
  // Source: S3 API Reference: the permission is the one to put it.
  access: { action: 's3:PutInventoryConfiguration', on: 'bucket' },
  async handle({ Bucket, Id }, context) {
    await changeConfiguration(context, Bucket, INVENTORIES, { id: Id, configuration: undefined })
    return {}
  },
})
