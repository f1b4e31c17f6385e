import type { AccessTarget } from '../service/access-target.ts'
import { annotations, annotationSets } from '../../../metadata/tables/annotation-tables.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import { readRow, type Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bodyOf } from '../../../model/body.ts'
import { checksumAlgorithm } from '../../../model/upload-checksum.ts'
import { openContent } from '../content/open-content.ts'
import { storeContent } from '../content/store-content.ts'
import type { ChosenEncryption } from '../sealing/choose-encryption.ts'
import { openEncryption } from '../sealing/open-encryption.ts'
import type { OperationContext } from '../service/operation.ts'
import {
  assertAnnotatable,
  GET_OBJECT_ANNOTATION,
  MOST_ANNOTATIONS,
  PUT_OBJECT_ANNOTATION,
} from './annotation-rules.ts'
import {
  type LooseAnnotation,
  looseAnnotation,
  newAnnotationsId,
  putAnnotationRows,
} from './put-annotation-row.ts'

/** The annotations of a copy, stored and not yet anybody's. */
export interface CopiedAnnotations {
  /** For the row of the copy. */
  readonly id: string
  /** Adds them to the commit of the copy. Throws SlowDown where those of the source have changed meanwhile. */
  put(transaction: Transaction): Promise<void>
}

type CopySourceTarget = AccessTarget & { readonly key: string }

/** What is copied, and to where. */
export interface AnnotatedCopy {
  readonly source: { readonly target: CopySourceTarget; readonly row: ObjectRow }
  readonly copy: AccessTarget
  readonly chosen: ChosenEncryption
  readonly directive: string | undefined
}

/**
 * Copies the annotations of an object, sealed as the copy is; `undefined` where it has none, or they are to stay behind. The
 * caller has to be allowed to read them there and to write them here. Source: S3 API Reference, CopyObject,
 * `x-amz-object-annotation-directive`.
 */
export async function copyAnnotations(
  context: OperationContext,
  { source, copy, chosen, directive }: AnnotatedCopy,
): Promise<CopiedAnnotations | undefined> {
  const { annotations: sourceId } = source.row
  if (sourceId === undefined || directive === 'EXCLUDE') return undefined
  const { service } = context
  const set = await service.stores.metadata.get(annotationSets.key(sourceId))
  if (!set || annotationSets.decode(set).count === 0) return undefined
  await context.authorize(GET_OBJECT_ANNOTATION, source.target)
  await context.authorize(PUT_OBJECT_ANNOTATION, copy)
  assertAnnotatable({ encryption: chosen.row })
  const range = annotations.range(source.target.bucket.id, sourceId)
  const entries = await service.stores.metadata.scan({ ...range, limit: MOST_ANNOTATIONS })
  const loose: LooseAnnotation[] = []
  for (const entry of entries) {
    const [, , name] = annotations.parts(entry.key)
    loose.push(await copyOne(context, sourceId, name, source.target, chosen))
  }
  const id = newAnnotationsId(service.random)
  return {
    id,
    async put(transaction) {
      const now = await service.stores.metadata.get(annotationSets.key(sourceId))
      if (now?.stamp !== set.stamp) throw changed()
      transaction.expect(now.key, now.stamp)
      await putAnnotationRows(transaction, copy.bucket.id, id, loose)
    },
  }
}

async function copyOne(
  context: OperationContext,
  sourceId: string,
  name: string,
  { bucketName, bucket, key }: CopySourceTarget,
  { row: encryption, sealer }: ChosenEncryption,
): Promise<LooseAnnotation> {
  const { service } = context
  const row = await readRow(service.stores.metadata, annotations, bucket.id, sourceId, name)
  if (!row) throw changed()
  const { content, sizeBytes } = row
  const opener = await openEncryption(context, row.encryption, {}, { bucketName, bucket, key })
  const bytes = await openContent(
    service,
    { content, sizeBytes, opener },
    { start: 0, end: sizeBytes },
    context,
  )
  if (!bytes) throw changed()
  const algorithm = checksumAlgorithm(row.checksum.algorithm)
  const body = bodyOf(bytes, sizeBytes)
  const stored = await storeContent(service, body, {}, algorithm, context, sealer)
  return looseAnnotation(name, stored, encryption, service.clock.now())
}

/** Source: the same page: "a retryable error"; which one stands nowhere. */
function changed(): S3Error {
  const message = 'The annotations of the source changed while they were copied. Please try again.'
  return new S3Error('SlowDown', {}, { message })
}
