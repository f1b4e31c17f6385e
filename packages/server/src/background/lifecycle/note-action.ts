import { newRequestId } from '../../base/request-id.ts'
import { accessLogLine } from '../../s3/shared/access-log/access-record.ts'
import { canonicalIdOfAccount } from '../../s3/shared/grants/canonical-ids.ts'
import type { RuledBucket } from './lifecycle-page.ts'

/** What a rule did. Source: S3 User Guide, "How S3 Lifecycle interacts with other bucket configurations". */
export type LifecycleOperation =
  | 'S3.EXPIRE.OBJECT'
  | 'S3.CREATE.DELETEMARKER'
  | 'S3.DELETE.UPLOAD'
  | TransitionOperation

type TransitionOperation =
  | 'S3.TRANSITION.OBJECT'
  | `S3.TRANSITION_${'SIA' | 'ZIA' | 'INT' | 'GIR' | 'GDA'}.OBJECT`

const TRANSITIONS: Readonly<Record<string, TransitionOperation>> = {
  STANDARD_IA: 'S3.TRANSITION_SIA.OBJECT',
  ONEZONE_IA: 'S3.TRANSITION_ZIA.OBJECT',
  INTELLIGENT_TIERING: 'S3.TRANSITION_INT.OBJECT',
  GLACIER_IR: 'S3.TRANSITION_GIR.OBJECT',
  DEEP_ARCHIVE: 'S3.TRANSITION_GDA.OBJECT',
}

export function transitionOperation(storageClass: string): TransitionOperation {
  return TRANSITIONS[storageClass] ?? 'S3.TRANSITION.OBJECT'
}

/** Tells of an action in the access log of the bucket, where it keeps one. */
export function noteAction(
  { service, name, bucket }: RuledBucket,
  operation: LifecycleOperation,
  object: {
    readonly key: string
    readonly versionId?: string | undefined
    readonly sizeBytes?: number | undefined
  },
): void {
  if (!bucket.logging) return
  const at = service.clock.now()
  const line = accessLogLine({
    bucketOwner: canonicalIdOfAccount(service.accounts, bucket.ownerAccountId),
    bucketName: name,
    at,
    requester: 'AmazonS3',
    requestId: newRequestId(service.random),
    operation,
    key: object.key,
    requestLine: '',
    objectBytes: object.sizeBytes,
    referrer: '',
    userAgent: '',
    versionId: object.versionId,
  })
  service.accessLog.note(name, bucket, at, line)
}
