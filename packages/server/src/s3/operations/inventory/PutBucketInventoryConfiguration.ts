import { changeConfiguration } from '../../shared/bucket/configuration-list.ts'
import { INVENTORIES } from '../../shared/bucket/inventory-configurations.ts'
import { findReportDestination } from '../../shared/bucket/report-destination.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { checkInventory } from './check-inventory.ts'

export const PutBucketInventoryConfiguration = defineOperation('PutBucketInventoryConfiguration', {
  access: { action: 's3:PutInventoryConfiguration', on: 'bucket' },
  // Source: S3 User Guide, "Control S3 Inventory report configuration creation": what a policy may look at.
  contextKeys: ({ InventoryConfiguration: { OptionalFields = [] } }) => ({
    's3:InventoryAccessibleOptionalFields': OptionalFields.length > 0 ? OptionalFields : undefined,
  }),
  async handle({ Bucket, Id, InventoryConfiguration: configuration }, context) {
    checkInventory(configuration, Id, Bucket)
    const { S3BucketDestination: destination } = configuration.Destination
    await findReportDestination(context.service, bucketOf(context), destination)
    await changeConfiguration(context, Bucket, INVENTORIES, { id: Id, configuration })
    return {}
  },
})
