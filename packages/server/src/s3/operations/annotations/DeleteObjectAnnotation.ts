import { annotations, annotationSets } from '../../../metadata/tables/annotation-tables.ts'
import { checkAnnotationName } from '../../shared/annotating/annotation-rules.ts'
import { changeAnnotated } from '../../shared/annotating/annotated-version.ts'
import { tellOfObject } from '../../shared/announcing/announce.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { changeContent } from '../../shared/content/change-content.ts'
import { unlinkContent } from '../../shared/content/link-content.ts'
import { assertNotLocked } from '../../shared/object/object-lock-rules.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { bypassesLock } from './bypasses-lock.ts'
import { objectVersionId } from './object-version-id.ts'

export const DeleteObjectAnnotation = defineOperation('DeleteObjectAnnotation', {
  freesSpace: true,
  access: {
    action: 's3:DeleteObjectAnnotation',
    versionedAction: 's3:DeleteObjectVersionAnnotation',
    on: 'object',
  },
  async handle(input, context) {
    const { service } = context
    const { Bucket, Key, AnnotationName: name } = input
    checkAnnotationName(name)
    const isBypassing = await bypassesLock(context, input)
    return changeContent(service, async (transaction) => {
      const bucket = await bucketForWrite(transaction, Bucket, bucketOf(context))
      const row = await changeAnnotated(transaction, bucket, input, () => ({}))
      const { annotations: id } = row
      const old = id === undefined ? undefined : await transaction.get(annotations, bucket.id, id, name)
      // Deleting what is absent succeeds: the page has no error for it.
      if (!old || id === undefined) return objectVersionId(bucket, row)
      assertNotLocked(row, service.clock.now(), isBypassing)
      const { count } = (await transaction.get(annotationSets, id)) ?? { count: 1 }
      await unlinkContent(transaction, old.content)
      transaction.remove(annotations, bucket.id, id, name)
      transaction.usageOf(bucket.id).bytes -= old.sizeBytes
      transaction.put(annotationSets, [id], { count: count - 1 })
      const event = { name: 'ObjectAnnotation:Delete', key: Key, cause: context } as const
      await tellOfObject(transaction, service, Bucket, bucket, row, event)
      return objectVersionId(bucket, row)
    })
  },
})
