import { collectBytes } from '../../../base/collect-bytes.ts'
import { type AnnotationRow, annotations } from '../../../metadata/tables/annotation-tables.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import type { BucketRow, VersionRow } from '../../../metadata/tables/rows.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { MOST_ANNOTATIONS } from '../../shared/annotating/annotation-rules.ts'
import { assertReplaced, openContent } from '../../shared/content/open-content.ts'
import { ContentGone } from '../../shared/content/share-content.ts'
import { isObject } from '../../shared/object/version-order.ts'
import { ALL_ANNOTATIONS, type ReplicationTask } from '../../shared/replicating/queue-replication.ts'
import { readVersionAt } from '../../shared/replicating/version-row.ts'
import { openEncryption } from '../../shared/sealing/open-encryption.ts'
import type { OperationContext } from '../../shared/service/operation.ts'
import { because } from './replica-content.ts'
import type { ReplicatedVersion } from './replicated-version.ts'

/** An annotation on its way, as it is now. */
export interface OutgoingAnnotation {
  readonly name: string
  readonly row: AnnotationRow
  readonly bytes: Uint8Array
}

/** The names of those that a task brings: one that has changed, or all, with a version. */
export async function annotationsToBring(
  metadata: OrderedStore,
  bucket: BucketRow,
  row: VersionRow,
  { what, annotation }: ReplicationTask,
): Promise<readonly string[]> {
  if (annotation !== undefined && annotation !== ALL_ANNOTATIONS) return [annotation]
  const isAll = what === 'version' || annotation === ALL_ANNOTATIONS
  if (!isAll || !isObject(row) || row.annotations === undefined) return []
  const range = annotations.range(bucket.id, row.annotations)
  const entries = await metadata.scan({ ...range, limit: MOST_ANNOTATIONS })
  return entries.map(({ key }) => annotations.parts(key)[2])
}

/** Reads one, on behalf of the role of `context`; they are a mebibyte at most. `undefined` where it was deleted since. */
export async function outgoingAnnotation(
  context: OperationContext,
  source: ReplicatedVersion,
  name: string,
): Promise<OutgoingAnnotation | undefined> {
  const { stores } = context.service
  const { bucketName, bucket, key } = source
  let lost: AnnotationRow['content'] | undefined
  // One that is replaced between its row and its bytes is looked up anew.
  for (;;) {
    const version = await readVersionAt(stores, bucket.id, key, source.row.order)
    if (!version || !isObject(version)) throw new ContentGone('the version was deleted')
    const id = version.annotations
    const row =
      id === undefined ? undefined : await readRow(stores.metadata, annotations, bucket.id, id, name)
    if (!row) return undefined
    const { content, sizeBytes, encryption } = row
    assertReplaced(lost, content)
    lost = content
    const opener = await because('SrcGetObjectNotPermitted', async () =>
      openEncryption(context, encryption, {}, { bucketName, bucket, key }),
    )
    const range = { start: 0, end: sizeBytes }
    const bytes = await openContent(context.service, { content, sizeBytes, opener }, range, context)
    if (!bytes) continue
    const whole = bytes instanceof Uint8Array ? bytes : await collectBytes(bytes)
    return { name, row, bytes: whole }
  }
}
