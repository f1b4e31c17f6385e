import type { QuotaLimits } from '../metadata/tables/quota-tables.ts'
import { NoSuchPlace, setQuota } from '../s3/shared/quotas/set-quota.ts'
import { AdministrationError, invalidRequest } from './administration-error.ts'
import type { AdministrationContext } from './administration-service.ts'

/** Of what it is. */
export const QUOTA_PARAMETERS = ['bucket', 'account'] as const

/** Longer names are of nothing that there is. */
const MOST_NAME_CHARACTERS = 255

export async function changeQuota(
  { service, query }: AdministrationContext,
  limits: QuotaLimits,
): Promise<object> {
  const [bucket, account] = QUOTA_PARAMETERS.map((name) => query.get(name) ?? undefined)
  const name = bucket ?? account
  if (name === undefined || (bucket !== undefined && account !== undefined))
    throw invalidRequest('Either bucket or account has to be given')
  try {
    if (name.length > MOST_NAME_CHARACTERS) throw new NoSuchPlace('There is nothing of such a name.')
    const place = bucket === undefined ? { account: name } : { bucket }
    await setQuota(service.stores.metadata, place, limits)
    return {}
  } catch (cause) {
    if (!(cause instanceof NoSuchPlace)) throw cause
    throw new AdministrationError('NotFound', cause.message, { cause })
  }
}
