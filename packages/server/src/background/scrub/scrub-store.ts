import type { Entry } from '../../metadata/ordered-store.ts'
import { buckets } from '../../metadata/tables/tables.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { isObject } from '../../s3/shared/object/version-order.ts'
import { entriesOf } from '../store-usage.ts'
import { type Damage, SCRUBBED, scrubEntry, type ScrubbedTable } from './scrub-page.ts'

/** How far a scrub of everything is. */
export interface ScrubProgress {
  readonly totalBytes: number
  readonly bytes: number
  readonly objects: number
  /** Sealed with keys that only requests bring along. */
  readonly sealedObjects: number
  readonly damages: readonly Damage[]
}

/** Verifies every object version of a store now, as fast as it goes. */
export async function scrubStore(
  service: S3Service,
  onProgress: (progress: ScrubProgress) => void,
  signal: AbortSignal,
): Promise<ScrubProgress> {
  let totalBytes = 0
  for await (const { table, entry } of scrubbedEntries(service)) {
    const row = table.decode(entry)
    if (isObject(row)) totalBytes += row.sizeBytes
  }
  const damages: Damage[] = []
  const progress = { totalBytes, bytes: 0, objects: 0, sealedObjects: 0, damages }
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
        onProgress(progress)
      },
      onDamage: (damage) => damages.push(damage),
      signal,
    })
  }
  return progress
}

async function* scrubbedEntries(
  service: S3Service,
): AsyncGenerator<{ bucketName: string; table: ScrubbedTable; entry: Entry }> {
  const { metadata } = service.stores
  for await (const bucket of entriesOf(metadata, buckets.range())) {
    const [bucketName] = buckets.parts(bucket.key)
    const { id } = buckets.decode(bucket)
    for (const { table } of SCRUBBED) {
      for await (const entry of entriesOf(metadata, table.range(id))) yield { bucketName, table, entry }
    }
  }
}
