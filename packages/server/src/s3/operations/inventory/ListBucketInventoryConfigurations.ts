import { pageOfConfigurations } from '../../shared/bucket/configuration-list.ts'
import { INVENTORIES } from '../../shared/bucket/inventory-configurations.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const ListBucketInventoryConfigurations = defineOperation('ListBucketInventoryConfigurations', {
  access: { action: 's3:GetInventoryConfiguration', on: 'bucket' },
  async handle({ ContinuationToken }, context) {
    const { configurations, page } = await pageOfConfigurations(context, INVENTORIES, ContinuationToken)
    return { ...page, InventoryConfigurationList: configurations }
  },
})
