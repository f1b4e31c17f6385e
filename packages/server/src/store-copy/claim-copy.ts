import { TakenOver } from '../backup/row-batches.ts'
import type { Random } from '../base/random.ts'
import type { Expectation, OrderedStore } from '../metadata/ordered-store.ts'
import { UNFINISHED_FORMAT } from '../metadata/store-format.ts'
import { formatTable } from '../metadata/tables/tables.ts'
import { putOf } from '../metadata/transaction.ts'

/**
 * Begins a copy of a store, or goes on with one: until the row of the format is the store's no server opens it. What is claimed
 * stays as it is until another run claims it; then it is that one's.
 */
export async function claimCopy(
  metadata: OrderedStore,
  storeId: string,
  random: Random,
): Promise<Expectation> {
  const key = formatTable.key()
  const before = await metadata.get(key)
  const copyOf = { storeId, run: random.bytes(8).toString('hex') }
  const put = putOf(metadata, formatTable, [], { version: UNFINISHED_FORMAT, copyOf })
  const expect = [{ key, stamp: before?.stamp }]
  const isClaimed = await metadata.commit({ expect, put: [put], remove: [] })
  const claim = await metadata.get(key)
  if (!isClaimed || !claim || formatTable.decode(claim).copyOf?.run !== copyOf.run)
    throw new TakenOver('Another copy into the same place has just begun.')
  return { key, stamp: claim.stamp }
}

/** Makes the copy a store: the last of all. */
export async function endCopy(from: OrderedStore, to: OrderedStore, claim: Expectation): Promise<void> {
  const format = await from.get(claim.key)
  const isOurs = await to.commit({
    expect: [claim],
    put: format ? [{ key: format.key, value: format.value }] : [],
    remove: format ? [] : [claim.key],
  })
  if (!isOurs) throw new TakenOver('Another copy into the same place has taken this one over.')
}
