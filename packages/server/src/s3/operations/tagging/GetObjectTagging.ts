import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { elementsOfTags, GET_OBJECT_TAGGING } from '../../shared/object/tags.ts'
import { findTaggedObject } from '../../shared/version-rows/find-version.ts'
import { shownVersionId } from '../../shared/object/version-order.ts'

export const GetObjectTagging = defineOperation('GetObjectTagging', {
  access: GET_OBJECT_TAGGING,
  async handle(input, context) {
    const bucket = bucketOf(context)
    const row = await findTaggedObject(context.service.stores, bucket, input.Key, input.VersionId)
    return { TagSet: elementsOfTags(row.tags), ...shownVersionId(bucket, row) }
  },
})
