import { GROUP_URIS } from '../../access/acl/acl.ts'
import type { ObjectRow } from '../../metadata/tables/rows.ts'
import { countingAcl } from '../../s3/shared/grants/counting-acl.ts'
import type { ReportedBucket } from './reported-version.ts'

/** Of the form of what {@link reportedAcl} gives. Source: S3 User Guide, "Working with the Object ACL field". */
const FORM = '2022-11-10'

/** The ACL of an object as GetObjectAcl would tell it: JSON in base64. */
export function reportedAcl(row: ObjectRow, { service, bucket, publicAccessBlock }: ReportedBucket): string {
  const acl = countingAcl(service, bucket, row, publicAccessBlock)
  const grants = acl.grants.map(({ grantee, permission }) =>
    grantee.kind === 'group'
      ? { uri: GROUP_URIS[grantee.group], permission, type: 'Group' }
      : { canonicalId: grantee.id, permission, type: 'CanonicalUser' },
  )
  return Buffer.from(JSON.stringify({ version: FORM, status: 'AVAILABLE', grants })).toString('base64')
}
