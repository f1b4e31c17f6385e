import type { Acl } from '../../../access/acl/acl.ts'
import { aclFromRow } from '../../../access/acl/acl-row.ts'
import { effectiveAcl, type PublicAccessBlock } from '../../../access/public-access-block.ts'
import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import type { S3Service } from '../service/service.ts'
import { canonicalIdOfAccount } from './canonical-ids.ts'

type Owned = Pick<ObjectRow, 'ownerAccountId'>

/** Whose an object is: the bucket owner's where the bucket has no ACLs. */
export function ownerCanonicalIdOf(
  { accounts }: Pick<S3Service, 'accounts'>,
  { objectOwnership, ownerAccountId }: BucketRow,
  object: Owned,
): string {
  const isEnforced = objectOwnership === 'BucketOwnerEnforced'
  return canonicalIdOfAccount(accounts, isEnforced ? ownerAccountId : object.ownerAccountId)
}

/** The ACL of an object as far as it counts: no grants but the owner's where the bucket has no ACLs, none that is blocked. */
export function countingAcl(
  service: Pick<S3Service, 'accounts'>,
  bucket: BucketRow,
  object: Owned & Pick<ObjectRow, 'acl'>,
  block: PublicAccessBlock | undefined,
): Acl {
  const isEnforced = bucket.objectOwnership === 'BucketOwnerEnforced'
  const owner = ownerCanonicalIdOf(service, bucket, object)
  return effectiveAcl(block, aclFromRow(isEnforced ? undefined : object.acl, owner))
}
