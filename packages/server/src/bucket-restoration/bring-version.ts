import { type AnnotationRow, annotations, annotationSets } from '../metadata/tables/annotation-tables.ts'
import type { Content, ObjectRow, VersionRow } from '../metadata/tables/rows.ts'
import type { Transaction } from '../metadata/transaction.ts'
import { readableRows } from '../metadata/unreadable-rows.ts'
import { newAnnotationsId } from '../s3/shared/annotating/put-annotation-row.ts'
import { isShareable } from '../s3/shared/content/share-content.ts'
import { isObject } from '../s3/shared/object/version-order.ts'
import { rebindEncryption } from '../s3/shared/sealing/rebind-encryption.ts'
import { copyContent, copySingle } from './copy-content.ts'
import type { BucketRestoration, CopiedContent } from './restoration.ts'

/** A version with all that it has in the store; a commit has to name it. */
export interface BroughtVersion {
  readonly row: VersionRow
  readonly bytes: number
  /** Puts all but the row itself. */
  link(transaction: Transaction): Promise<void>
}

/** Throws `ContentLost`, `BackupRefusal`, and what the key service refuses. */
export async function bringVersion(
  restoration: BucketRestoration,
  key: string,
  row: VersionRow,
): Promise<BroughtVersion> {
  if (!isObject(row)) return { row, bytes: 0, link: async () => {} }
  const content = await copyContent(restoration, row.content, row, row.sizeBytes)
  const set = await bringAnnotations(restoration, key, row)
  return {
    row: {
      ...row,
      content: ofVersion(row.content, content.content),
      encryption: await rebound(restoration, key, row.encryption),
      annotations: set?.id,
    },
    bytes: content.bytes,
    async link(transaction) {
      await content.link(transaction)
      await set?.link(transaction)
    },
  }
}

/** Where the bytes are that others share; what opens them, and whether they have parts to tell of, is each version's own. */
function ofVersion(own: Content, copy: Content): Content {
  return isShareable(own) && isShareable(copy) ? { ...own, id: copy.id } : copy
}

/** What the annotations of a version hold. */
export async function annotationBytes(restoration: BucketRestoration, row: ObjectRow): Promise<number> {
  const found = await annotationsOf(restoration, row)
  return found.reduce((sum, { row }) => sum + row.sizeBytes, 0)
}

async function annotationsOf({ picked, bucket }: BucketRestoration, { annotations: id }: ObjectRow) {
  if (id === undefined) return []
  const found: { readonly name: string; readonly row: AnnotationRow }[] = []
  for await (const { parts, row } of readableRows(picked, annotations, annotations.range(bucket.id, id)))
    found.push({ name: parts[2], row })
  return found
}

async function bringAnnotations(restoration: BucketRestoration, key: string, version: ObjectRow) {
  const found = await annotationsOf(restoration, version)
  if (found.length === 0) return undefined
  const { service, claim } = restoration
  const id = newAnnotationsId(service.random)
  const brought: { readonly name: string; readonly row: AnnotationRow; readonly copy: CopiedContent }[] = []
  for (const { name, row } of found) {
    const copy = await copySingle(restoration, row.content, {})
    const encryption = await rebound(restoration, key, row.encryption)
    brought.push({ name, row: { ...row, content: copy.content, encryption }, copy })
  }
  return {
    id,
    async link(transaction: Transaction): Promise<void> {
      for (const { name, row, copy } of brought) {
        await copy.link(transaction)
        transaction.put(annotations, [claim.bucketId, id, name], row)
      }
      transaction.put(annotationSets, [id], { count: brought.length })
    },
  }
}

function rebound<Encryption extends ObjectRow['encryption']>(
  { context, bucket, from, to }: BucketRestoration,
  key: string,
  encryption: Encryption,
): Promise<Encryption> {
  if (from === to) return Promise.resolve(encryption)
  // Its owner and region are what they were.
  return rebindEncryption(
    context,
    encryption,
    { bucketName: from, bucket, key },
    { bucketName: to, bucket, key },
  )
}
