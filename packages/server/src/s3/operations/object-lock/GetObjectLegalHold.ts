import { S3Error } from '../../../model/s3-error.ts'
import { assertObjectLock, GET_OBJECT_LEGAL_HOLD } from '../../shared/object/object-lock-rules.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { findObject } from '../../shared/version-rows/find-version.ts'

export const GetObjectLegalHold = defineOperation('GetObjectLegalHold', {
  access: GET_OBJECT_LEGAL_HOLD,
  async handle(input, context) {
    const bucket = bucketOf(context)
    assertObjectLock(bucket)
    const { legalHold } = await findObject(context.service.stores, bucket, input.Key, input.VersionId)
    if (legalHold === undefined) throw new S3Error('NoSuchObjectLockConfiguration', { Key: input.Key })
    return { LegalHold: { Status: legalHold ? 'ON' : 'OFF' } }
  },
})
