import { GROUP_URIS } from '../../access/acl/acl.ts'
import { aclFromRow } from '../../access/acl/acl-row.ts'
import { effectiveAcl } from '../../access/public-access-block.ts'
import type { ObjectRow } from '../../metadata/tables/rows.ts'
import { canonicalIdOfAccount } from '../../s3/shared/grants/canonical-ids.ts'
import type { ReportedBucket } from './reported-version.ts'

/** Of the form of what {@link reportedAcl} gives. Source: S3 User Guide, "Working with the Object ACL field". */
const FORM = '2022-11-10'

/** Whose an object is: the bucket owner's where the bucket has no ACLs. */
export function ownerCanonicalIdOf(
  { ownerAccountId }: ObjectRow,
  { service, bucket }: ReportedBucket,
): string {
  const isEnforced = bucket.objectOwnership === 'BucketOwnerEnforced'
  return canonicalIdOfAccount(service.accounts, isEnforced ? bucket.ownerAccountId : ownerAccountId)
}

/** The ACL of an object as GetObjectAcl would tell it: JSON in base64. */
export function reportedAcl(row: ObjectRow, of: ReportedBucket): string {
  const isEnforced = of.bucket.objectOwnership === 'BucketOwnerEnforced'
  const acl = aclFromRow(isEnforced ? undefined : row.acl, ownerCanonicalIdOf(row, of))
  const grants = effectiveAcl(of.publicAccessBlock, acl).grants.map(({ grantee, permission }) =>
    grantee.kind === 'group'
      ? { uri: GROUP_URIS[grantee.group], permission, type: 'Group' }
      : { canonicalId: grantee.id, permission, type: 'CanonicalUser' },
  )
  return Buffer.from(JSON.stringify({ version: FORM, status: 'AVAILABLE', grants })).toString('base64')
}
