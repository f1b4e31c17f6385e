import { DEFAULT_CHECKSUM_ALGORITHM, readClaimedDigests } from '../../../model/upload-checksum.ts'
import {
  annotationPayload,
  assertAnnotatable,
  checkAnnotationName,
  PUT_OBJECT_ANNOTATION,
} from '../../shared/annotating/annotation-rules.ts'
import { assertObjectMatches, changeAnnotated } from '../../shared/annotating/annotated-version.ts'
import {
  looseAnnotation,
  markedAnnotation,
  newAnnotationsId,
  putAnnotationRows,
} from '../../shared/annotating/put-annotation-row.ts'
import { tellOfObject } from '../../shared/announcing/announce.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { changeContent } from '../../shared/content/change-content.ts'
import { storeContent } from '../../shared/content/store-content.ts'
import { keepOrDiscard } from '../../shared/new-object/write-object.ts'
import { checksumMembers, quoted } from '../../shared/object/describe.ts'
import { assertNotLocked } from '../../shared/object/object-lock-rules.ts'
import { receiveAnnotation } from '../../shared/replicas/receive-annotation.ts'
import { REPLICATE_OBJECT, replicaOf } from '../../shared/replicas/receive-replica.ts'
import { queueAnnotation } from '../../shared/replicating/queue-replication.ts'
import { encryptionMembers } from '../../shared/sealing/encryption-members.ts'
import { sealFurther } from '../../shared/sealing/open-encryption.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { findObject } from '../../shared/version-rows/find-version.ts'
import { bypassesLock } from './bypasses-lock.ts'
import { objectVersionId } from './object-version-id.ts'

export const PutObjectAnnotation = defineOperation('PutObjectAnnotation', {
  access: PUT_OBJECT_ANNOTATION,
  replicaAccess: REPLICATE_OBJECT,
  async handle(input, context) {
    const { service, head } = context
    const { Bucket, Key, AnnotationName: name } = input
    checkAnnotationName(name)
    const replica = replicaOf(head)
    if (replica) return receiveAnnotation(input, context, replica)
    const found = await findObject(service.stores, bucketOf(context), Key, input.VersionId)
    assertAnnotatable(found)
    assertObjectMatches(found, input.ObjectIfMatch)
    const isBypassing = await bypassesLock(context, input)
    const payload = await annotationPayload(input.AnnotationPayload)
    const claims = readClaimedDigests(head.headers)
    const algorithm = claims.checksum?.algorithm ?? DEFAULT_CHECKSUM_ALGORITHM
    const sealer = await sealFurther(context, found.encryption, {}, { bucketName: Bucket, key: Key })
    const stored = await storeContent(service, payload, claims, algorithm, context, sealer)
    const now = service.clock.now()
    const loose = looseAnnotation(name, stored, found.encryption, now)
    const version = await keepOrDiscard(service, stored, () =>
      changeContent(service, async (transaction) => {
        const bucket = await bucketForWrite(transaction, Bucket, bucketOf(context))
        const row = await changeAnnotated(transaction, bucket, input, (before) => {
          assertAnnotatable(before)
          return { annotations: before.annotations ?? newAnnotationsId(service.random) }
        })
        // What is replaced is gone for good, as by a deletion.
        const replacing = () => assertNotLocked(row, now, isBypassing)
        const isQueued = await queueAnnotation(
          transaction,
          service,
          { bucketName: Bucket, bucket, key: Key },
          row,
          name,
        )
        const annotation = isQueued ? markedAnnotation(loose, 'PENDING') : loose
        await putAnnotationRows(transaction, bucket.id, row.annotations ?? '', [annotation], replacing)
        const event = { name: 'ObjectAnnotation:Put', key: Key, cause: context } as const
        await tellOfObject(transaction, service, Bucket, bucket, row, event)
        return objectVersionId(bucket, row)
      }),
    )
    const { ServerSideEncryption } = encryptionMembers(loose.row.encryption, {})
    return {
      Key,
      AnnotationName: name,
      ETag: quoted(loose.row.etag),
      ...checksumMembers(loose.row.checksum),
      ...version,
      ServerSideEncryption,
    }
  },
})
