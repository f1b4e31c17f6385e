import { StorageFault } from '../../base/storage-fault.ts'
import { sealedSize } from '../../encryption/sealed-size.ts'
import type { ObjectRow, SingleContent } from '../../metadata/tables/rows.ts'
import { blobReferences, garbage } from '../../metadata/tables/tables.ts'
import { readRow } from '../../metadata/transaction.ts'
import { readInline } from '../../s3/shared/content/inline-bytes.ts'
import { partsFrom } from '../../s3/shared/content/read-content.ts'
import type { Stores } from '../../s3/shared/content/stores.ts'

/**
 * What an object lacks of all that its bytes are kept in, or has too much of; `undefined` where nothing. Needs no key.
 * Throws the faults of what it reads.
 */
export async function missingPiece(
  stores: Stores,
  { content, sizeBytes, encryption }: Pick<ObjectRow, 'content' | 'sizeBytes' | 'encryption'>,
): Promise<string | undefined> {
  const isSealedTwice = encryption?.kind === 'aws:kms:dsse'
  if (content.kind !== 'parts') return missingOf(stores, content, sizeBytes, isSealedTwice)
  if (await readRow(stores.metadata, garbage, content.id)) return `the part list ${content.id} was let go of`
  let position = 0
  for await (const part of partsFrom(stores, content.id, 0)) {
    if (part.startByte !== position) break
    const missing = await missingOf(stores, part.content, part.sizeBytes, isSealedTwice)
    if (missing !== undefined) return `part ${part.partNumber}: ${missing}`
    position += part.sizeBytes
  }
  return position === sizeBytes
    ? undefined
    : `the part list ${content.id} ends at byte ${position} of ${sizeBytes}`
}

async function missingOf(
  stores: Stores,
  content: SingleContent,
  sizeBytes: number,
  isSealedTwice: boolean,
): Promise<string | undefined> {
  if (content.kind === 'empty') return undefined
  if (content.kind === 'inline') {
    const bytes = await readInline(stores.metadata, content)
    return bytes ? undefined : `the inline bytes ${content.id} are missing`
  }
  if (!(await readRow(stores.metadata, blobReferences, content.id)))
    return `the reference to blob ${content.id} is missing`
  const plainBytes = content.compressedBytes ?? sizeBytes
  const { seal } = content
  const sealedBytes = seal ? sealedSize(plainBytes, seal.chunkBytes) : plainBytes
  const keptBytes = seal && isSealedTwice ? sealedSize(sealedBytes) : sealedBytes
  if (!(await hasByte(stores, content.id, keptBytes - 1))) return `blob ${content.id} is cut off, or missing`
  if (await hasByte(stores, content.id, keptBytes))
    return `blob ${content.id} has more bytes than were stored`
  return undefined
}

async function hasByte({ blobs }: Stores, id: string, at: number): Promise<boolean> {
  try {
    const { signal } = new AbortController()
    for await (const _ of blobs.read(id, { start: at, end: at + 1 }, signal)) return true
    return false
  } catch (error) {
    if (error instanceof StorageFault && error.kind === 'corrupt') return false
    throw error
  }
}
