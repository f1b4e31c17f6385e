import type { Clock } from '../base/clock.ts'
import type { Expectation, OrderedStore } from '../metadata/ordered-store.ts'
import { iamAccessKeys, iamKeyUses, type IamKeyUseRow, iamRoles } from '../metadata/tables/iam-tables.ts'
import { putOf, readRow } from '../metadata/transaction.ts'

/** As often as AWS is said to keep it up: a use within this time of the last one that was kept changes nothing. */
const KEPT_FOR_MILLISECONDS = 60_000

/** Keys and roles that are remembered; beyond them uses are forgotten until some have been written. */
const MOST_PENDING = 100_000
const PAGE = 1000

/**
 * When access keys and roles were used last, remembered here until a worker writes it: no request waits for it. A crash takes the last
 * minute's of this process.
 */
export class KeyUses {
  readonly #clock: Clock
  readonly #metadata: OrderedStore
  readonly #pending = new Map<string, IamKeyUseRow>()

  constructor(clock: Clock, metadata: OrderedStore) {
    this.#clock = clock
    this.#metadata = metadata
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  /** `id`: of an access key or a role. */
  note(id: string, service: string, region: string): void {
    const atMilliseconds = this.#clock.now().getTime()
    const known = this.#pending.get(id)
    const isKnown =
      known?.service === service && atMilliseconds < known.atMilliseconds + KEPT_FOR_MILLISECONDS
    if (isKnown || (!known && this.#pending.size >= MOST_PENDING)) return
    this.#pending.set(id, { atMilliseconds, service, region })
  }

  /** The last use as this process knows it. */
  async find(id: string): Promise<IamKeyUseRow | undefined> {
    const pending = this.#pending.get(id)
    return pending ?? (await readRow(this.#metadata, iamKeyUses, id))
  }

  /**
   * Writes what is remembered, some of it; returns how many. What another process knows to be later may be overwritten. Keys and roles
   * that are gone meanwhile leave nothing behind; where one changes just now, all of them wait for the next time.
   */
  async save(): Promise<number> {
    const taken = [...this.#pending].slice(0, PAGE)
    if (taken.length === 0) return 0
    const holders = await this.#holdersOf(taken.map(([id]) => id))
    const there = taken.filter((_, index) => holders[index])
    const put = there.map(([id, use]) => putOf(this.#metadata, iamKeyUses, [id], use))
    const expect = holders.flatMap((holder) => holder ?? [])
    if (!(await this.#metadata.commit({ expect, put, remove: [] }))) return 0
    for (const [id, use] of taken) if (this.#pending.get(id) === use) this.#pending.delete(id)
    return taken.length
  }

  /** The rows of the keys or roles, in their order. */
  async #holdersOf(ids: readonly string[]): Promise<readonly (Expectation | undefined)[]> {
    const keys = ids.flatMap((id) => [iamAccessKeys.key(id), iamRoles.key(id)])
    const entries = await this.#metadata.getMany(keys)
    return ids.map((_, index) => entries[2 * index] ?? entries[2 * index + 1])
  }
}
