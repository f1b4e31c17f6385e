import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { listQuotas, type Quota } from '../../s3/shared/quotas/list-quotas.ts'

export interface FullestQuotas {
  /** Of all quotas the largest share that is used; 0 where there are none. */
  readonly fullestRatio: number
  readonly fullest: readonly Quota[]
}

export async function fullestQuotas(metadata: OrderedStore, most: number): Promise<FullestQuotas> {
  const all = await listQuotas(metadata)
  const sorted = all.toSorted((a, b) => usedRatio(b) - usedRatio(a))
  const [first] = sorted
  return { fullestRatio: first ? usedRatio(first) : 0, fullest: sorted.slice(0, most) }
}

/** A quota of nothing is full. */
function usedRatio({ used, maximumBytes, maximumObjects }: Quota): number {
  const ratio = (amount = 0, maximum?: number): number => {
    if (maximum === undefined) return 0
    return maximum === 0 ? 1 : amount / maximum
  }
  return Math.max(ratio(used?.bytes, maximumBytes), ratio(used?.objects, maximumObjects))
}
