import { setImmediate as nextTurn } from 'node:timers/promises'
import { justAfter } from '../../metadata/just-after.ts'
import type { Entry, OrderedStore, Snapshot, Stamp } from '../../metadata/ordered-store.ts'
import { sumOfShares } from '../../metadata/read-usage.ts'
import { annotations } from '../../metadata/tables/annotation-tables.ts'
import { current, garbage, parts, uploads, versions } from '../../metadata/tables/tables.ts'
import { BASE_SHARE, usageShares } from '../../metadata/tables/usage-tables.ts'
import type { TupleRange } from '../../metadata/tuple.ts'
import { unlessUnreadable } from '../../metadata/unreadable-rows.ts'
import { addUsage, noUsage, type UsageAmounts } from '../../metadata/usage-amounts.ts'

const PAGE = 500

/** What the shares of a bucket lack, and the stamp of the base that lacks it: added to another one it may be added twice. */
export interface Missing {
  readonly missing: UsageAmounts
  readonly baseStamp: Stamp | undefined
}

/** One moment of a store, of which buckets are counted row by row. */
export class CountedMoment {
  readonly #metadata: OrderedStore
  readonly #snapshot: Snapshot
  readonly #signal: AbortSignal
  /** Uploads that are over, and whose parts count until they are freed, by bucket. */
  #ended: Map<string, string[]> | undefined

  constructor(metadata: OrderedStore, snapshot: Snapshot, signal: AbortSignal) {
    this.#metadata = metadata
    this.#snapshot = snapshot
    this.#signal = signal
  }

  /**
   * By how much the shares of a bucket told less than its rows. Both are of the moment, and every commit changes both by the
   * same: so it is true of any later moment, until it is added to the base.
   */
  async missingIn(bucketId: string): Promise<Missing> {
    const missing = await this.#countedIn(bucketId)
    const shares: Entry[] = []
    for await (const page of this.#pages(usageShares.range(bucketId))) shares.push(...page)
    addUsage(missing, sumOfShares(this.#metadata, shares), -1)
    const key = usageShares.key(bucketId, ...BASE_SHARE)
    const base = shares.find((share) => key.equals(share.key))
    return { missing, baseStamp: base?.stamp }
  }

  async #countedIn(bucketId: string): Promise<UsageAmounts> {
    const counted = noUsage()
    await this.#each(current.range(bucketId), (entry) => {
      counted.bytes += current.brief.decode(entry).sizeBytes
      counted.objects++
      counted.versions++
    })
    await this.#each(versions.range(bucketId), (entry) => {
      const row = versions.brief.decode(entry)
      if (row.isDeleteMarker) counted.deleteMarkers++
      else {
        counted.versions++
        counted.bytes += row.sizeBytes
      }
    })
    await this.#each(annotations.range(bucketId), (entry) => {
      counted.bytes += annotations.decode(entry).sizeBytes
    })
    const open: string[] = []
    await this.#each(uploads.range(bucketId), ({ key }) => open.push(uploads.parts(key)[2]))
    this.#ended ??= await this.#endedUploads()
    for (const uploadId of [...open, ...(this.#ended.get(bucketId) ?? [])])
      await this.#each(parts.range(uploadId), (entry) => {
        counted.partBytes += parts.decode(entry).sizeBytes
      })
    return counted
  }

  async #endedUploads(): Promise<Map<string, string[]>> {
    const ended = new Map<string, string[]>()
    await this.#each(garbage.range(), (entry) => {
      const row = garbage.decode(entry)
      if (row.kind !== 'upload' || row.bucketId === undefined) return
      const ids = ended.get(row.bucketId)
      if (ids) ids.push(row.id)
      else ended.set(row.bucketId, [row.id])
    })
    return ended
  }

  /** Rows that cannot be read count as nothing, here and when they are taken out. */
  async #each(range: TupleRange, count: (entry: Entry) => void): Promise<void> {
    for await (const page of this.#pages(range)) {
      for (const entry of page) unlessUnreadable(this.#metadata, () => count(entry))
    }
  }

  async *#pages({ start, end }: TupleRange): AsyncGenerator<readonly Entry[]> {
    for (let from: Uint8Array = start; ;) {
      this.#signal.throwIfAborted()
      const entries = await this.#snapshot.scan({ start: from, end, limit: PAGE })
      yield entries
      const last = entries.at(-1)
      if (!last || entries.length < PAGE) return
      from = justAfter(last.key)
      // Requests come between pages.
      await nextTurn()
    }
  }
}
