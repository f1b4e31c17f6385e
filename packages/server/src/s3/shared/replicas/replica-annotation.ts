import { type AnnotationRow, annotations } from '../../../metadata/tables/annotation-tables.ts'
import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { readRow, type Transaction } from '../../../metadata/transaction.ts'
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
  removeAnnotationRow,
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
  const { target, name } = asked
  const { bucket: admitted, key } = target
  const { stores, clock, random } = service
  const there = objectIn(await readVersionAt(stores, admitted.id, key, asked.order), key)
  assertAnnotatable(there)
  const now = there.annotations
  const known = now && (await readRow(stores.metadata, annotations, admitted.id, now, name))
  if (known && !isBefore(known, asked)) return
  const sealer = await sealFurther(context, there.encryption, {}, target)
  const stored = await storeContent(service, body, claims, algorithm, context, sealer)
  const time = new Date(asked.modifiedMilliseconds)
  const loose = markedAnnotation(looseAnnotation(name, stored, there.encryption, time), 'REPLICA')
  await keepOrDiscard(service, stored, () =>
    change(context, asked, cause, 'ObjectAnnotation:Put', async (transaction, bucket, row) => {
      assertAnnotatable(row)
      const id = row.annotations ?? newAnnotationsId(random)
      const old = await transaction.get(annotations, bucket.id, id, name)
      // Its bytes are found by the sweep.
      if (old && !isBefore(old, asked, loose.row.etag)) return false
      if (!row.annotations) await putVersionRow(transaction, bucket, key, { ...row, annotations: id })
      const replacing = (): void => assertNotLocked(row, clock.now(), false)
      await putAnnotationRows(transaction, bucket.id, id, [loose], replacing)
      return true
    }),
  )
}

/** Takes out one that was deleted at its source, unless it was put here since. */
export async function removeReplicaAnnotation(
  context: OperationContext,
  asked: ReplicatedAnnotation,
  cause: ObjectEvent['cause'],
): Promise<void> {
  const { clock } = context.service
  await change(context, asked, cause, 'ObjectAnnotation:Delete', async (transaction, bucket, row) => {
    const mayRemove = (old: AnnotationRow): boolean => {
      if (old.modifiedMilliseconds > asked.modifiedMilliseconds) return false
      assertNotLocked(row, clock.now(), false)
      return true
    }
    const { annotations: id } = row
    return (await removeAnnotationRow(transaction, bucket.id, id, asked.name, mayRemove)) !== undefined
  })
}

type Row = ObjectRow & { readonly order: string }

function change(
  { service }: OperationContext,
  { target: { bucketName, bucket: admitted, key }, order }: ReplicatedAnnotation,
  cause: ObjectEvent['cause'],
  name: 'ObjectAnnotation:Put' | 'ObjectAnnotation:Delete',
  work: (transaction: Transaction, bucket: BucketRow, row: Row) => Promise<boolean>,
): Promise<void> {
  return changeContent(service, async (transaction) => {
    const bucket = await bucketForWrite(transaction, bucketName, admitted)
    const row = objectIn(await versionAt(transaction, bucket.id, key, order), key)
    if (!(await work(transaction, bucket, { ...row, order }))) return
    await tellOfObject(transaction, service, bucketName, bucket, row, { name, key, cause })
  })
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
