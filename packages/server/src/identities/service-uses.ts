import type { Clock } from '../base/clock.ts'
import type { Entry, Expectation, OrderedStore } from '../metadata/ordered-store.ts'
import { RowsByKey } from '../metadata/rows-by-key.ts'
import { iamRoles, iamUsers } from '../metadata/tables/iam-tables.ts'
import {
  iamServiceUses,
  type IamServiceUsesRow,
  type ServiceUse,
} from '../metadata/tables/service-access-tables.ts'
import { putOf } from '../metadata/transaction.ts'
import { unlessUnreadable } from '../metadata/unreadable-rows.ts'
import { isTrackedAction } from './tracked-actions.ts'

export type UsesOfEntity = IamServiceUsesRow['uses']

/** A use within this time of the last one that was kept changes nothing, as with keys. */
const KEPT_FOR_MILLISECONDS = 60_000

/** Uses that are remembered; beyond them others are forgotten until some have been written. */
const MOST_PENDING = 100_000
const PAGE = 1000

/** Of a region: it is whatever a client signs for, and no name of one is longer. */
const MOST_REGION_CHARACTERS = 64

/** What one user or role used. */
class Pending {
  readonly uses = new Map<string, ServiceUse>()
  /** The last of `uses`: most often that of the next request, too. */
  lastService = ''
  lastMilliseconds = 0
}

/**
 * When users and roles used services and tracked actions last, remembered here until a worker writes it: no request waits for it, and most
 * cost one look into a map. Attempts count that are refused, once it is known who makes them.
 */
export class ServiceUses {
  readonly #clock: Clock
  readonly #metadata: OrderedStore
  readonly #pending = new Map<string, Pending>()
  #count = 0

  constructor(clock: Clock, metadata: OrderedStore) {
    this.#clock = clock
    this.#metadata = metadata
  }

  get pendingCount(): number {
    return this.#count
  }

  /** `id`: of a user or role. */
  note(id: string, service: string, region: string, action?: string): void {
    const atMilliseconds = this.#clock.now().getTime()
    const known = this.#pending.get(id)
    const isKnown =
      known?.lastService === service && atMilliseconds < known.lastMilliseconds + KEPT_FOR_MILLISECONDS
    if (!isKnown) this.#keep(id, service, { atMilliseconds, region })
    if (action !== undefined && isTrackedAction(action)) this.#keep(id, action, { atMilliseconds, region })
  }

  #keep(id: string, what: string, use: ServiceUse): void {
    const known = this.#pending.get(id)
    const before = known?.uses.get(what)
    const isKnown = before && use.atMilliseconds < before.atMilliseconds + KEPT_FOR_MILLISECONDS
    if (!before && this.#count >= MOST_PENDING) return
    const pending = known ?? new Pending()
    if (!known) this.#pending.set(id, pending)
    if (!before) this.#count++
    if (!isKnown) pending.uses.set(what, { ...use, region: use.region.slice(0, MOST_REGION_CHARACTERS) })
    if (what.includes(':')) return
    pending.lastService = what
    pending.lastMilliseconds = isKnown ? before.atMilliseconds : use.atMilliseconds
  }

  /** The last uses of several as this process knows them, in their order; none where a row cannot be read. */
  async findMany(ids: readonly string[]): Promise<readonly UsesOfEntity[]> {
    const entries = await this.#metadata.getMany(ids.map((id) => iamServiceUses.key(id)))
    return ids.map((id, index) => this.#merged(entries[index], this.#pending.get(id)?.uses))
  }

  /** Writes what is remembered, some of it; returns how many. Nothing is written of users and roles that are gone meanwhile. */
  async save(): Promise<number> {
    const taken = this.#taken()
    if (taken.length === 0) return 0
    const keys = taken.flatMap(([id]) => [holderKey(id), iamServiceUses.key(id)])
    const entries = await this.#metadata.getMany(keys)
    const expected = new RowsByKey<Expectation>()
    const put = taken.flatMap(([id, uses], index) => {
      const holder = entries[2 * index]
      const row = entries[2 * index + 1]
      if (!holder) return []
      expected.set(holder.key, holder)
      const key = iamServiceUses.key(id)
      expected.set(key, { key, stamp: row?.stamp })
      return [putOf(this.#metadata, iamServiceUses, [id], { uses: this.#merged(row, uses) })]
    })
    if (!(await this.#metadata.commit({ expect: expected.rows(), put, remove: [] }))) return 0
    let count = 0
    for (const [id, uses] of taken) {
      for (const [what, use] of uses) this.#forget(id, what, use)
      count += uses.size
    }
    return count
  }

  /** Some of those that are remembered, as they are now. */
  #taken(): (readonly [id: string, uses: ReadonlyMap<string, ServiceUse>])[] {
    const taken: [string, ReadonlyMap<string, ServiceUse>][] = []
    let count = 0
    for (const [id, { uses }] of this.#pending) {
      if (count >= PAGE) break
      taken.push([id, new Map(uses)])
      count += uses.size
    }
    return taken
  }

  #forget(id: string, what: string, use: ServiceUse): void {
    const pending = this.#pending.get(id)
    if (pending?.uses.get(what) !== use) return
    pending.uses.delete(what)
    this.#count--
    if (pending.lastService === what) pending.lastService = ''
    if (pending.uses.size === 0) this.#pending.delete(id)
  }

  /** Of each the later one. */
  #merged(entry: Entry | undefined, pending: ReadonlyMap<string, ServiceUse> | undefined): UsesOfEntity {
    const row = entry && unlessUnreadable(this.#metadata, () => iamServiceUses.decode(entry))
    if (!pending) return row?.uses ?? {}
    const uses: Record<string, ServiceUse> = { ...row?.uses }
    for (const [what, use] of pending) {
      const before = uses[what]
      if (!before || before.atMilliseconds < use.atMilliseconds) uses[what] = use
    }
    return uses
  }
}

/** What the uses hang on. */
function holderKey(id: string): Uint8Array {
  return id.startsWith('AROA') ? iamRoles.key(id) : iamUsers.key(id)
}
