import { isDeepStrictEqual } from 'node:util'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import { transact } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { UpdateObjectEncryptionInput } from '../../../model/types.gen.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { isLocked } from '../../shared/object/object-lock-rules.ts'
import { bucketOf, defineOperation, type OperationContext } from '../../shared/service/operation.ts'
import { newEncryption, type ResealedRow } from '../../shared/sealing/reseal-object.ts'
import { changeVersion } from '../../shared/version-rows/change-version.ts'
import { findObject } from '../../shared/version-rows/find-version.ts'
import { type ResealedAnnotations, resealAnnotations } from './reseal-annotations.ts'
import { askedKey } from './asked-key.ts'

/**
 * Brings an object version and its annotations under a key of the key service, or under another one. Its bytes stay, and so does all that is
 * said of them, the time of its last change too; no event and no replication follows. Whoever is reading them goes on,
 * with the key that was opened before. Source: S3 User Guide, "Updating server-side encryption for existing data".
 */
export const UpdateObjectEncryption = defineOperation('UpdateObjectEncryption', {
  access: { action: 's3:UpdateObjectEncryption', on: 'object' },
  contextKeys: ({ ObjectEncryption: { SSEKMS } }) => ({
    's3:x-amz-server-side-encryption': SSEKMS && 'aws:kms',
    's3:x-amz-server-side-encryption-aws-kms-key-id': SSEKMS?.KMSKeyArn,
  }),
  async handle(input, context) {
    const key = askedKey(context, input.ObjectEncryption)
    const target = { bucketName: input.Bucket, key: input.Key }
    for (;;) {
      const row = await findObject(context.service.stores, bucketOf(context), input.Key, input.VersionId)
      assertNotLocked(row, context)
      const change = await newEncryption(context, row, key, target)
      const noted = await resealAnnotations(context, row, change)
      if (await commit(input, context, row, change.row, noted)) return {}
    }
  },
})

/** One commit; `false` where the version is another than `seen` by now. */
async function commit(
  input: UpdateObjectEncryptionInput,
  context: OperationContext,
  seen: ObjectRow,
  change: ResealedRow,
  noted: ResealedAnnotations | undefined,
): Promise<boolean> {
  return transact(context.service.stores.metadata, async (transaction) => {
    const bucket = await bucketForWrite(transaction, input.Bucket, bucketOf(context))
    let isSame = false
    await changeVersion(transaction, bucket, input.Key, input.VersionId, (row) => {
      isSame = isDeepStrictEqual(row, seen)
      return isSame ? change : {}
    })
    return isSame && (!noted || noted.put(transaction))
  })
}

function assertNotLocked(row: ObjectRow, { service }: OperationContext): void {
  if (!isLocked(row, service.clock.now())) return
  const message =
    'The encryption type for the specified object can’t be updated because that object is protected by S3 Object Lock. If the object has a governance-mode retention period or a legal hold, you must first remove the Object Lock status on the object before you issue your UpdateObjectEncryption request. You can’t use the UpdateObjectEncryption operation with objects that have an Object Lock compliance mode retention period applied to them.'
  throw new S3Error('AccessDenied', {}, { message })
}
