import type { Entry, OrderedStore } from '../../metadata/ordered-store.ts'
import { type WaitingLogRow, waitingLogs } from '../../metadata/tables/log-tables.ts'
import { readable } from '../../metadata/unreadable-rows.ts'
import { FULL_BYTES } from '../../s3/shared/access-log/access-log.ts'
import type { LogBatch } from '../../s3/operations/logging/write-log-object.ts'
import { entriesOf } from '../../metadata/entries-of.ts'

/** Rows read at once: each may be as large as a quarter of a megabyte. */
const PAGE = 16

/** Rows that tell whether much is coming: among full ones there is now and then one that is not. */
const FEW = 4

/** A log object has so many bytes at the most, so that gathering it takes little memory. */
const MOST_OBJECT_BYTES = 8 * 1024 * 1024

export interface WaitingEntry {
  readonly bucketId: string
  readonly milliseconds: number
  /** So much comes that it should not wait for its time. */
  readonly isFull: boolean
}

/** The oldest records of the first bucket that comes after another; `undefined` where none is left. */
export async function nextWaiting(
  metadata: OrderedStore,
  afterBucketId: string | undefined,
): Promise<WaitingEntry | undefined> {
  const { start: first, end } = waitingLogs.range()
  const start = afterBucketId === undefined ? first : waitingLogs.range(afterBucketId).end
  const entries = await metadata.scan({ start, end, limit: FEW })
  const [entry] = entries
  if (!entry) return undefined
  const [bucketId, milliseconds] = waitingLogs.parts(entry.key)
  const isOfSame = ({ key }: Entry): boolean => waitingLogs.parts(key)[0] === bucketId
  const isFull = entries.some((each) => each.value.length >= FULL_BYTES && isOfSame(each))
  return { bucketId, milliseconds, isFull }
}

/** The oldest records of a bucket that may stand in one log object. */
export async function readBatch(
  metadata: OrderedStore,
  bucketId: string,
): Promise<(LogBatch & { readonly recordCount: number }) | undefined> {
  const taken: { readonly entry: Entry; readonly row: WaitingLogRow }[] = []
  let sizeBytes = 0
  for await (const entry of waitingEntries(metadata, bucketId)) {
    const row = readable(metadata, waitingLogs, entry)?.row
    if (!row) continue
    sizeBytes += entry.value.length
    const [first] = taken
    if (first && (sizeBytes > MOST_OBJECT_BYTES || !belongTogether(first.row, row))) break
    taken.push({ entry, row })
  }
  const [first] = taken
  if (!first) return undefined
  const { source, logging, day } = first.row
  return {
    source,
    logging,
    day,
    text: taken.map(({ row }) => row.text).join(''),
    recordCount: taken.reduce((sum, { row }) => sum + row.recordCount, 0),
    rows: taken.map(({ entry: { key, stamp } }) => ({ key, stamp })),
  }
}

/** A log object tells of one bucket; where its key has the time of the requests, of one day. */
function belongTogether(one: WaitingLogRow, other: WaitingLogRow): boolean {
  return kindOf(one) === kindOf(other)
}

function kindOf({ source, logging, day }: WaitingLogRow): string {
  return JSON.stringify([source, logging, logging.keyFormat === 'EventTime' && day])
}

/**
 * Removes the oldest records of a bucket until those that are left take no more than `mostBytes`; tells how many records
 * were lost.
 */
export async function dropOldest(
  metadata: OrderedStore,
  bucketId: string,
  mostBytes: number,
): Promise<number> {
  let excessBytes = -mostBytes
  for await (const { value } of waitingEntries(metadata, bucketId)) excessBytes += value.length
  if (excessBytes <= 0) return 0
  let lost = 0
  for await (const entry of waitingEntries(metadata, bucketId)) {
    if (excessBytes <= 0) break
    excessBytes -= entry.value.length
    const isRemoved = await metadata.commit({ expect: [entry], put: [], remove: [entry.key] })
    // How many one had that cannot be read nobody knows.
    if (isRemoved) lost += readable(metadata, waitingLogs, entry)?.row.recordCount ?? 1
  }
  return lost
}

function waitingEntries(metadata: OrderedStore, bucketId: string): AsyncGenerator<Entry> {
  return entriesOf(metadata, waitingLogs.range(bucketId), PAGE)
}
