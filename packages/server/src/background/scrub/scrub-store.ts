import type { Entry } from '../../metadata/ordered-store.ts'
import type { VersionRow } from '../../metadata/tables/rows.ts'
import { readable } from '../../metadata/unreadable-rows.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { isObject } from '../../s3/shared/object/version-order.ts'
import { entriesOf } from '../../metadata/entries-of.ts'
import { bucketNames } from '../store-usage.ts'
import { type Damage, forgetGone, noteRow } from './damage.ts'
import { type RowDamage, scrubRows } from './scrub-rows.ts'
import { SCRUBBED, scrubEntry, type ScrubbedTable } from './scrub-page.ts'

/** How far a scrub of everything is. */
export interface ScrubProgress {
  readonly totalBytes: number
  readonly bytes: number
  readonly objects: number
  /** Sealed with keys that only requests bring along: whether all pieces are there was looked at, but not the bytes. */
  readonly sealedObjects: number
  /** On disks that are not there now: not looked at. */
  readonly awayObjects: number
  /** Of objects whose bytes are not those that were stored. */
  readonly damages: readonly Damage[]
  readonly rows: number
  /** Of rows that cannot be read. */
  readonly rowDamages: readonly Damage[]
}

export interface ScrubStoreOptions {
  readonly onProgress: (progress: ScrubProgress) => void
  /** Told of each damage with its row, for who wants to do something about it. */
  readonly onRowDamage?: (found: RowDamage) => void
  readonly onObjectDamage?: (found: RowDamage) => void
  /** Whether the store is told what is damaged: not where it is read only. */
  readonly notes: boolean
  readonly signal: AbortSignal
}

/** Reads every row of a store, and verifies every object version, now, as fast as it goes. */
export async function scrubStore(service: S3Service, options: ScrubStoreOptions): Promise<ScrubProgress> {
  const { notes, signal, onProgress } = options
  const rowDamages: Damage[] = []
  const damages: Damage[] = []
  const progress = {
    totalBytes: 0,
    bytes: 0,
    objects: 0,
    sealedObjects: 0,
    awayObjects: 0,
    damages,
    rows: 0,
    rowDamages,
  }
  await scrubRows(service.stores.metadata, {
    onRows: (rows) => (progress.rows += rows),
    async onDamage(found) {
      rowDamages.push(found.damage)
      options.onRowDamage?.(found)
      if (notes && found.entry) await noteRow(service, found.entry.key, found.damage)
    },
    signal,
  })
  for await (const { table, entry } of scrubbedEntries(service)) {
    const row = table.decode(entry)
    if (isObject(row)) progress.totalBytes += row.sizeBytes
  }
  for await (const { bucketName, table, entry } of scrubbedEntries(service)) {
    signal.throwIfAborted()
    const before = progress.bytes
    await scrubEntry(service, bucketName, table, entry, {
      async bytesRead(bytes) {
        progress.bytes += bytes
        onProgress(progress)
      },
      onVerdict({ kind }, { sizeBytes }) {
        // What could not be read whole counts all the same, or the bar would never be full.
        progress.bytes = before + sizeBytes
        progress.objects++
        if (kind === 'sealed') progress.sealedObjects++
        if (kind === 'away') progress.awayObjects++
        onProgress(progress)
      },
      onDamage(damage, damagedEntry) {
        damages.push(damage)
        if (damagedEntry) options.onObjectDamage?.({ entry: damagedEntry, damage })
      },
      notes,
      signal,
    })
  }
  if (notes) await forgetGone(service.stores.metadata)
  return progress
}

/** Those of buckets, too, whose row cannot be read. */
async function* scrubbedEntries(
  service: S3Service,
): AsyncGenerator<{ bucketName: string; table: ScrubbedTable; entry: Entry }> {
  const { metadata } = service.stores
  const names = await bucketNames(metadata)
  for (const { table } of SCRUBBED) {
    for await (const entry of entriesOf(metadata, table.range())) {
      const found = readable<readonly string[], VersionRow>(metadata, table, entry)
      if (!found) continue
      const [bucketId = ''] = found.parts
      yield { bucketName: names.get(bucketId) ?? `(bucket ${bucketId})`, table, entry }
    }
  }
}
