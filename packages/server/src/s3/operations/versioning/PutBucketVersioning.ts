import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { assertMfa, hasVerifiedMfa } from '../../shared/bucket/mfa.ts'
import { bucketOf, defineOperation, type OperationContext } from '../../shared/service/operation.ts'

export const PutBucketVersioning = defineOperation('PutBucketVersioning', {
  access: { action: 's3:PutBucketVersioning', on: 'bucket' },
  async handle(input, context) {
    const { Status, MFADelete } = input.VersioningConfiguration
    if (Status !== 'Enabled' && Status !== 'Suspended') {
      const message = 'The Versioning element must be specified'
      throw new S3Error('IllegalVersioningConfigurationException', {}, { message })
    }
    if (MFADelete !== undefined && MFADelete !== 'Enabled' && MFADelete !== 'Disabled') {
      throw new S3Error('MalformedXML')
    }
    const seen = bucketOf(context)
    const changesMfa = MFADelete !== undefined && MFADelete !== (seen.mfaDelete ?? 'Disabled')
    if (changesMfa) assertRoot(context, seen)
    const needsMfa = changesMfa || seen.mfaDelete === 'Enabled'
    const hasMfa = needsMfa && (await hasVerifiedMfa(context, input.MFA))
    if (changesMfa) assertMfa({ ...seen, mfaDelete: 'Enabled' }, hasMfa)
    await changeBucket(context, input.Bucket, (bucket) => {
      assertMfa(bucket, hasMfa)
      assertStateAllowed(bucket, Status, MFADelete)
      return { versioning: Status, ...(MFADelete !== undefined && { mfaDelete: MFADelete }) }
    })
    return {}
  },
})

/** Source: S3 User Guide, "Configuring MFA delete": only the bucket's owner as root, and no lifecycle beside it. */
function assertRoot({ principal }: OperationContext, { ownerAccountId }: BucketRow): void {
  if (principal.kind === 'account' && principal.account.id === ownerAccountId) return
  throw new S3Error('AccessDenied')
}

function assertStateAllowed(
  { objectLock, documents }: BucketRow,
  status: 'Enabled' | 'Suspended',
  mfaDelete: 'Enabled' | 'Disabled' | undefined,
): void {
  if (objectLock && status === 'Suspended') {
    const message =
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.'
    throw new S3Error('InvalidBucketState', {}, { message })
  }
  // Source: S3 User Guide, "Replication configuration", "Additional considerations": versioning cannot be suspended under it.
  if (documents?.replication !== undefined && status === 'Suspended') {
    const message =
      'A replication configuration is present on this bucket, so the versioning state cannot be changed.'
    throw new S3Error('InvalidBucketState', {}, { message })
  }
  if (mfaDelete === 'Enabled' && documents?.lifecycle !== undefined) {
    const message = 'MFA delete cannot be enabled on a bucket that has a lifecycle configuration.'
    throw new S3Error('InvalidBucketState', {}, { message })
  }
}
