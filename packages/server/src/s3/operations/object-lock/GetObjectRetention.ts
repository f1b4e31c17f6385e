import { S3Error } from '../../../model/s3-error.ts'
import { assertObjectLock, GET_OBJECT_RETENTION } from '../../shared/object/object-lock-rules.ts'
import { shownRetention } from '../../shared/object/shown-retention.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { findObject } from '../../shared/version-rows/find-version.ts'

export const GetObjectRetention = defineOperation('GetObjectRetention', {
  access: GET_OBJECT_RETENTION,
  async handle(input, context) {
    const bucket = bucketOf(context)
    assertObjectLock(bucket)
    const { retention } = await findObject(context.service.stores, bucket, input.Key, input.VersionId)
    if (!retention) throw new S3Error('NoSuchObjectLockConfiguration', { Key: input.Key })
    const { mode, until, eventHold, period } = shownRetention(retention, context.service.clock.now())
    return {
      Retention: { Mode: mode, RetainUntilDate: until, EventHold: eventHold, EventHoldDuration: period },
    }
  },
})
