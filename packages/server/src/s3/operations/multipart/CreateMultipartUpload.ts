import { WRITES_DIRECTORY } from '../../../access/access-rule.ts'
import { accountOf, arnOf, ownArnOf, userIdOf } from '../../../access/principal.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { uploads } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { askedHeadersOf } from '../../shared/deciding/asked-headers.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { REPLICATE_OBJECT, replicaOf, uploadOfReplica } from '../../shared/replicas/receive-replica.ts'
import { objectTraits } from '../../shared/new-object/object-traits.ts'
import { chooseEncryption } from '../../shared/sealing/choose-encryption.ts'
import { contextMember, encryptionMembers } from '../../shared/sealing/encryption-members.ts'
import { withObjectKey } from '../../shared/sealing/object-key.ts'
import { refuseConditionsOfUpload } from '../../shared/object/preconditions.ts'
import { nextOrder } from '../../shared/object/version-order.ts'
import { uploadVersion } from './upload-version.ts'
import { abortMembers } from './abort-members.ts'
import { timeOfNewest } from '../../shared/version-rows/find-version.ts'
import { uploadChecksumKind, uploadChecksumMembers } from './upload-checksum-kind.ts'

export const CreateMultipartUpload = defineOperation('CreateMultipartUpload', {
  access: {
    action: 's3:PutObject',
    on: 'object',
    acl: { on: 'bucket', grant: 'WRITE' },
    directory: WRITES_DIRECTORY,
  },
  replicaAccess: REPLICATE_OBJECT,
  async handle(input, context) {
    const { service, principal } = context
    const account = accountOf(principal)
    if (!account) throw anonymousUpload()
    refuseConditionsOfUpload(context.head)
    const encryption = await withObjectKey(service.encryption, await chooseEncryption(context, input))
    const replica = replicaOf(context.head)
    const traits = replica
      ? await uploadOfReplica(context, input, replica)
      : await objectTraits(context, input)
    const initiatedMilliseconds = await timeToBegin(service, bucketOf(context), input.Key)
    const hasVersion = bucketOf(context).versioning === 'Enabled' && !replica
    const row = {
      traits: { ...traits, encryption },
      ...uploadChecksumKind(input),
      initiatedMilliseconds,
      askedHeaders: askedHeadersOf(input),
      versionId: hasVersion
        ? nextOrder(new Date(initiatedMilliseconds), service.random, undefined)
        : undefined,
      initiatorAccountId: account.id,
      initiatorArn: ownArnOf(principal) ?? arnOf(account),
      initiatorId: userIdOf(principal),
      replicaOrder: replica?.order,
    }
    const uploadId = newUploadId(service)
    await transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, input.Bucket, bucketOf(context))
      transaction.put(uploads, [bucket.id, input.Key, uploadId], row)
    })
    return {
      Bucket: input.Bucket,
      Key: input.Key,
      UploadId: uploadId,
      ...uploadVersion(row),
      ...uploadChecksumMembers(row),
      ...encryptionMembers(encryption, input),
      ...contextMember(encryption),
      ...(await abortMembers(service, bucketOf(context), input.Key, row)),
    }
  },
})

/** Now, but not before the newest version of the key, whose time another machine may have told: what is begun after it is not older. */
async function timeToBegin({ clock, stores }: S3Service, bucket: BucketRow, key: string): Promise<number> {
  const now = clock.now().getTime()
  return Math.max(now, (await timeOfNewest(stores, bucket, key)) ?? now)
}

/** The words as S3 was seen to answer, whatever the bucket's policy says (scylladb/scylladb#13425, aws/aws-sdk-cpp#1575). */
function anonymousUpload(): S3Error {
  const message = 'Anonymous users cannot initiate multipart uploads.  Please authenticate.'
  return new S3Error('AccessDenied', {}, { message })
}

/** Sorts by the time of initiation, as ListMultipartUploads gives the uploads of one key. */
function newUploadId({ clock, random }: S3Service): string {
  const time = clock.now().getTime().toString(16).padStart(12, '0')
  return time + random.bytes(14).toString('hex')
}
