import { StorageFault } from '../../base/storage-fault.ts'
import { justAfter } from '../../metadata/just-after.ts'
import type { Entry, OrderedStore } from '../../metadata/ordered-store.ts'
import { allTables, tableOf } from '../../metadata/known-tables.ts'
import type { TuplePart } from '../../metadata/tuple.ts'
import { UnreadableRow } from '../../metadata/unreadable-row.ts'
import { pagesOf } from '../../metadata/entries-of.ts'
import { bucketNames } from '../store-usage.ts'
import type { Damage } from './damage.ts'

/** A row that cannot be read; without an entry where pages of the store itself cannot be. */
export interface RowDamage {
  readonly entry: Entry | undefined
  readonly damage: Damage
}

export interface RowScrub {
  readonly onRows: (rows: number) => void
  readonly onDamage: (found: RowDamage) => Promise<void> | void
  readonly signal: AbortSignal
}

/** Reads every row of a store and goes on past those that cannot be read. */
export async function scrubRows(
  metadata: OrderedStore,
  { onRows, onDamage, signal }: RowScrub,
): Promise<void> {
  let known: Promise<BucketNames> | undefined
  const names = (): Promise<BucketNames> => (known ??= bucketNames(metadata))
  for (const table of allTables()) {
    try {
      for await (const entries of pagesOf(metadata, table.range())) {
        signal.throwIfAborted()
        for (const found of await damagedRows(metadata, entries, names)) await onDamage(found)
        onRows(entries.length)
      }
    } catch (error) {
      if (!(error instanceof StorageFault) || error.kind !== 'corrupt') throw error
      const reason = `pages of the table cannot be read: ${error.message}`
      await onDamage({ entry: undefined, damage: { ...NOWHERE, table: table.name, reason } })
    }
  }
}

type BucketNames = ReadonlyMap<string, string>

/** The rows of a page that cannot be read, or not be found where they are. `names` is asked where there is one. */
export async function damagedRows(
  metadata: OrderedStore,
  entries: readonly Entry[],
  names: () => Promise<BucketNames>,
): Promise<RowDamage[]> {
  const direct = await metadata.getMany(entries.map(({ key }) => key))
  const found: RowDamage[] = []
  for (const [index, entry] of entries.entries()) {
    const reason = unreadableReason(entry) ?? (direct[index] ? undefined : await lostReason(metadata, entry))
    if (reason !== undefined) found.push({ entry, damage: damageOf(entry, reason, await names()) })
  }
  return found
}

export function unreadableReason(entry: Entry): string | undefined {
  const table = tableOf(entry.key)
  try {
    table?.decode(entry)
    return undefined
  } catch (error) {
    if (error instanceof UnreadableRow) return error.message
    throw error
  }
}

/** Where a walk comes to a row that a look for its key does not find, the way to it is damaged; or it went just now. */
async function lostReason(metadata: OrderedStore, { key }: Entry): Promise<string | undefined> {
  const end = justAfter(key)
  const walked = await metadata.scan({ start: key, end, limit: 1 })
  if (walked.length === 0 || (await metadata.get(key))) return undefined
  return 'the row is not found by its key: pages above it are damaged'
}

const NOWHERE = { bucketName: '', key: '', versionId: '' }

/** Names a row as people know what it is about. */
function damageOf(entry: Entry, reason: string, names: BucketNames): Damage {
  const table = tableOf(entry.key)
  const name = table?.name ?? 'no table'
  const parts = partsOf(entry)
  const [first, second, third] = parts.map((part) => (typeof part === 'string' ? part : ''))
  if (name === 'buckets') return { ...NOWHERE, table: name, bucketName: first ?? '', reason }
  if (name === 'ownedBuckets') return { ...NOWHERE, table: name, bucketName: second ?? '', reason }
  if (!OF_OBJECTS.has(name)) return { ...NOWHERE, table: name, reason }
  const bucketName = names.get(first ?? '') ?? `(bucket ${first ?? ''})`
  return {
    table: name,
    bucketName,
    key: second ?? '',
    versionId: name === 'versions' ? (third ?? '') : '',
    reason,
  }
}

/** Those whose keys begin with a bucket's id and an object's key. */
const OF_OBJECTS = new Set(['current', 'versions', 'versionHeads', 'uploads'])

function partsOf({ key }: Entry): readonly TuplePart[] {
  try {
    return tableOf(key)?.parts(key) ?? []
  } catch {
    return []
  }
}
