import { S3Error } from '../../model/s3-error.ts'
import { assertObjectLock } from '../object-lock-rules.ts'
import { bucketOf, defineOperation } from '../operation.ts'
import { findObject } from '../versions/find-version.ts'

export const GetObjectLegalHold = defineOperation('GetObjectLegalHold', {
  access: { action: 's3:GetObjectLegalHold', on: 'object' },
  async handle(input, context) {
    const bucket = bucketOf(context)
    assertObjectLock(bucket)
    const { legalHold, retention } = await findObject(
      context.service.stores,
      bucket,
      input.Key,
      input.VersionId,
    )
    if (!legalHold && !retention) throw new S3Error('NoSuchObjectLockConfiguration', { Key: input.Key })
    return { LegalHold: { Status: legalHold ? 'ON' : 'OFF' } }
  },
})
