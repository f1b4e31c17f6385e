import { assert } from '../../../base/assert.ts'
import { type ChecksumAlgorithm, createChecksum } from '../../../base/checksums.ts'
import { CombinedCrc, type CrcAlgorithm } from '../../../base/combine-crc.ts'
import {
  type ChecksumRow,
  type Content,
  type ListedPart,
  type ObjectRow,
  PARTS_PER_ROW,
} from '../../../metadata/tables/rows.ts'
import { blobReferences, partLists } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { StoredContent } from '../../shared/content/store-content.ts'
import type { Stores } from '../../shared/content/stores.ts'
import { digestsOfParts } from './digests-of-parts.ts'

/** Source: S3 User Guide, "Appending data to objects in directory buckets". */
const MOST_PARTS = 10_000
const COMBINABLE: ReadonlySet<string> = new Set(['CRC32', 'CRC32C', 'CRC64NVME'] satisfies CrcAlgorithm[])

/** Throws TooManyParts where an object has as many parts as it may have. */
export function assertRoomForPart(row: ObjectRow): void {
  if (partCountOf(row) >= MOST_PARTS) throw new S3Error('TooManyParts')
}

function partCountOf({ content }: ObjectRow): number {
  if (content.kind === 'empty') return 0
  if (content.kind !== 'parts') return 1
  // A list that several objects name is not changed; copies within directory buckets share none.
  assert(content.partCount !== undefined, 'an object of a directory bucket has a part list to itself')
  return content.partCount
}

/** Where the last row of an object's part list begins; `undefined` where it has none. */
export async function lastListOf({ metadata }: Stores, content: Content): Promise<number | undefined> {
  if (content.kind !== 'parts') return undefined
  const [entry] = await metadata.scan({ ...partLists.range(content.id), limit: 1, reverse: true })
  return entry && partLists.parts(entry.key)[1]
}

interface Appending {
  readonly seen: ObjectRow
  readonly stored: StoredContent
  /** Of the part list, where there is none yet. */
  readonly contentId: string
  readonly lastList: number | undefined
}

/** The content of an object with one part more. The object's row, which the transaction relies on, changes with every part. */
export async function appendPart(transaction: Transaction, appending: Appending): Promise<Content> {
  const { seen, stored, contentId, lastList } = appending
  const { content } = seen
  if (content.kind === 'empty') return stored.content
  const count = partCountOf(seen)
  const part: ListedPart = {
    partNumber: count + 1,
    startByte: seen.sizeBytes,
    sizeBytes: stored.sizeBytes,
    content: stored.content,
    checksum: stored.checksum.value.toString('base64'),
  }
  if (content.kind !== 'parts') {
    const { sizeBytes, checksum } = seen
    const first = { partNumber: 1, startByte: 0, sizeBytes, content, checksum: checksum?.value }
    transaction.put(partLists, [contentId, 0], { parts: [first, part] })
    return { kind: 'parts', id: contentId, partCount: 2 }
  }
  const shared = await transaction.get(blobReferences, content.id)
  assert((shared?.references ?? 1) === 1, 'nobody else names the part list')
  const list = lastList === undefined ? undefined : await transaction.get(partLists, content.id, lastList)
  if (lastList !== undefined && list && list.parts.length < PARTS_PER_ROW)
    transaction.put(partLists, [content.id, lastList], { parts: [...list.parts, part] })
  else transaction.put(partLists, [content.id, seen.sizeBytes], { parts: [part] })
  return { ...content, partCount: count + 1 }
}

/**
 * The checksum of an object with one part more: a CRC is again that of all bytes; of another algorithm it is a checksum of those of the
 * parts, as of an upload in parts. Source: the same page.
 */
export async function appendedChecksum(
  { metadata }: Stores,
  { checksum: before, content, sizeBytes }: ObjectRow,
  { checksum: { algorithm, value }, sizeBytes: addedBytes }: StoredContent,
): Promise<ChecksumRow | undefined> {
  if (content.kind === 'empty') return { algorithm, value: value.toString('base64'), type: 'FULL_OBJECT' }
  if (!before) return undefined
  if (before.type === 'FULL_OBJECT' && COMBINABLE.has(before.algorithm)) {
    const crc = new CombinedCrc(before.algorithm as CrcAlgorithm)
    crc.add({ digest: Buffer.from(before.value, 'base64'), sizeBytes })
    crc.add({ digest: value, sizeBytes: addedBytes })
    return { ...before, value: crc.digest().toString('base64') }
  }
  const digests =
    content.kind === 'parts'
      ? await digestsOfParts(metadata, content.id)
      : { rows: [Buffer.from(before.value, 'base64')], count: 1 }
  if (!digests) return undefined
  const whole = createChecksum(before.algorithm as ChecksumAlgorithm)
  for (const row of [...digests.rows, value]) whole.update(row)
  return {
    algorithm: before.algorithm,
    value: `${whole.digest().toString('base64')}-${digests.count + 1}`,
    type: 'COMPOSITE',
  }
}
