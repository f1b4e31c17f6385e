import { checkAnnotationName } from '../../shared/annotating/annotation-rules.ts'
import { changeAnnotated } from '../../shared/annotating/annotated-version.ts'
import { removeAnnotationRow } from '../../shared/annotating/put-annotation-row.ts'
import { tellOfObject } from '../../shared/announcing/announce.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { changeContent } from '../../shared/content/change-content.ts'
import { assertNotLocked } from '../../shared/object/object-lock-rules.ts'
import { REPLICATE_DELETE, replicaOf } from '../../shared/replicas/receive-replica.ts'
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
  replicaAccess: REPLICATE_DELETE,
  async handle(input, context) {
    const { service } = context
    const { Bucket, Key, AnnotationName: name } = input
    checkAnnotationName(name)
    // Deletions are not replicated, but older versions of Holdfast send them. Source: S3 User Guide, "Replicating annotations".
    if (replicaOf(context.head)) return {}
    const isBypassing = await bypassesLock(context, input)
    return changeContent(service, async (transaction) => {
      const bucket = await bucketForWrite(transaction, Bucket, bucketOf(context))
      const row = await changeAnnotated(transaction, bucket, input, () => ({}))
      const removing = () => assertNotLocked(row, service.clock.now(), isBypassing)
      const isRemoved = await removeAnnotationRow(transaction, bucket.id, row.annotations, name, removing)
      // Deleting what is absent succeeds: the page has no error for it.
      if (!isRemoved) return objectVersionId(bucket, row)
      const event = { name: 'ObjectAnnotation:Delete', key: Key, cause: context } as const
      await tellOfObject(transaction, service, Bucket, bucket, row, event)
      return objectVersionId(bucket, row)
    })
  },
})
