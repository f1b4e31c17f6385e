import { readConfiguration } from '../../shared/bucket/configuration-list.ts'
import { INVENTORIES } from '../../shared/bucket/inventory-configurations.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const GetBucketInventoryConfiguration = defineOperation('GetBucketInventoryConfiguration', {
  access: { action: 's3:GetInventoryConfiguration', on: 'bucket' },
  async handle({ Id }, context) {
    return { InventoryConfiguration: await readConfiguration(context, INVENTORIES, Id) }
  },
})
