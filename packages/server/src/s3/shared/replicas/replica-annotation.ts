import type { AccessRule } from '../../../access/access-rule.ts'
import { type AnnotationRow, annotations } from '../../../metadata/tables/annotation-tables.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import { readRow } from '../../../metadata/transaction.ts'
import type { RequestBody } from '../../../model/body.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { ChecksumAlgorithm } from '../../../base/checksums.ts'
import type { ClaimedDigests } from '../../../model/upload-checksum.ts'
import { assertAnnotatable } from '../annotating/annotation-rules.ts'
import {
  looseAnnotation,
  markedAnnotation,
  newAnnotationsId,
  putAnnotationRows,
} from '../annotating/put-annotation-row.ts'
import { tellOfObject } from '../announcing/announce.ts'
import type { ObjectEvent } from '../announcing/object-event.ts'
import { bucketForWrite } from '../bucket/bucket-row.ts'
import { changeContent } from '../content/change-content.ts'
import { storeContent } from '../content/store-content.ts'
import { keepOrDiscard } from '../new-object/write-object.ts'
import { assertNotLocked } from '../object/object-lock-rules.ts'
import { isObject } from '../object/version-order.ts'
import { putVersionRow, readVersionAt, versionAt } from '../replicating/version-row.ts'
import { sealFurther } from '../sealing/open-encryption.ts'
import type { OperationContext } from '../service/operation.ts'
import type { ReplicaTarget } from './place-replica.ts'

/**
 * What a policy can deny where s3:ReplicateObject allows it with the object; nothing has to allow it besides. Source: S3 User Guide,
 * "Replicating annotations".
 */
export const REPLICATE_OBJECT_ANNOTATION: AccessRule = {
  action: 's3:ReplicateObjectAnnotation',
  on: 'object',
}

/** Which annotation of which version is brought, and when it became so at its source. */
export interface ReplicatedAnnotation {
  readonly target: ReplicaTarget
  /** Of the version. */
  readonly order: string
  readonly name: string
  readonly modifiedMilliseconds: number
}

export interface AnnotationContent {
  readonly body: RequestBody
  readonly claims: ClaimedDigests
  readonly algorithm: ChecksumAlgorithm
}

/**
 * Puts an annotation of a replica, sealed as that is. Of two that were put on both sides the later one stays, so brought again it
 * changes nothing. No rule of the bucket is asked about it. Throws NoSuchVersion where there is no such object, AccessDenied where
 * a lock keeps the one that is there.
 */
export async function putReplicaAnnotation(
  context: OperationContext,
  asked: ReplicatedAnnotation,
  { body, claims, algorithm }: AnnotationContent,
  cause: ObjectEvent['cause'],
): Promise<void> {
  const { service } = context
  const { target, order, name } = asked
  const { bucketName, bucket: admitted, key } = target
  const { stores, clock, random } = service
  const there = objectIn(await readVersionAt(stores, admitted.id, key, order), key)
  assertAnnotatable(there)
  const now = there.annotations
  const known = now && (await readRow(stores.metadata, annotations, admitted.id, now, name))
  if (known && !isBefore(known, asked)) return
  const sealer = await sealFurther(context, there.encryption, {}, target)
  const stored = await storeContent(service, body, claims, algorithm, context, sealer)
  const time = new Date(asked.modifiedMilliseconds)
  const loose = markedAnnotation(looseAnnotation(name, stored, there.encryption, time), 'REPLICA')
  await keepOrDiscard(service, stored, () =>
    changeContent(service, async (transaction) => {
      const bucket = await bucketForWrite(transaction, bucketName, admitted)
      const row = objectIn(await versionAt(transaction, bucket.id, key, order), key)
      assertAnnotatable(row)
      const id = row.annotations ?? newAnnotationsId(random)
      const old = await transaction.get(annotations, bucket.id, id, name)
      // Its bytes are found by the sweep.
      if (old && !isBefore(old, asked, loose.row.etag)) return
      if (!row.annotations) await putVersionRow(transaction, bucket, key, { ...row, order, annotations: id })
      const replacing = (): void => assertNotLocked(row, clock.now(), false)
      await putAnnotationRows(transaction, bucket.id, id, [loose], replacing)
      const event = { name: 'ObjectAnnotation:Put', key, cause } as const
      await tellOfObject(transaction, service, bucketName, bucket, row, event)
    }),
  )
}

function objectIn(row: Awaited<ReturnType<typeof versionAt>>, key: string): ObjectRow {
  if (row && isObject(row)) return row
  throw new S3Error('NoSuchVersion', { Key: key })
}

/** Of the same moment the one with the greater entity tag stays, on both sides. */
function isBefore(
  there: AnnotationRow,
  { modifiedMilliseconds }: ReplicatedAnnotation,
  etag = '\uffff',
): boolean {
  if (there.modifiedMilliseconds !== modifiedMilliseconds)
    return there.modifiedMilliseconds < modifiedMilliseconds
  return there.etag < etag
}
