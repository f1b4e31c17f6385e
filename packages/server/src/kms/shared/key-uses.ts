import type { Clock } from '../../base/clock.ts'
import type { Expectation, OrderedStore, Put } from '../../metadata/ordered-store.ts'
import {
  kmsKeys,
  kmsKeyUses,
  type KmsKeyUseRow,
  kmsUseTracking,
  type KmsUseTrackingRow,
} from '../../metadata/tables/kms-tables.ts'
import { putOf, transact } from '../../metadata/transaction.ts'
import { readIfReadable, unlessUnreadable } from '../../metadata/unreadable-rows.ts'

/** Keys that are remembered; beyond them uses are forgotten until some have been written. */
const MOST_PENDING = 100_000
const PAGE = 1000

/**
 * When keys of the key service were used last, and for what, remembered here until a worker writes it: no request waits for it. A crash takes
 * the last minute's of this process.
 */
export class KmsKeyUses {
  readonly #clock: Clock
  readonly #metadata: OrderedStore
  readonly #pending = new Map<string, KmsKeyUseRow>()
  #tracking: KmsUseTrackingRow
  #isTrackingKept: boolean

  private constructor(clock: Clock, metadata: OrderedStore, known: KmsUseTrackingRow | undefined) {
    this.#clock = clock
    this.#metadata = metadata
    this.#tracking = known ?? { sinceMilliseconds: clock.now().getTime() }
    this.#isTrackingKept = known !== undefined
  }

  /** Writes nothing: what opens a store may be there to look, and the store may take no writes. */
  static async open(clock: Clock, metadata: OrderedStore): Promise<KmsKeyUses> {
    return new KmsKeyUses(clock, metadata, await readIfReadable(metadata, kmsUseTracking))
  }

  /** What was before is not known. */
  get sinceMilliseconds(): number {
    return this.#tracking.sinceMilliseconds
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  /** `operation`: one that has succeeded. */
  note(keyId: string, operation: string, requestId: string | undefined): void {
    if (this.#pending.size >= MOST_PENDING && !this.#pending.has(keyId)) return
    const atMilliseconds = this.#clock.now().getTime()
    this.#pending.set(keyId, { atMilliseconds, operation, requestId })
  }

  /** The last use as this process knows it; none where its row cannot be read. */
  async find(keyId: string): Promise<KmsKeyUseRow | undefined> {
    const row = await readIfReadable(this.#metadata, kmsKeyUses, keyId)
    const pending = this.#pending.get(keyId)
    return pending && isLater(pending, row) ? pending : row
  }

  /**
   * Writes what is remembered, some of it; returns how many. Nothing is written of keys that are gone, nor over what another process knows to
   * be later; where one of them changes just now, all wait for the next time.
   */
  async save(): Promise<number> {
    if (!this.#isTrackingKept) await this.#keepTracking()
    const taken = [...this.#pending].slice(0, PAGE)
    if (taken.length === 0) return 0
    const keys = taken.flatMap(([id]) => [kmsKeys.key(id), kmsKeyUses.key(id)])
    const entries = await this.#metadata.getMany(keys)
    const expect: Expectation[] = []
    const put: Put[] = []
    for (const [index, [id, use]] of taken.entries()) {
      const holder = entries[2 * index]
      const before = entries[2 * index + 1]
      const row = before && unlessUnreadable(this.#metadata, () => kmsKeyUses.decode(before))
      if (!holder || !isLater(use, row)) continue
      expect.push(holder, { key: kmsKeyUses.key(id), stamp: before?.stamp })
      put.push(putOf(this.#metadata, kmsKeyUses, [id], use))
    }
    if (put.length > 0 && !(await this.#metadata.commit({ expect, put, remove: [] }))) return 0
    for (const [id, use] of taken) if (this.#pending.get(id) === use) this.#pending.delete(id)
    return taken.length
  }

  /** Another process may have begun before. */
  async #keepTracking(): Promise<void> {
    this.#tracking = await transact(this.#metadata, async (transaction) => {
      const row = (await transaction.get(kmsUseTracking)) ?? this.#tracking
      transaction.put(kmsUseTracking, [], row)
      return row
    })
    this.#isTrackingKept = true
  }
}

function isLater(use: KmsKeyUseRow, than: KmsKeyUseRow | undefined): boolean {
  return !than || use.atMilliseconds > than.atMilliseconds
}
