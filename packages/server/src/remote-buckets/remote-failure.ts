import { mayPass, SourceError } from '../import/source-error.ts'
import { RemoteBusy } from '../s3/operations/replication/remote-bucket.ts'
import { type FailureReason, ReplicationFailure } from '../s3/operations/replication/replication-failure.ts'

/** What was done elsewhere, for the reason that S3 gives where it is not permitted. */
export type Doing = 'object' | 'marker' | 'tags' | 'acl' | 'begin' | 'part' | 'complete'

const NOT_PERMITTED: Readonly<Record<Doing, FailureReason>> = {
  object: 'DstPutObjectNotPermitted',
  marker: 'DstDelObjNotPermitted',
  tags: 'DstPutTaggingNotPermitted',
  acl: 'DstPutAclNotPermitted',
  begin: 'DstMultipartInitNotPermitted',
  part: 'DstMultipartUploadNotPermitted',
  complete: 'DstMultipartCompleteNotPermitted',
}

/** Whoever changes keys elsewhere, or sets a clock, mends it for all that waits. */
const OF_CREDENTIALS = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'RequestTimeTooSkewed',
  'AuthorizationHeaderMalformed',
])

/** No room for this one; others are smaller, or go to others' space. */
const NO_ROOM = /Quota|InsufficientStorage|StorageFull|EntityTooLarge/

/** As whom a request elsewhere failed: for good, for this version, or for all that goes there. */
export function remoteFailure(error: unknown, doing: Doing): unknown {
  if (!(error instanceof SourceError)) {
    // What does not fit into a request at all.
    if (error instanceof TypeError) return new ReplicationFailure('SrcObjectNotEligible', { cause: error })
    return mayPass(error) ? new RemoteBusy('bucket', messageOf(error), { cause: error }) : error
  }
  const { status, code } = error
  if (OF_CREDENTIALS.has(code)) return new RemoteBusy('bucket', error.message, { cause: error })
  if (NO_ROOM.test(code)) return new RemoteBusy('version', error.message, { cause: error })
  // What fails inside may fail for this object alone.
  if (error.isPassing)
    return new RemoteBusy(status === 500 ? 'version' : 'bucket', error.message, { cause: error })
  return new ReplicationFailure(reasonOf(error, doing), { cause: error })
}

function reasonOf({ status, code, message }: SourceError, doing: Doing): FailureReason {
  if (code === 'NoSuchBucket') return 'DstBucketNotFound'
  if (status === 404) return 'DstVersionNotFound'
  // Stores that take fewer letters in tags than S3, as MinIO.
  if (code === 'InvalidTag') return 'DstPutTaggingNotPermitted'
  if (code === 'InvalidBucketState') return 'DstBucketUnversioned'
  if (/Object Lock Configuration|ObjectLockConfiguration/i.test(`${code} ${message}`))
    return 'DstBucketObjectLockConfigMissing'
  if (/^KMS\.?.*NotFound/.test(code)) return 'DstKmsKeyNotFound'
  if (/^KMS\.?.*(?:Disabled|InvalidState)/.test(code)) return 'DstKmsKeyInvalidState'
  return NOT_PERMITTED[doing]
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
