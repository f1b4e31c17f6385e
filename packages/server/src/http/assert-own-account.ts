import { accountOf, type Principal } from '../access/principal.ts'
import type { RequestHead } from '../base/request-head.ts'
import { S3Error } from '../model/s3-error.ts'
import { ACCOUNT_ID } from '../protocol/control-route.ts'

/**
 * Throws AccessDenied where a request of S3 Control is about another account than the caller's, or by nobody's. Where it names a
 * resource by its ARN the operation holds the account against the one that owns it.
 */
export function assertOwnAccount(
  { headers }: RequestHead,
  principal: Principal,
  { ResourceArn: arn }: Readonly<Record<string, string>>,
): void {
  const account = accountOf(principal)
  if (!account || (account.id !== headers[ACCOUNT_ID] && arn === undefined)) throw new S3Error('AccessDenied')
}
