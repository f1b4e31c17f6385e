import type { Clock } from '../base/clock.ts'
import type { Expectation, OrderedStore } from '../metadata/ordered-store.ts'
import {
  iamAccessKeys,
  iamKeyUses,
  type IamKeyUseRow,
  iamLoginProfiles,
  iamRoles,
} from '../metadata/tables/iam-tables.ts'
import { putOf } from '../metadata/transaction.ts'
import { readIfReadable, unlessUnreadable } from '../metadata/unreadable-rows.ts'

/** As often as AWS is said to keep it up: a use within this time of the last one that was kept changes nothing. */
const KEPT_FOR_MILLISECONDS = 60_000

/** Keys, roles and users that are remembered; beyond them uses are forgotten until some have been written. */
const MOST_PENDING = 100_000
const PAGE = 1000

interface Pending {
  readonly use: IamKeyUseRow
  /** Of a root user, whose keys may stand in the config: no row is there while they are. */
  readonly isOfRoot: boolean
}

/**
 * When access keys, roles and passwords were used last, remembered here until a worker writes it: no request waits for it. A crash takes the last
 * minute's of this process.
 */
export class KeyUses {
  readonly #clock: Clock
  readonly #metadata: OrderedStore
  readonly #pending = new Map<string, Pending>()

  constructor(clock: Clock, metadata: OrderedStore) {
    this.#clock = clock
    this.#metadata = metadata
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  /** `id`: of an access key, a role, or a user who signed in with a password. */
  note(id: string, service: string, region: string, isOfRoot = false): void {
    const atMilliseconds = this.#clock.now().getTime()
    const known = this.#pending.get(id)?.use
    const isKnown =
      known?.service === service && atMilliseconds < known.atMilliseconds + KEPT_FOR_MILLISECONDS
    if (isKnown || (!known && this.#pending.size >= MOST_PENDING)) return
    this.#pending.set(id, { use: { atMilliseconds, service, region }, isOfRoot })
  }

  /** Of one that is gone. */
  forget(id: string): void {
    this.#pending.delete(id)
  }

  /** The last use as this process knows it; none where its row cannot be read. */
  async find(id: string): Promise<IamKeyUseRow | undefined> {
    return this.#pending.get(id)?.use ?? (await readIfReadable(this.#metadata, iamKeyUses, id))
  }

  /** The same of several, in their order. */
  async findMany(ids: readonly string[]): Promise<readonly (IamKeyUseRow | undefined)[]> {
    const entries = await this.#metadata.getMany(ids.map((id) => iamKeyUses.key(id)))
    return ids.map((id, index) => {
      const entry = entries[index]
      const pending = this.#pending.get(id)?.use
      return pending ?? (entry && unlessUnreadable(this.#metadata, () => iamKeyUses.decode(entry)))
    })
  }

  /**
   * Writes what is remembered, some of it; returns how many. What another process knows to be later may be overwritten. Keys, roles
   * and passwords that are gone meanwhile leave nothing behind; where one changes just now, all of them wait for the next time.
   */
  async save(): Promise<number> {
    const taken = [...this.#pending].slice(0, PAGE)
    if (taken.length === 0) return 0
    const holders = await this.#holdersOf(taken.map(([id]) => id))
    const there = taken.filter(([, { isOfRoot }], index) => isOfRoot || holders[index])
    const put = there.map(([id, { use }]) => putOf(this.#metadata, iamKeyUses, [id], use))
    const expect = holders.flatMap((holder) => holder ?? [])
    if (!(await this.#metadata.commit({ expect, put, remove: [] }))) return 0
    for (const [id, pending] of taken) if (this.#pending.get(id) === pending) this.#pending.delete(id)
    return taken.length
  }

  /** The rows of the keys, roles or passwords, in their order. */
  async #holdersOf(ids: readonly string[]): Promise<readonly (Expectation | undefined)[]> {
    const tables = [iamAccessKeys, iamRoles, iamLoginProfiles]
    const entries = await this.#metadata.getMany(ids.flatMap((id) => tables.map((table) => table.key(id))))
    return ids.map((_, index) => entries.slice(3 * index, 3 * index + 3).find((entry) => entry))
  }
}
