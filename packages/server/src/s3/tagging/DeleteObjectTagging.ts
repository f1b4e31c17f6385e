import { transact } from '../../metadata/transaction.ts'
import { bucketForWrite } from '../bucket-row.ts'
import { bucketOf, defineOperation } from '../operation.ts'
import { changeVersion } from '../versions/change-version.ts'
import { shownVersionId } from '../versions/version-order.ts'

export const DeleteObjectTagging = defineOperation('DeleteObjectTagging', {
  access: {
    action: 's3:DeleteObjectTagging',
    versionedAction: 's3:DeleteObjectVersionTagging',
    on: 'object',
  },
  async handle(input, context) {
    const { service } = context
    return transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, input.Bucket, bucketOf(context))
      const row = await changeVersion(transaction, bucket, input.Key, input.VersionId, () => ({
        tags: undefined,
      }))
      return shownVersionId(bucket, row)
    })
  },
})
