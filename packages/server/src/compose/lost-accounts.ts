import type { AccountDirectory } from '../access/account-directory.ts'
import { countOf } from '../background/store-usage.ts'
import type { Log } from '../base/log.ts'
import { justAfter } from '../metadata/just-after.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { ownedBuckets } from '../metadata/tables/tables.ts'
import { unlessUnreadable } from '../metadata/unreadable-rows.ts'

const MOST_NAMED = 10

/**
 * Warns of buckets of accounts that the config does not know: their ids were changed, or they are gone. The buckets of all
 * other accounts are passed over, whatever they hold.
 */
export async function tellLostAccounts(
  metadata: OrderedStore,
  accounts: Pick<AccountDirectory, 'findById'>,
  log: Log,
): Promise<void> {
  const counts = await bucketsOfLostAccounts(metadata, accounts)
  const buckets = [...counts.values()].reduce((sum, count) => sum + count, 0)
  if (buckets === 0) return
  const what = buckets === 1 ? '1 bucket belongs' : `${buckets} buckets belong`
  const named = [...counts.keys()].slice(0, MOST_NAMED)
  log.warn({ accounts: named }, `${what} to accounts that are not in the config; give those ids back`)
}

async function bucketsOfLostAccounts(
  metadata: OrderedStore,
  accounts: Pick<AccountDirectory, 'findById'>,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  const { end, start: first } = ownedBuckets.range()
  let start: Uint8Array = first
  for (;;) {
    const [entry] = await metadata.scan({ start, end, limit: 1 })
    if (!entry) return counts
    const accountId = unlessUnreadable(metadata, () => ownedBuckets.parts(entry.key))?.[0]
    const range = accountId === undefined ? undefined : ownedBuckets.range(accountId)
    if (accountId !== undefined && range && !accounts.findById(accountId)) {
      counts.set(accountId, await countOf(metadata, range))
    }
    start = range?.end ?? justAfter(entry.key)
  }
}
