import { accountOf, type Principal } from '../../../access/principal.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'

/** The header by which a sender agrees to pay. */
export const REQUEST_PAYER = 'x-amz-request-payer'

/**
 * Whether the request is charged to its sender; `payer` is what it says in `x-amz-request-payer`. Throws AccessDenied
 * where the bucket wants that and the sender has not agreed, or is nobody. Source: S3 User Guide, "Using Requester Pays
 * general purpose buckets".
 */
export function isRequestCharged(
  principal: Principal,
  payer: string | undefined,
  bucket: BucketRow | undefined,
): boolean {
  if (bucket?.requestPayer !== 'Requester') return false
  const account = accountOf(principal)
  if (account?.id === bucket.ownerAccountId) return false
  if (!account || payer !== 'requester') throw new S3Error('AccessDenied')
  return true
}
