import { transact } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { lockConditionKeys } from '../../shared/deciding/lock-condition-keys.ts'
import { assertObjectLock, PUT_OBJECT_LEGAL_HOLD } from '../../shared/object/object-lock-rules.ts'
import { queueReplication } from '../../shared/replicating/queue-replication.ts'
import { isReplicated } from '../../shared/replicating/replication-rules.ts'
import { saidNow } from '../../shared/replicating/trait-changes.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { changeVersion } from '../../shared/version-rows/change-version.ts'

export const PutObjectLegalHold = defineOperation('PutObjectLegalHold', {
  access: PUT_OBJECT_LEGAL_HOLD,
  contextKeys: ({ LegalHold: { Status } }, now) => lockConditionKeys({ legalHold: Status }, now),
  async handle(input, context) {
    const { service } = context
    assertObjectLock(bucketOf(context))
    const status = input.LegalHold.Status
    if (status !== 'ON' && status !== 'OFF') throw new S3Error('MalformedXML')
    const legalHold = status === 'ON'
    await transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, input.Bucket, bucketOf(context))
      const row = await changeVersion(transaction, bucket, input.Key, input.VersionId, (before) =>
        saidNow(service.clock, bucket, before, 'legalHold', legalHold),
      )
      const target = { bucketName: input.Bucket, bucket, key: input.Key }
      if (isReplicated(bucket)) await queueReplication(transaction, service, target, row, 'change')
    })
    return {}
  },
})
