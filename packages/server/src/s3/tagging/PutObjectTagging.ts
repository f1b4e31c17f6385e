import { transact } from '../../metadata/transaction.ts'
import { bucketForWrite } from '../bucket-row.ts'
import { announceObject } from '../events/announce.ts'
import { bucketOf, defineOperation } from '../operation.ts'
import { MOST_OBJECT_TAGS, PUT_OBJECT_TAGGING, tagsOfElements } from '../tags.ts'
import { tagKeys } from '../tag-keys.ts'
import { changeVersion } from '../versions/change-version.ts'
import { shownVersionId } from '../versions/version-order.ts'

export const PutObjectTagging = defineOperation('PutObjectTagging', {
  access: PUT_OBJECT_TAGGING,
  contextKeys: ({ Tagging }) => tagKeys(Tagging.TagSet),
  async handle(input, context) {
    const { service } = context
    const tags = tagsOfElements(input.Tagging.TagSet, MOST_OBJECT_TAGS)
    return transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, input.Bucket, bucketOf(context))
      const kept = tags.length > 0 ? tags : undefined
      const row = await changeVersion(transaction, bucket, input.Key, input.VersionId, () => ({ tags: kept }))
      const event = { name: 'ObjectTagging:Put', key: input.Key, cause: context } as const
      await announceObject(transaction, service, input.Bucket, bucket, row, event)
      return shownVersionId(bucket, row)
    })
  },
})
