import type { BucketRow, LoggingRow } from '../../../metadata/tables/rows.ts'
import { MOST_KEY_BYTES } from '../../../model/key-length.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { sourceOf } from '../../shared/access-log/access-log.ts'
import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { newLogObjectKey } from './log-object-key.ts'
import { findLogTarget, invalidTarget, logObjectOwner, type LogTarget, mayDeliverLog } from './log-target.ts'
import { loggingRow } from './logging-row.ts'

export const PutBucketLogging = defineOperation('PutBucketLogging', {
  access: { action: 's3:PutBucketLogging', on: 'bucket' },
  async handle(input, context) {
    const { service } = context
    const { LoggingEnabled } = input.BucketLoggingStatus
    const logging = LoggingEnabled && loggingRow(service, LoggingEnabled)
    if (logging) {
      const source = sourceOf(input.Bucket, bucketOf(context))
      await assertDeliverable(service, { source, logging })
    }
    await changeBucket(context, input.Bucket, () => ({ logging }))
    return {}
  },
})

async function assertDeliverable(service: S3Service, target: LogTarget): Promise<void> {
  const today = service.clock.now().toISOString().slice(0, 10)
  const key = newLogObjectKey(service, target, today)
  if (Buffer.byteLength(key) > MOST_KEY_BYTES) throw tooLong(target.logging)
  const bucket = await findLogTarget(service, target)
  if (target.logging.grants && bucket.objectOwnership === 'BucketOwnerEnforced') {
    throw new S3Error('AccessControlListNotSupported')
  }
  await logObjectOwner(service, bucket, target.logging)
  if (needsPermission(bucket) && !(await mayDeliverLog(service, target, bucket, key))) {
    const message =
      'You must either provide the necessary permissions to the logging service using a bucket policy or give the log-delivery group WRITE and READ_ACP permissions to the target bucket'
    throw invalidTarget(target.logging, message)
  }
}

/**
 * Without ACLs a policy of the target is what lets the log delivery in, and tools set it afterwards as often as before:
 * S3 asks for it when it delivers. Source: S3 User Guide, "Permissions for log delivery": "you can manually update".
 */
function needsPermission({ objectOwnership }: BucketRow): boolean {
  return objectOwnership !== 'BucketOwnerEnforced'
}

/** Log objects are objects: their keys may not be longer than any. */
function tooLong({ targetPrefix }: LoggingRow): S3Error {
  const fields = { ArgumentName: 'TargetPrefix', ArgumentValue: targetPrefix }
  return new S3Error('InvalidArgument', fields, { message: 'The target prefix is too long' })
}
