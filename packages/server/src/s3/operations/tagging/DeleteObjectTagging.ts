import { transact } from '../../../metadata/transaction.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { announceObject } from '../../shared/announcing/announce.ts'
import { saidNow } from '../../shared/replicating/trait-changes.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { changeVersion } from '../../shared/version-rows/change-version.ts'
import { shownVersionId } from '../../shared/object/version-order.ts'

export const DeleteObjectTagging = defineOperation('DeleteObjectTagging', {
  freesSpace: true,
  access: {
    action: 's3:DeleteObjectTagging',
    versionedAction: 's3:DeleteObjectVersionTagging',
    on: 'object',
  },
  async handle(input, context) {
    const { service } = context
    return transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, input.Bucket, bucketOf(context))
      let hadTags = false
      const row = await changeVersion(transaction, bucket, input.Key, input.VersionId, (before) => {
        hadTags = before.tags !== undefined
        return hadTags ? saidNow(service.clock, bucket, before, 'tags', undefined) : {}
      })
      if (hadTags) {
        const event = { name: 'ObjectTagging:Delete', key: input.Key, cause: context } as const
        await announceObject(transaction, service, input.Bucket, bucket, row, event)
      }
      return shownVersionId(bucket, row)
    })
  },
})
