import type { AccessRule } from '../../../access/access-rule.ts'
import type { Acl } from '../../../access/acl/acl.ts'
import { aclToRow } from '../../../access/acl/acl-row.ts'
import { isBucketOwnerFullControl } from '../../../access/object-ownership.ts'
import { type Soon, soon } from '../../../base/soon.ts'
import { accountOf } from '../../../access/principal.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { AccessTarget } from '../service/access-target.ts'
import { assertAclNotBlocked } from '../bucket/effective-block.ts'
import { ANONYMOUS_ACCOUNT_ID, canonicalIdOfAccount } from '../grants/canonical-ids.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'
import { type AclInput, requestedAcl } from '../grants/requested-acl.ts'

/** Whoever may write by the bucket's ACL may give what he writes an ACL. */
const PUT_ACL_OF_NEW_OBJECT: AccessRule = {
  action: 's3:PutObjectAcl',
  on: 'object',
  acl: { on: 'bucket', grant: 'WRITE' },
}

/**
 * Who will own a new object, and its ACL. Throws AccessControlListNotSupported where the bucket has none, AccessDenied
 * where its public access block refuses this one or the caller lacks s3:PutObjectAcl. Source: S3 User Guide,
 * "Controlling ownership of objects"; docs/adr/0007.
 */
export function newObjectOwner(
  context: OperationContext,
  target: AccessTarget,
  headers: AclInput,
): Soon<Pick<ObjectRow, 'ownerAccountId' | 'acl'>> {
  const { bucket } = target
  const { accounts } = context.service
  // S3 passes over an empty header (open-io/swift3#90), which clients send whose setting is empty.
  const input = headers.ACL === '' ? { ...headers, ACL: undefined } : headers
  const bucketOwnerCanonicalId = canonicalIdOfAccount(accounts, bucket.ownerAccountId)
  const writer = accountOf(context.principal)?.id ?? ANONYMOUS_ACCOUNT_ID
  const writerCanonicalId = canonicalIdOfAccount(accounts, writer)
  const asked = requestedAcl(context.service, input, 'object', {
    ownerCanonicalId: writerCanonicalId,
    bucketOwnerCanonicalId,
  })
  if (bucket.objectOwnership === 'BucketOwnerEnforced') {
    // Source: the same page: bucket-owner-full-control, canned or as grants, is what holds there anyway. private is the same ACL
    // from the bucket's own account, and S3 takes it from that one alone (thephpleague/flysystem#1874, rclone/rclone#6413).
    const isRefused =
      input.ACL === undefined
        ? asked && !isBucketOwnerFullControl(asked, { bucketOwnerCanonicalId, writerCanonicalId })
        : input.ACL !== 'bucket-owner-full-control' &&
          !(input.ACL === 'private' && writer === bucket.ownerAccountId)
    if (isRefused) throw new S3Error('AccessControlListNotSupported')
    return { ownerAccountId: bucket.ownerAccountId }
  }
  const isGift = asked !== undefined && givesToOthers(asked, [writerCanonicalId, bucketOwnerCanonicalId])
  const mayGive = isGift ? context.authorize(PUT_ACL_OF_NEW_OBJECT, target) : undefined
  const isNotBlocked = soon(mayGive, () => assertAclNotBlocked(context.service, bucket, asked))
  return soon(isNotBlocked, () => {
    // Preferred: what is given to the bucket's owner becomes his, in the canned form alone.
    if (bucket.objectOwnership === 'BucketOwnerPreferred' && input.ACL === 'bucket-owner-full-control') {
      return { ownerAccountId: bucket.ownerAccountId }
    }
    return { ownerAccountId: writer, acl: asked && aclToRow(asked) }
  })
}

/** Whether an ACL gives anything to anyone but these. */
function givesToOthers({ grants }: Acl, canonicalIds: readonly string[]): boolean {
  return grants.some(({ grantee }) => grantee.kind === 'group' || !canonicalIds.includes(grantee.id))
}

/** The account that owns what has no ACL, as delete markers: who made it, unless the bucket's owner owns all that is in it. */
export function ownerWithoutAcl(context: OperationContext): string {
  const bucket = bucketOf(context)
  if (bucket.objectOwnership === 'BucketOwnerEnforced') return bucket.ownerAccountId
  return accountOf(context.principal)?.id ?? ANONYMOUS_ACCOUNT_ID
}
