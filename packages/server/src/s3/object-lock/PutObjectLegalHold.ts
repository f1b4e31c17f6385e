import { transact } from '../../metadata/transaction.ts'
import { S3Error } from '../../model/s3-error.ts'
import { bucketForWrite } from '../bucket-row.ts'
import { lockKeys } from '../lock-keys.ts'
import { assertObjectLock, PUT_OBJECT_LEGAL_HOLD } from '../object-lock-rules.ts'
import { bucketOf, defineOperation } from '../operation.ts'
import { changeVersion } from '../versions/change-version.ts'

export const PutObjectLegalHold = defineOperation('PutObjectLegalHold', {
  access: PUT_OBJECT_LEGAL_HOLD,
  contextKeys: ({ LegalHold: { Status } }, now) => lockKeys({ legalHold: Status }, now),
  async handle(input, context) {
    const { service } = context
    assertObjectLock(bucketOf(context))
    const status = input.LegalHold.Status
    if (status !== 'ON' && status !== 'OFF') throw new S3Error('MalformedXML')
    const legalHold = status === 'ON'
    await transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, input.Bucket, bucketOf(context))
      await changeVersion(transaction, bucket, input.Key, input.VersionId, () => ({ legalHold }))
    })
    return {}
  },
})
