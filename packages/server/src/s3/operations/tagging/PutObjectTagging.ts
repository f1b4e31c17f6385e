import { transact } from '../../../metadata/transaction.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { announceObject } from '../../shared/announcing/announce.ts'
import { saidNow } from '../../shared/replicating/trait-changes.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { MOST_OBJECT_TAGS, PUT_OBJECT_TAGGING, tagsOfElements } from '../../shared/object/tags.ts'
import { tagConditionKeys } from '../../shared/deciding/tag-condition-keys.ts'
import { changeVersion } from '../../shared/version-rows/change-version.ts'
import { shownVersionId } from '../../shared/object/version-order.ts'

export const PutObjectTagging = defineOperation('PutObjectTagging', {
  access: PUT_OBJECT_TAGGING,
  contextKeys: ({ Tagging }) => tagConditionKeys(Tagging.TagSet),
  async handle(input, context) {
    const { service } = context
    const tags = tagsOfElements(input.Tagging.TagSet, MOST_OBJECT_TAGS)
    return transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, input.Bucket, bucketOf(context))
      const kept = tags.length > 0 ? tags : undefined
      const row = await changeVersion(transaction, bucket, input.Key, input.VersionId, (before) =>
        saidNow(service.clock, bucket, before, 'tags', kept),
      )
      const event = { name: 'ObjectTagging:Put', key: input.Key, cause: context } as const
      await announceObject(transaction, service, input.Bucket, bucket, row, event)
      return shownVersionId(bucket, row)
    })
  },
})
