/** Why a version is not replicated, as S3 names it. Source: S3 User Guide, "Amazon S3 replication failure reasons"; `DstUnavailable` is our own. */
export type FailureReason =
  | 'AssumeRoleNotPermitted'
  | 'DstBucketNotFound'
  | 'DstBucketObjectLockConfigMissing'
  | 'DstBucketUnversioned'
  | 'DstDelObjNotPermitted'
  | 'DstKmsKeyInvalidState'
  | 'DstKmsKeyNotFound'
  | 'DstMultipartCompleteNotPermitted'
  | 'DstMultipartInitNotPermitted'
  | 'DstMultipartUploadNotPermitted'
  | 'DstPutAclNotPermitted'
  | 'DstPutObjectNotPermitted'
  | 'DstPutTaggingNotPermitted'
  | 'DstUnavailable'
  | 'DstVersionNotFound'
  | 'InitiateReplicationNotPermitted'
  | 'SrcBucketNotFound'
  | 'SrcBucketReplicationConfigMissing'
  | 'SrcGetAclNotPermitted'
  | 'SrcGetObjectNotPermitted'
  | 'SrcGetTaggingNotPermitted'
  | 'SrcObjectNotEligible'
  | 'SrcVersionNotFound'

/** Something that trying again does not mend: settings or permissions have to change first. */
export class ReplicationFailure extends Error {
  override readonly name = 'ReplicationFailure'
  readonly reason: FailureReason

  constructor(reason: FailureReason, options?: ErrorOptions) {
    super(reason, options)
    this.reason = reason
  }
}
