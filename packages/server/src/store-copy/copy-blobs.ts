import { createHash } from 'node:crypto'
import { isBlobId } from '../backup/backup-blobs.ts'
import { eachOf } from '../backup/each-of.ts'
import { StorageFault } from '../base/storage-fault.ts'
import type { BlobId, BlobStore } from '../blobs/blob-store.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { blobReferences } from '../metadata/tables/tables.ts'
import { CopyRefusal } from './copy-refusal.ts'
import { rowsOf } from './rows-of-store.ts'

export interface BlobCopy {
  /** Its rows name the blobs. */
  readonly metadata: OrderedStore
  readonly from: BlobStore
  readonly to: BlobStore
  /** Up to this one all were copied and read back by a run before. */
  readonly checkedUpTo: BlobId | undefined
  /** All up to this one are there, durable, and were read back. */
  readonly onChecked: (id: BlobId) => Promise<void>
  /** So many more are there, and so many bytes of them were read. */
  readonly onBlobs: (blobs: number, bytes: number) => void
  readonly signal: AbortSignal
}

export interface CopiedBlobs {
  readonly blobs: number
  readonly bytes: number
  /** Those that rows name and the store does not have. */
  readonly lostBlobs: readonly BlobId[]
}

const AT_ONCE = 8
const BLOBS_OF_STEP = 256

/**
 * Copies every blob that rows name, in the order of their ids, and reads each back. Immutable as they are, those of a run before
 * are read on both sides, or known to be right. Throws `CopyRefusal` for bytes that do not come back as they went.
 */
export async function copyBlobs(copy: BlobCopy): Promise<CopiedBlobs> {
  const copied = { blobs: 0, bytes: 0, lostBlobs: [] as BlobId[] }
  for await (const ids of namedBlobs(copy.metadata)) {
    await eachOf(ids, AT_ONCE, async (id) => {
      copy.signal.throwIfAborted()
      const sizeBytes = await sizeIn(copy.from, id)
      if (sizeBytes === undefined) copied.lostBlobs.push(id)
      else {
        const readBytes = await copyBlob(copy, id, sizeBytes)
        copied.blobs++
        copied.bytes += sizeBytes
        return copy.onBlobs(1, readBytes)
      }
      copy.onBlobs(1, 0)
    })
    await copy.onChecked(ids.at(-1) ?? '')
  }
  return { ...copied, lostBlobs: copied.lostBlobs.toSorted() }
}

/**
 * Whether the blobs that the rows of a copy name are in `to`, but for those that the store had lost itself. A copy that came to its end
 * with another place for its blobs has the same rows.
 */
export async function hasBlobs(
  copy: OrderedStore,
  { metadata, from, to }: Pick<BlobCopy, 'metadata' | 'from' | 'to'>,
): Promise<boolean> {
  let isMissing = false
  for await (const ids of namedBlobs(copy)) {
    await eachOf(ids, AT_ONCE, async (id) => {
      if ((await sizeIn(to, id)) !== undefined) return
      const isNamed = (await metadata.get(blobReferences.key(id))) !== undefined
      if (!isNamed || (await sizeIn(from, id)) !== undefined) isMissing = true
    })
    if (isMissing) return false
  }
  return true
}

/** In steps, in the order of their ids. */
async function* namedBlobs(metadata: OrderedStore): AsyncGenerator<readonly BlobId[]> {
  let ids: BlobId[] = []
  for await (const { key } of rowsOf(metadata, blobReferences.range())) {
    const [id] = blobReferences.parts(key)
    if (!isBlobId(id)) continue
    ids.push(id)
    if (ids.length < BLOBS_OF_STEP) continue
    yield ids
    ids = []
  }
  if (ids.length > 0) yield ids
}

/** `undefined` where the store does not have it. */
async function sizeIn(blobs: BlobStore, id: BlobId): Promise<number | undefined> {
  try {
    return await blobs.sizeOf(id)
  } catch (error) {
    if (error instanceof StorageFault && error.kind === 'corrupt') return undefined
    throw error
  }
}

/** How many bytes were read for it. */
async function copyBlob(copy: BlobCopy, id: BlobId, sizeBytes: number): Promise<number> {
  const { from, to, signal, checkedUpTo } = copy
  const isWhole = (await sizeIn(to, id)) === sizeBytes
  if (isWhole && checkedUpTo !== undefined && id <= checkedUpTo) return 0
  const original = (): AsyncIterable<Uint8Array> => from.read(id, { start: 0, end: sizeBytes }, signal)
  const there = (): Promise<string> => digestOf(to.read(id, { start: 0, end: sizeBytes }, signal))
  if (isWhole && (await there()) === (await digestOf(original()))) return sizeBytes
  const hash = createHash('sha256')
  await to.replace(id, noted(original(), hash), signal)
  if ((await there()) !== hash.digest('hex'))
    throw new CopyRefusal(
      `Blob ${id} did not come back as it was written. Look at the disk and the memory of both sides, and run the command again: it goes on.`,
    )
  return sizeBytes
}

async function digestOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of bytes) hash.update(chunk)
  return hash.digest('hex')
}

/** What is read is lent, what is written is given away. */
async function* noted(
  bytes: AsyncIterable<Uint8Array>,
  hash: { update(chunk: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield Buffer.from(chunk)
  }
}
