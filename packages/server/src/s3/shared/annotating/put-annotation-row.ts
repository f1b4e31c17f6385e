import type { Random } from '../../../base/random.ts'
import {
  type AnnotationRow,
  annotations,
  annotationSets,
} from '../../../metadata/tables/annotation-tables.ts'
import type { EncryptionRow } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { linkContent, unlinkContent } from '../content/link-content.ts'
import type { StoredContent } from '../content/store-content.ts'
import { MOST_ANNOTATIONS } from './annotation-rules.ts'

/** An annotation whose content is stored, and not yet anybody's. */
export interface LooseAnnotation {
  readonly name: string
  readonly row: AnnotationRow
  readonly stored: StoredContent
}

export function looseAnnotation(
  name: string,
  stored: StoredContent,
  encryption: EncryptionRow | undefined,
  now: Date,
): LooseAnnotation {
  const { content, sizeBytes, md5, checksum } = stored
  const row: AnnotationRow = {
    content,
    sizeBytes,
    etag: md5.toString('hex'),
    modifiedMilliseconds: now.getTime(),
    checksum: { ...checksum, value: checksum.value.toString('base64'), type: 'FULL_OBJECT' },
    encryption: encryption ?? { kind: 'AES256' },
  }
  return { name, row, stored }
}

export function markedAnnotation(
  loose: LooseAnnotation,
  replication: AnnotationRow['replication'],
): LooseAnnotation {
  return { ...loose, row: { ...loose.row, replication } }
}

/** Names the annotations of one version. */
export function newAnnotationsId(random: Random): string {
  return random.bytes(12).toString('base64url')
}

/**
 * Puts annotations of a bucket under an id, in place of those of their names, as the transaction commits. `replacing` may refuse by
 * throwing, where one is replaced. Throws AnnotationLimitExceeded.
 */
export async function putAnnotationRows(
  transaction: Transaction,
  bucketId: string,
  id: string,
  loose: readonly LooseAnnotation[],
  replacing: () => void = () => {},
): Promise<void> {
  let { count } = (await transaction.get(annotationSets, id)) ?? { count: 0 }
  for (const { name, row, stored } of loose) {
    const old = await transaction.get(annotations, bucketId, id, name)
    if (old) {
      replacing()
      await unlinkContent(transaction, old.content)
    } else count++
    if (count > MOST_ANNOTATIONS) throw new S3Error('AnnotationLimitExceeded')
    await linkContent(transaction, stored)
    transaction.put(annotations, [bucketId, id, name], row)
    transaction.usageOf(bucketId).bytes += row.sizeBytes - (old?.sizeBytes ?? 0)
  }
  transaction.put(annotationSets, [id], { count })
}

/** Takes one out, as the transaction commits; false where there is none. `removing` may refuse by throwing. */
export async function removeAnnotationRow(
  transaction: Transaction,
  bucketId: string,
  id: string | undefined,
  name: string,
  removing: () => void,
): Promise<boolean> {
  const old = id === undefined ? undefined : await transaction.get(annotations, bucketId, id, name)
  if (!old || id === undefined) return false
  removing()
  const { count } = (await transaction.get(annotationSets, id)) ?? { count: 1 }
  await unlinkContent(transaction, old.content)
  transaction.remove(annotations, bucketId, id, name)
  transaction.usageOf(bucketId).bytes -= old.sizeBytes
  transaction.put(annotationSets, [id], { count: count - 1 })
  return true
}
