import { accountOf, type Principal } from '../access/principal.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { BucketRow } from '../metadata/tables/rows.ts'
import { S3Error } from '../model/s3-error.ts'

const HEADER = 'x-amz-request-payer'

/**
 * Whether the request is charged to its sender. Throws AccessDenied where the bucket wants that and the sender has not
 * agreed, or is nobody. Source: S3 User Guide, "Using Requester Pays general purpose buckets".
 */
export function isRequestCharged(
  principal: Principal,
  head: RequestHead,
  query: ReadonlyMap<string, string>,
  bucket: BucketRow | undefined,
): boolean {
  if (bucket?.requestPayer !== 'Requester') return false
  const account = accountOf(principal)
  if (account?.id === bucket.ownerAccountId) return false
  const agrees = (head.headers[HEADER] ?? query.get(HEADER)) === 'requester'
  if (!account || !agrees) throw new S3Error('AccessDenied')
  return true
}
