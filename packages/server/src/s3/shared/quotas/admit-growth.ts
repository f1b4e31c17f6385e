import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import {
  type QuotaAmounts,
  type QuotaLimits,
  type QuotaRow,
  quotas,
  type QuotaScope,
} from '../../../metadata/tables/quota-tables.ts'
import { transact, type Transaction } from '../../../metadata/transaction.ts'
import { usageLedger } from '../../../metadata/usage-ledger.ts'
import { quotaExceeded } from './quota-exceeded.ts'
import { QuotaLease, quotaLeases } from './quota-leases.ts'
import { amountsOf, mostInScope, usageInScope, writerName } from './quota-usage.ts'

/** Of what is left under a quota, so much a process gets at a time, and then asks nobody until it is used up. */
const SHARE = 1 / 8

/** The quotas that a bucket may fall under. */
export function scopesOf({ id, ownerAccountId }: BucketRow): readonly (readonly [QuotaScope, string])[] {
  return [
    ['bucket', id],
    ['account', ownerAccountId],
  ]
}

/**
 * Holds what a transaction adds against the quotas of its bucket, in the end, when all of it is known. Throws QuotaExceeded where
 * it would be more than there may be; nothing is in the store then that was not before. Exact with any number of processes:
 * each has a ceiling in the quota's row, which all that grows relies on, and the ceilings together are never above the quota
 * (ADR 18).
 */
export async function admitGrowth(transaction: Transaction, bucket: BucketRow): Promise<void> {
  const changed = transaction.changeOf(bucket.id)
  if (!changed) return
  const change = amountsOf(changed)
  const growth = { bytes: Math.max(0, change.bytes), objects: Math.max(0, change.objects) }
  if (growth.bytes === 0 && growth.objects === 0) return
  for (const [scope, id] of scopesOf(bucket)) {
    const row = await transaction.get(quotas, scope, id)
    if (row) await admitUnder(transaction, [scope, id], row, growth)
  }
}

async function admitUnder(
  transaction: Transaction,
  place: readonly [QuotaScope, string],
  row: QuotaRow,
  growth: QuotaAmounts,
): Promise<void> {
  const leases = quotaLeases(transaction.store)
  const name = place.join('/')
  const { writer } = usageLedger(transaction.store)
  const own = row.ceilings[writerName(writer)]
  const lease = own && leases.get(name)
  const isValid = lease?.grant === own?.grant
  if (!lease || !isValid || !lease.covers(growth)) {
    return grant(transaction, place, row, growth, isValid ? lease : undefined)
  }
  transaction.reserve({
    take: () => lease.take(growth),
    giveBack: () => lease.add(growth),
  })
}

/** Raises the ceiling of this process in the same commit. */
async function grant(
  transaction: Transaction,
  [scope, id]: readonly [QuotaScope, string],
  row: QuotaRow,
  growth: QuotaAmounts,
  lease: QuotaLease | undefined,
): Promise<void> {
  const { store } = transaction
  const usage = await usageInScope(store, scope, id)
  if (!usage.isKnown) return
  const most = mostInScope(usage, row)
  const left = leftOf(row, most)
  if (!fits(growth, left)) {
    // Others may have more room than they need: what is in their ceilings comes back before anybody is refused.
    if (Object.keys(row.ceilings).length === 0) throw quotaExceeded(scope)
    await takeBack(store, [scope, id])
    transaction.reserve({ take: () => false, giveBack: () => {} })
    return
  }
  const ledger = usageLedger(store)
  const { writer } = ledger
  const own = writerName(writer)
  const now = usage.byWriter.get(own) ?? { bytes: 0, objects: 0 }
  const ceiling = row.ceilings[own]
  const extra = {
    bytes: Math.max(0, Math.floor((left.bytes - growth.bytes) * SHARE)),
    objects: Math.max(0, Math.floor((left.objects - growth.objects) * SHARE)),
  }
  const raised = (amount: 'bytes' | 'objects'): number =>
    Math.max(ceiling?.[amount] ?? now[amount], now[amount]) + growth[amount] + extra[amount]
  const fresh = ledger.freshName()
  transaction.put(quotas, [scope, id], {
    ...row,
    ceilings: {
      ...ofPeriod(row, writer.period),
      [own]: { grant: fresh, bytes: raised('bytes'), objects: raised('objects') },
    },
  })
  // As it is by then: others may have taken of it since, and committed before.
  transaction.afterCommit(() => {
    const { bytes, objects } = lease?.left ?? { bytes: 0, objects: 0 }
    const left = { bytes: bytes + extra.bytes, objects: objects + extra.objects }
    quotaLeases(store).set(`${scope}/${id}`, new QuotaLease(fresh, left))
  })
}

/** Those of an earlier period are nobody's any more, once the row is another. */
function ofPeriod({ ceilings }: QuotaRow, period: number): QuotaRow['ceilings'] {
  return Object.fromEntries(Object.entries(ceilings).filter(([name]) => name.startsWith(`${period}/`)))
}

/** What is not limited has always room. */
const UNLIMITED = 2 ** 52

export function leftOf(
  { maximumBytes, maximumObjects }: QuotaLimits,
  { bytes, objects }: QuotaAmounts,
): QuotaAmounts {
  return {
    bytes: (maximumBytes ?? UNLIMITED) - bytes,
    objects: (maximumObjects ?? UNLIMITED) - objects,
  }
}

/** What does not grow is let in, however much there is. */
export function fits(growth: QuotaAmounts, left: QuotaAmounts): boolean {
  return (
    (growth.bytes === 0 || growth.bytes <= left.bytes) &&
    (growth.objects === 0 || growth.objects <= left.objects)
  )
}

function takeBack(store: OrderedStore, place: readonly [QuotaScope, string]): Promise<void> {
  return transact(store, async (transaction) => {
    const row = await transaction.get(quotas, ...place)
    if (row && Object.keys(row.ceilings).length > 0)
      transaction.put(quotas, [...place], { ...row, ceilings: {} })
  })
}
