import { BackupRefusal } from '../backup/backup-refusal.ts'
import { checkedBytes, skippable } from '../backup/restore-blobs.ts'
import { pickedContents } from '../metadata/tables/restoration-tables.ts'
import type { Content, ListedPart, SingleContent } from '../metadata/tables/rows.ts'
import { blobReferences, partLists } from '../metadata/tables/tables.ts'
import { readRow, transact, type Transaction } from '../metadata/transaction.ts'
import { readableRows } from '../metadata/unreadable-rows.ts'
import { readInline } from '../s3/shared/content/inline-bytes.ts'
import { linkContent, type LooseContent } from '../s3/shared/content/link-content.ts'
import { partListRows } from '../s3/shared/content/part-list.ts'
import { type Placed, placementOf } from '../s3/shared/content/placement.ts'
import { isShareable, type ShareableContent } from '../s3/shared/content/share-content.ts'
import { looseInline } from '../s3/shared/content/store-content.ts'
import type { BucketRestoration, CopiedContent } from './restoration.ts'

/** The bytes are not in the backup: the store had lost them. */
export class ContentLost extends Error {
  override readonly name = 'ContentLost'
}

/** Throws `ContentLost`, and `BackupRefusal` for bytes that are not those that were backed up. */
export function copyContent(
  restoration: BucketRestoration,
  content: Content,
  placed: Placed,
  sizeBytes: number,
): Promise<CopiedContent> {
  if (!isShareable(content)) return copySingle(restoration, content, placed)
  const { copies } = restoration
  const copying = copies.get(content.id) ?? copyOnce(restoration, content, placed, sizeBytes)
  copies.set(content.id, copying)
  return copying
}

async function copyOnce(
  restoration: BucketRestoration,
  content: ShareableContent,
  placed: Placed,
  sizeBytes: number,
): Promise<CopiedContent> {
  const known = (await readRow(restoration.picked, pickedContents, content.id))?.copy
  if (known) return copied({ content: known, isShared: true }, 0)
  const copy =
    content.kind === 'parts'
      ? await copyParts(restoration, content, placed, sizeBytes)
      : await copySingle(restoration, content, placed)
  return {
    ...copy,
    async link(transaction) {
      // Others of the same commit may have named it already.
      if (await isNamed(transaction, copy.content))
        await linkContent(transaction, { ...copy, isShared: true })
      else await copy.link(transaction)
    },
  }
}

async function isNamed(transaction: Transaction, content: Content): Promise<boolean> {
  if (content.kind === 'parts') return (await transaction.get(partLists, content.id, 0)) !== undefined
  return content.kind === 'blob' && (await transaction.get(blobReferences, content.id)) !== undefined
}

/** Call once a commit names what was copied, of all that `isNamed` knows: later versions share it. */
export async function rememberCopies(
  { picked, copies }: BucketRestoration,
  isNamed: (id: string) => boolean,
): Promise<void> {
  const done = await Promise.allSettled(
    [...copies].map(async ([id, copying]) => ({ id, copy: (await copying).content })),
  )
  copies.clear()
  await transact(picked, async (transaction) => {
    for (const outcome of done) {
      if (outcome.status === 'rejected') continue
      const { id, copy } = outcome.value
      if (!isShareable(copy) || !isNamed(copy.id)) continue
      const row = await transaction.get(pickedContents, id)
      transaction.put(pickedContents, [id], { ...row, copy })
    }
  })
}

function copied<Kind extends Content>(loose: LooseContent<Kind>, bytes: number): CopiedContent<Kind> {
  return {
    content: loose.content,
    bytes,
    async link(transaction) {
      await linkContent(transaction, loose)
    },
  }
}

export async function copySingle(
  { service, picked, disk, skipsDamaged, signal }: BucketRestoration,
  content: SingleContent,
  placed: Placed,
): Promise<CopiedContent<SingleContent>> {
  if (content.kind === 'empty') return copied({ content }, 0)
  if (content.kind === 'inline') {
    const inline = await readInline(picked, content)
    if (!inline) throw new ContentLost('the store had lost its bytes before the backup')
    return copied(looseInline(service, inline, content.seal), inline.length)
  }
  const file = (await readRow(picked, pickedContents, content.id))?.file
  if (!file)
    throw new ContentLost(
      `blob ${content.id} is not in the backup, mostly since the store had lost it before`,
    )
  const { place } = placementOf(service.settings, placed)
  const writing = service.stores.blobs.write(checkedBytes(disk, file), signal, place)
  const { id } = await writing.catch((error: unknown) => {
    if (!(error instanceof BackupRefusal)) throw error
    throw skipsDamaged ? new ContentLost(error.message) : skippable(error.message)
  })
  return copied({ content: { ...content, id } }, file.sizeBytes)
}

async function copyParts(
  restoration: BucketRestoration,
  content: Extract<Content, { kind: 'parts' }>,
  placed: Placed,
  sizeBytes: number,
): Promise<CopiedContent> {
  const { picked, service } = restoration
  const parts: ListedPart[] = []
  const copies: CopiedContent[] = []
  for await (const { row } of readableRows(picked, partLists, partLists.range(content.id)))
    for (const part of row.parts) {
      const copy = await copySingle(restoration, part.content, placed)
      copies.push(copy)
      parts.push({ ...part, content: copy.content })
    }
  if (parts.reduce((sum, part) => sum + part.sizeBytes, 0) !== sizeBytes)
    throw new ContentLost('the store had lost some of its parts before the backup')
  const id = service.contentIds.next()
  return {
    content: { ...content, id },
    bytes: copies.reduce((sum, { bytes }) => sum + bytes, 0),
    async link(transaction) {
      for (const copy of copies) await copy.link(transaction)
      for (const list of partListRows(parts))
        transaction.put(partLists, [id, list.parts[0]?.startByte ?? 0], list)
    },
  }
}
