import type { ConfiguredAccount } from '../config/config.ts'
import type { QuotaInput } from '../config/quota-schema.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { type QuotaPlace, setQuota } from '../s3/shared/quotas/set-quota.ts'

/** Sees to it that accounts have the quotas of the config; those of which it says nothing keep what they have. */
export async function setUpQuotas(
  metadata: OrderedStore,
  accounts: readonly ConfiguredAccount[],
): Promise<void> {
  for (const { id, quota } of accounts) if (quota) await putQuota(metadata, { account: id }, quota)
}

/** Throws what `setQuota` throws. */
export async function putQuota(metadata: OrderedStore, place: QuotaPlace, quota: QuotaInput): Promise<void> {
  await setQuota(metadata, place, { maximumBytes: quota.bytes, maximumObjects: quota.objects })
}
