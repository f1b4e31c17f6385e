import type { Clock } from '../base/clock.ts'
import type { Entry, Expectation, OrderedStore } from '../metadata/ordered-store.ts'
import { accounts } from '../metadata/tables/account-tables.ts'
import {
  iamAccessKeys,
  iamKeyUses,
  type IamKeyUseRow,
  iamLoginProfiles,
  iamRoles,
} from '../metadata/tables/iam-tables.ts'
import { RowsByKey } from '../metadata/rows-by-key.ts'
import { putOf } from '../metadata/transaction.ts'
import { readIfReadable, unlessUnreadable } from '../metadata/unreadable-rows.ts'
import { ServiceUses } from './service-uses.ts'

/** As often as AWS is said to keep it up: a use within this time of the last one that was kept changes nothing. */
const KEPT_FOR_MILLISECONDS = 60_000

/** Keys, roles and users that are remembered; beyond them uses are forgotten until some have been written. */
const MOST_PENDING = 100_000
const PAGE = 1000

interface Pending {
  readonly use: IamKeyUseRow
  /** The account whose root user has the key. One of the config has no row. */
  readonly rootOf: string | undefined
}

/**
 * When access keys, roles and passwords were used last, remembered here until a worker writes it: no request waits for it. A crash takes the last
 * minute's of this process.
 */
export class KeyUses {
  /** The same of services and actions. */
  readonly services: ServiceUses
  readonly #clock: Clock
  readonly #metadata: OrderedStore
  readonly #pending = new Map<string, Pending>()

  constructor(clock: Clock, metadata: OrderedStore) {
    this.#clock = clock
    this.#metadata = metadata
    this.services = new ServiceUses(clock, metadata)
  }

  get pendingCount(): number {
    return this.#pending.size + this.services.pendingCount
  }

  /** `id`: of an access key, a role, or a user who signed in with a password. */
  note(id: string, service: string, region: string, rootOf?: string): void {
    const atMilliseconds = this.#clock.now().getTime()
    const known = this.#pending.get(id)?.use
    const isKnown =
      known?.service === service && atMilliseconds < known.atMilliseconds + KEPT_FOR_MILLISECONDS
    if (isKnown || (!known && this.#pending.size >= MOST_PENDING)) return
    this.#pending.set(id, { use: { atMilliseconds, service, region }, rootOf })
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
    return (await this.#saveKeys()) + (await this.services.save())
  }

  async #saveKeys(): Promise<number> {
    const taken = [...this.#pending].slice(0, PAGE)
    if (taken.length === 0) return 0
    const holders = await this.#holdersOf(taken)
    const there = taken.filter((_, index) => holders[index])
    const put = there.map(([id, { use }]) => putOf(this.#metadata, iamKeyUses, [id], use))
    // A root user may have two keys.
    const expected = new RowsByKey<Expectation>()
    for (const holder of holders) if (holder) expected.set(holder.key, holder)
    const expect = expected.rows()
    if (!(await this.#metadata.commit({ expect, put, remove: [] }))) return 0
    for (const [id, pending] of taken) if (this.#pending.get(id) === pending) this.#pending.delete(id)
    return taken.length
  }

  /** What the keys, roles or passwords hang on, in their order; nothing for those that are gone. */
  async #holdersOf(taken: readonly (readonly [string, Pending])[]): Promise<(Expectation | undefined)[]> {
    const tables = [iamAccessKeys, iamRoles, iamLoginProfiles]
    const keys = taken.map(([id, { rootOf }]) =>
      rootOf === undefined ? tables.map((table) => table.key(id)) : [accounts.key(rootOf)],
    )
    const entries = await this.#metadata.getMany(keys.flat())
    let at = 0
    return taken.map(([id, { rootOf }], index) => {
      const found = entries.slice(at, (at += keys[index]?.length ?? 0))
      return rootOf === undefined ? found.find((entry) => entry) : this.#rootOf(id, rootOf, found[0])
    })
  }

  #rootOf(id: string, accountId: string, entry: Entry | undefined): Expectation | undefined {
    if (!entry) return { key: accounts.key(accountId), stamp: undefined }
    const row = unlessUnreadable(this.#metadata, () => accounts.decode(entry))
    return row?.accessKeys.some(({ accessKeyId }) => accessKeyId === id) ? entry : undefined
  }
}
