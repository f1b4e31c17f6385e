import { type OrderedStore, originOf } from '../../../metadata/ordered-store.ts'
import type { QuotaAmounts } from '../../../metadata/tables/quota-tables.ts'

/** What this process may still add under a quota without asking the store. */
export class QuotaLease {
  readonly grant: string
  #left: QuotaAmounts

  constructor(grant: string, left: QuotaAmounts) {
    this.grant = grant
    this.#left = left
  }

  get left(): QuotaAmounts {
    return this.#left
  }

  covers({ bytes, objects }: QuotaAmounts): boolean {
    return bytes <= this.#left.bytes && objects <= this.#left.objects
  }

  /** False, with nothing taken, where it does not cover it any more. */
  take(growth: QuotaAmounts): boolean {
    if (!this.covers(growth)) return false
    this.add({ bytes: -growth.bytes, objects: -growth.objects })
    return true
  }

  add({ bytes, objects }: QuotaAmounts): void {
    this.#left = { bytes: this.#left.bytes + bytes, objects: this.#left.objects + objects }
  }
}

const leases = new WeakMap<OrderedStore, Map<string, QuotaLease>>()

/** Those of this process in one store, by what they are of. */
export function quotaLeases(store: OrderedStore): Map<string, QuotaLease> {
  const origin = originOf(store)
  const known = leases.get(origin)
  if (known) return known
  const fresh = new Map<string, QuotaLease>()
  leases.set(origin, fresh)
  return fresh
}
