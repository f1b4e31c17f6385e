import type { AccessRule } from '../../../access/access-rule.ts'
import type { AccountDirectory } from '../../../access/account-directory.ts'
import { isExplicitDenial } from '../../../access/reason.ts'
import { ownArnOf, type Principal, userIdOf } from '../../../access/principal.ts'
import type { UploadRow } from '../../../metadata/tables/rows.ts'
import { uploads } from '../../../metadata/tables/tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import type { Initiator } from '../../../model/types.gen.ts'
import { accessDenied } from '../../shared/deciding/authorize.ts'
import { ownerOf } from '../../shared/grants/canonical-ids.ts'
import { bucketOf, type OperationContext } from '../../shared/service/operation.ts'
import { isUploadId } from '../../../model/upload-id.ts'
import type { UploadAddress } from './find-upload.ts'

/**
 * Who began an upload: of a root user the account's canonical id, of others the ARN and the name behind its last slash.
 * Source: S3 API Reference, Initiator.
 */
export function initiatorOf(accounts: AccountDirectory, upload: UploadRow): Initiator {
  const { initiatorAccountId, initiatorArn } = upload
  if (initiatorArn.endsWith(':root')) return ownerOf(accounts, initiatorAccountId)
  return { ID: initiatorArn, DisplayName: initiatorArn.replace(/^.*\//, '') }
}

/**
 * Throws AccessDenied unless the rule allows the request or it comes from whoever began the upload, or from the root user of
 * their account: these may see and end it unless a policy says no, or the public access block closes the bucket to other
 * accounts. Source: S3 User Guide, "Multipart upload API and permissions".
 */
export async function authorizeInitiator(
  context: OperationContext,
  rule: AccessRule,
  { Bucket, Key, UploadId }: UploadAddress & { readonly Bucket: string },
): Promise<void> {
  const bucket = bucketOf(context)
  const decision = await context.decide(rule, { bucketName: Bucket, bucket, key: Key })
  if (decision.allowed) return
  // There the bucket is all that access is about.
  if (bucket.directory) throw accessDenied(decision)
  const { metadata } = context.service.stores
  const upload = isUploadId(UploadId) ? await readRow(metadata, uploads, bucket.id, Key, UploadId) : undefined
  const isInitiator = upload !== undefined && began(context.principal, upload)
  const isForbidden = decision.reasons.some(
    (reason) => isExplicitDenial(reason) || reason.source === 'public-access-block',
  )
  if (!isInitiator || isForbidden) throw accessDenied(decision)
}

/** Who gets the name of a user that was deleted began nothing of what that user did. */
function began(principal: Principal, { initiatorAccountId, initiatorArn, initiatorId }: UploadRow): boolean {
  if (principal.kind === 'account') return principal.account.id === initiatorAccountId
  return (
    initiatorArn === ownArnOf(principal) && (initiatorId === undefined || initiatorId === userIdOf(principal))
  )
}
