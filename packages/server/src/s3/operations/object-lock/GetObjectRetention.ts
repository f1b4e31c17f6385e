import { S3Error } from '../../../model/s3-error.ts'
import { assertObjectLock, GET_OBJECT_RETENTION } from '../../shared/object/object-lock-rules.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { findObject } from '../../shared/version-rows/find-version.ts'

export const GetObjectRetention = defineOperation('GetObjectRetention', {
  access: GET_OBJECT_RETENTION,
  async handle(input, context) {
    const bucket = bucketOf(context)
    assertObjectLock(bucket)
    const { retention } = await findObject(context.service.stores, bucket, input.Key, input.VersionId)
    if (!retention) throw new S3Error('NoSuchObjectLockConfiguration', { Key: input.Key })
    return { Retention: { Mode: retention.mode, RetainUntilDate: new Date(retention.untilMilliseconds) } }
  },
})
