import type { AccessRule } from '../../../access/access-rule.ts'
import type { Account } from '../../../access/accounts.ts'
import { allBlocked } from '../../../access/public-access-block.ts'
import type { BucketRow, DirectoryRow } from '../../../metadata/tables/rows.ts'
import { buckets } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { writtenVersion } from '../../../metadata/written-version.ts'
import {
  directoryBucketArn,
  isCalledDirectoryBucket,
  zoneOfBucketName,
} from '../../../model/directory-bucket-name.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { CreateBucketInput, CreateBucketOutput } from '../../../model/types.gen.ts'
import { refuseDirectoryHeaders, refuseVersionTwo } from '../../shared/deciding/directory-headers.ts'
import { bucketTagKeys } from '../../shared/deciding/tag-condition-keys.ts'
import { MOST_BUCKET_TAGS, tagsOfElements } from '../../shared/object/tags.ts'
import type { OperationContext } from '../../shared/service/operation.ts'
import { putNewBucket } from './put-new-bucket.ts'

/** Source: S3 API Reference, CreateBucketConfiguration, Tags. */
const TAG_RESOURCE: AccessRule = {
  action: 's3:TagResource',
  on: 'account',
  directory: { action: 's3express:TagResource' },
}

/** Whether a bucket is asked for that is a directory bucket by its name or by what is said of it. */
export function isForDirectory({
  Bucket,
  CreateBucketConfiguration: configuration,
}: CreateBucketInput): boolean {
  return isCalledDirectoryBucket(Bucket) || (configuration?.Location ?? configuration?.Bucket) !== undefined
}

/**
 * Makes a directory bucket: no ACLs, nothing public, one zone, which its name tells and the request has to say as well. Source: S3 API
 * Reference, CreateBucket; S3 User Guide, "Creating directory buckets in an Availability Zone".
 */
export async function createDirectoryBucket(
  input: CreateBucketInput,
  context: OperationContext,
  owner: Account,
): Promise<CreateBucketOutput> {
  const { service, head } = context
  const { Bucket: name } = input
  refuseVersionTwo(context.facts)
  const zone = zoneOfBucketName(name)
  refuseDirectoryHeaders('CreateBucket', { action: 's3express:CreateBucket' }, { head, query: new Map() })
  const row = newRow(input, context, owner, directoryOf(input, zone))
  const { CreateBucketConfiguration: { Tags = [] } = {} } = input
  if (Tags.length > 0) await context.authorize(TAG_RESOURCE, undefined, bucketTagKeys(Tags))
  // Version 1 of the format has no room for the mark by which older programs know that the bucket is none of theirs.
  if (writtenVersion(service.stores.metadata) === 1) throw new S3Error('ServiceUnavailable')
  await transact(service.stores.metadata, async (transaction) => {
    const existing = await transaction.get(buckets, name)
    if (!existing) return putNewBucket(transaction, name, row)
    const isOwn = existing.ownerAccountId === owner.id
    throw new S3Error(isOwn ? 'BucketAlreadyOwnedByYou' : 'BucketAlreadyExists', { BucketName: name })
  })
  return { Location: `/${name}`, BucketArn: directoryBucketArn(row.region, owner.id, name) }
}

/** Source: S3 API Reference, BucketInfo and LocationInfo. */
function directoryOf(
  { CreateBucketConfiguration: configuration }: CreateBucketInput,
  zone: string,
): DirectoryRow {
  const { Location: location, Bucket: info, LocationConstraint } = configuration ?? {}
  if (LocationConstraint !== undefined && LocationConstraint !== '')
    throw invalid('A directory bucket has no location constraint')
  if (info?.Type !== 'Directory') throw invalid('The Type of a directory bucket must be Directory')
  const locationType = location?.Type
  if (locationType === undefined) throw invalid('The Location of a directory bucket must have a Type')
  if (location?.Name !== zone)
    throw invalid(`The Name of the Location must be the zone in the name of the bucket, ${zone}`)
  const redundancy = locationType === 'LocalZone' ? 'SingleLocalZone' : 'SingleAvailabilityZone'
  if (info.DataRedundancy !== undefined && info.DataRedundancy !== redundancy)
    throw invalid(`The DataRedundancy of a bucket in one ${locationType} must be ${redundancy}`)
  return { zone, locationType }
}

function newRow(
  { CreateBucketConfiguration: configuration }: CreateBucketInput,
  { service }: OperationContext,
  owner: Account,
  directory: DirectoryRow,
): BucketRow {
  const { Tags = [] } = configuration ?? {}
  return {
    id: service.random.bytes(9).toString('base64url'),
    ownerAccountId: owner.id,
    createdMilliseconds: service.clock.now().getTime(),
    region: service.settings.region,
    objectOwnership: 'BucketOwnerEnforced',
    publicAccessBlock: allBlocked,
    ...(Tags.length > 0 && { tags: tagsOfElements(Tags, MOST_BUCKET_TAGS) }),
    directory,
  }
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
