import type { AccessRule } from '../../../access/access-rule.ts'
import { allBlocked } from '../../../access/public-access-block.ts'
import {
  accessPointAliases,
  type AccessPointRow,
  accessPoints,
} from '../../../metadata/tables/access-point-tables.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { buckets } from '../../../metadata/tables/tables.ts'
import { transact, type Transaction } from '../../../metadata/transaction.ts'
import {
  accessPointAlias,
  assertAccessPointName,
  type AccessPointName,
} from '../../../model/access-point-arn.ts'
import { isDirectoryBucketName } from '../../../model/directory-bucket-name.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { CreateAccessPointInput } from '../../../model/types.gen.ts'
import { blockOfElement } from '../../shared/bucket/block-element.ts'
import { assertOwner, bucketForWrite, readBucket } from '../../shared/bucket/bucket-row.ts'
import { bucketTagKeys } from '../../shared/deciding/tag-condition-keys.ts'
import { MOST_BUCKET_TAGS, tagsOfElements } from '../../shared/object/tags.ts'
import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { ownArn } from '../../shared/access-points/own-access-point.ts'

/** Source: S3 User Guide, "Restrictions and limitations for access points". */
const MOST_ACCESS_POINTS = 10_000
/** Source: Service Authorization Reference, Amazon S3: what CreateAccessPoint needs with tags. */
const TAG_RESOURCE: AccessRule = { action: 's3:TagResource', on: 'account' }

export const CreateAccessPoint = defineOperation('CreateAccessPoint', {
  access: { action: 's3:CreateAccessPoint', on: 'account' },
  contextKeys: ({ Tags }) => bucketTagKeys(Tags),
  async handle(input, context) {
    const { service } = context
    const { Name: name, Bucket: bucketName } = input
    assertAccessPointName(name)
    refuseWhatIsNotHere(input)
    const accountId = accountIdOf(context)
    const bucket = await readBucket(service.stores, bucketName)
    // Anybody may make one: it gives nothing that the bucket's policy does not. Source: S3 API Reference, CreateAccessPoint,
    // BucketAccountId: it has to be there for the bucket of another account.
    assertOwner(input.BucketAccountId ?? accountId, bucket)
    const row = newRow(input, bucket, service)
    if (row.tags) await context.authorize(TAG_RESOURCE, undefined, bucketTagKeys(input.Tags))
    await transact(service.stores.metadata, async (transaction) => {
      // No DeleteBucket gets past it that looked for access points before.
      await bucketForWrite(transaction, bucketName, bucket)
      await assertFree(transaction, { accountId, name })
      transaction.put(accessPoints, [accountId, name], row)
      transaction.put(accessPointAliases, [row.alias], { accountId, name })
    })
    return { AccessPointArn: ownArn(context, name), Alias: row.alias }
  },
})

function newRow(
  { Name, Bucket, PublicAccessBlockConfiguration: block = {}, Tags = [] }: CreateAccessPointInput,
  bucket: BucketRow,
  { clock, random }: S3Service,
): AccessPointRow {
  return {
    bucketName: Bucket,
    bucketId: bucket.id,
    bucketAccountId: bucket.ownerAccountId,
    createdMilliseconds: clock.now().getTime(),
    alias: accessPointAlias(Name, random.bytes(17).toString('hex')),
    // Source: S3 User Guide, "Managing public access to access points": "You must explicitly disable any settings that you don't want".
    publicAccessBlock: blockOfElement(block, allBlocked),
    ...(Tags.length > 0 && { tags: tagsOfElements(Tags, MOST_BUCKET_TAGS) }),
  }
}

function refuseWhatIsNotHere({ Bucket, VpcConfiguration, Scope }: CreateAccessPointInput): void {
  if (VpcConfiguration) throw notHere('Access points of a VPC are not implemented')
  if (Scope ?? isDirectoryBucketName(Bucket))
    throw notHere('Access points of directory buckets are not implemented')
}

function notHere(message: string): S3Error {
  return new S3Error('NotImplemented', {}, { message })
}

/** Hosts of access points are those of buckets of such names: there is never one of both. */
async function assertFree(transaction: Transaction, { accountId, name }: AccessPointName): Promise<void> {
  if (await transaction.get(accessPoints, accountId, name)) throw new S3Error('AccessPointAlreadyOwnedByYou')
  if (await transaction.get(buckets, `${name}-${accountId}`)) {
    throw new S3Error(
      'InvalidAccessPoint',
      {},
      { message: `There is a bucket of the name ${name}-${accountId}` },
    )
  }
  const others = await transaction.scan({ ...accessPoints.range(accountId), limit: MOST_ACCESS_POINTS })
  if (others.length >= MOST_ACCESS_POINTS) throw new S3Error('TooManyAccessPoints')
}
