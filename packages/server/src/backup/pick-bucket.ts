import { bufferOf } from '../base/buffer-of.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { annotations, annotationSets } from '../metadata/tables/annotation-tables.ts'
import { storeKeys } from '../metadata/tables/kms-tables.ts'
import { quotas } from '../metadata/tables/quota-tables.ts'
import { pickedContents } from '../metadata/tables/restoration-tables.ts'
import type { BucketRow, Content } from '../metadata/tables/rows.ts'
import {
  bucketDocuments,
  buckets,
  current,
  inlineBytes,
  partLists,
  uncheckedInlineBytes,
  versionHeads,
  versionIds,
  versions,
} from '../metadata/tables/tables.ts'
import type { StoredRow } from '../metadata/table.ts'
import type { TupleRange } from '../metadata/tuple.ts'
import { readableRows, unlessUnreadable } from '../metadata/unreadable-rows.ts'
import { backedUp, groupsOf, isBlobId } from './backup-blobs.ts'
import type { BackupFolder } from './backup-folder.ts'
import { BackupRefusal } from './backup-refusal.ts'
import type { Moment } from './moment.ts'
import { PackReader } from './pack-reader.ts'
import { readRows } from './read-rows.ts'
import { assertAll } from './restore-blobs.ts'
import { RowBatches } from './row-batches.ts'
import type { IndexedRow } from './row-index.ts'

export interface BucketPick {
  readonly folder: BackupFolder
  readonly moment: Moment
  /** The bucket's name then. */
  readonly name: string
  /** Empty: gets the rows of the bucket, and of all content that they name. */
  readonly metadata: OrderedStore
  /** Whether blobs may be missing of which nobody knew that they were lost. */
  readonly skipsDamaged: boolean
  /** So many more keys of the moment were looked at; each is twice. */
  readonly onRows: (rows: number) => void
  readonly signal: AbortSignal
}

interface Picking extends BucketPick {
  readonly packs: PackReader
  readonly batches: RowBatches
}

/**
 * Picks the rows of one bucket out of a moment; rows that cannot be read are told (`unreadableRows`) and left out. Throws
 * `BackupRefusal` where there is no such bucket, or the moment is not whole; no bytes of blobs are read.
 */
export async function pickBucket(pick: BucketPick): Promise<BucketRow> {
  const packs = new PackReader(pick.folder, pick.moment)
  const picking = { ...pick, packs, batches: new RowBatches(pick.metadata) }
  try {
    const bucket = await findBucket(picking)
    await pickOwn(picking, bucket.id)
    await pickContents(picking)
    await pickBlobs(picking)
    return bucket
  } finally {
    await packs.close()
  }
}

async function findBucket({ folder, moment, name, packs }: Picking): Promise<BucketRow> {
  const wanted = buckets.key(name)
  for await (const rows of readRows(folder, moment)) {
    const row = rows.find(({ key }) => key.equals(wanted))
    if (row) return buckets.decode({ key: row.key, value: await packs.valueOf(row) })
    if ((rows.at(-1)?.key.compare(wanted) ?? -1) > 0) break
  }
  throw new BackupRefusal(`Moment ${moment.number} has no bucket ${name}.`)
}

/** What is under the bucket's id, and the keys of the store, of which it may need any. */
async function pickOwn(picking: Picking, bucketId: string): Promise<void> {
  const ranges = [
    ...[current, versions, versionHeads, versionIds, bucketDocuments, annotations].map((table) =>
      table.range(bucketId),
    ),
    quotas.range('bucket', bucketId),
    storeKeys.range(),
  ]
  for await (const rows of readRows(picking.folder, picking.moment)) {
    picking.signal.throwIfAborted()
    for (const row of rows) if (isWithin(row, ranges)) await pickRow(picking, row)
    picking.onRows(rows.length)
  }
  await picking.batches.commit()
}

/** Lists of parts come before the bytes of parts. */
const CONTENTS = [
  [partLists.range()],
  [uncheckedInlineBytes, annotationSets, inlineBytes].map((table) => table.range()),
]

async function pickContents(picking: Picking): Promise<void> {
  for await (const rows of readRows(picking.folder, picking.moment)) {
    picking.signal.throwIfAborted()
    for (const ranges of CONTENTS) {
      const candidates = rows.filter((row) => isWithin(row, ranges))
      for (const row of await wantedOf(picking, candidates)) await pickRow(picking, row)
      await picking.batches.commit()
    }
    picking.onRows(rows.length)
  }
}

async function wantedOf({ metadata }: Picking, rows: readonly IndexedRow[]): Promise<IndexedRow[]> {
  if (rows.length === 0) return []
  // Keys of all these tables begin with the id.
  const names = rows.map(({ key }) => pickedContents.key(inlineBytes.parts(key)[0]))
  const found = await metadata.getMany(names)
  return rows.filter((_, index) => found[index])
}

async function pickRow({ packs, batches, metadata }: Picking, row: IndexedRow): Promise<void> {
  const stored = { key: row.key, value: Buffer.from(await packs.valueOf(row)) }
  const contents = unlessUnreadable(metadata, () => namesIn(stored))
  if (!contents) return
  await batches.add(stored)
  for (const id of contents) {
    const key = pickedContents.key(id)
    await batches.add({ key, value: pickedContents.encode(key, {}, 1) })
  }
}

/** What a row names of content. Throws `UnreadableRow`. */
function namesIn(stored: StoredRow): string[] {
  const table = NAMING.find(({ range }) => isWithin(stored, [range]))
  return table?.names(stored) ?? []
}

const NAMING = [
  { range: current.range(), names: (stored: StoredRow) => namesOf(current.decode(stored)) },
  { range: partLists.range(), names: (stored: StoredRow) => partLists.decode(stored).parts.flatMap(namesOf) },
  {
    range: versions.range(),
    names(stored: StoredRow) {
      const row = versions.decode(stored)
      return row.isDeleteMarker ? [] : namesOf(row)
    },
  },
  { range: annotations.range(), names: (stored: StoredRow) => namesOf(annotations.decode(stored)) },
]

function namesOf({
  content,
  annotations: set,
}: {
  readonly content: Content
  readonly annotations?: string | undefined
}): string[] {
  return [...(content.kind === 'empty' ? [] : [content.id]), ...(set === undefined ? [] : [set])]
}

/** Where the blobs are that the picked rows name. */
async function pickBlobs({ folder, moment, metadata, batches, skipsDamaged }: Picking): Promise<void> {
  const lost = new Set(moment.lostBlobs)
  for await (const group of groupsOf(blobsIn(metadata))) {
    const known = await backedUp(folder, group)
    if (!skipsDamaged) assertAll(moment, group, known, lost)
    for (const { id, path, sizeBytes, sha256 } of known.values()) {
      const key = pickedContents.key(id)
      await batches.add({ key, value: pickedContents.encode(key, { file: { path, sizeBytes, sha256 } }, 1) })
    }
    await batches.commit()
  }
}

async function* blobsIn(metadata: OrderedStore): AsyncGenerator<string> {
  for await (const { parts } of readableRows(metadata, pickedContents)) if (isBlobId(parts[0])) yield parts[0]
}

function isWithin({ key }: Pick<StoredRow, 'key'>, ranges: readonly TupleRange[]): boolean {
  const bytes = bufferOf(key)
  return ranges.some(({ start, end }) => bytes.compare(start) >= 0 && bytes.compare(end) < 0)
}
