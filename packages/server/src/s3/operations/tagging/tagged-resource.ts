import type { AccessRule } from '../../../access/access-rule.ts'
import { accountOf } from '../../../access/principal.ts'
import type { ContextKeys } from '../../../access/request-context.ts'
import { accessPoints } from '../../../metadata/tables/access-point-tables.ts'
import type { BucketRow, TagsRow } from '../../../metadata/tables/rows.ts'
import { buckets } from '../../../metadata/tables/tables.ts'
import { readRow, transact, type Transaction } from '../../../metadata/transaction.ts'
import { type AccessPointName, parseAccessPointArn } from '../../../model/access-point-arn.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { noSuchAccessPoint } from '../../shared/access-points/reach-bucket.ts'
import { bucketForWrite, readBucket } from '../../shared/bucket/bucket-row.ts'
import type { OperationContext } from '../../shared/service/operation.ts'

const BUCKET_ARN = /^arn:aws:s3:::([^/]+)$/

/** What has tags that S3 Control changes: a bucket, or an access point of the caller's account. */
export interface TaggedResource {
  readonly tags: TagsRow
  /** Within one commit. */
  change(transaction: Transaction, changed: (tags: TagsRow) => TagsRow): Promise<void>
}

/**
 * The resource that a request of S3 Control names by its ARN, once the caller was let in. Throws InvalidRequest for an ARN of
 * anything else: there is nothing else here that has tags of this kind.
 */
export async function taggedResource(
  context: OperationContext,
  arn: string,
  action: AccessRule['action'],
  keys?: ContextKeys,
): Promise<TaggedResource> {
  const [, bucketName] = BUCKET_ARN.exec(arn) ?? []
  if (bucketName !== undefined) {
    const bucket = await readBucket(context.service.stores, bucketName)
    await context.authorize({ action, on: 'bucket' }, { bucketName, bucket }, keys)
    return taggedBucket(bucketName, bucket)
  }
  const point = parseAccessPointArn(arn)
  if (!point || point.rest !== undefined || point.region !== context.service.settings.region)
    throw new S3Error('InvalidRequest', {}, { message: `The resource ${arn} cannot have tags here` })
  // Source: S3 User Guide, "Restrictions and limitations for access points": no calls across accounts.
  if (point.accountId !== accountOf(context.principal)?.id) throw new S3Error('AccessDenied')
  await context.authorize({ action, on: 'account' }, undefined, keys)
  return taggedAccessPoint(context, point)
}

/** Changes the tags of a resource in one commit. */
export async function changeTags(
  { service }: OperationContext,
  resource: TaggedResource,
  changed: (tags: TagsRow) => TagsRow,
): Promise<void> {
  await transact(service.stores.metadata, (transaction) => resource.change(transaction, changed))
}

function taggedBucket(bucketName: string, bucket: BucketRow): TaggedResource {
  return {
    tags: bucket.tags ?? [],
    async change(transaction, changed) {
      const row = await bucketForWrite(transaction, bucketName, bucket)
      const tags = keptTags(changed(row.tags ?? []))
      transaction.put(buckets, [bucketName], { ...row, deleting: undefined, tags })
    },
  }
}

async function taggedAccessPoint(
  { service }: OperationContext,
  { accountId, name }: AccessPointName,
): Promise<TaggedResource> {
  const row = await readRow(service.stores.metadata, accessPoints, accountId, name)
  if (!row) noSuchAccessPoint()
  return {
    tags: row.tags ?? [],
    async change(transaction, changed) {
      const found = (await transaction.get(accessPoints, accountId, name)) ?? noSuchAccessPoint()
      const tags = keptTags(changed(found.tags ?? []))
      transaction.put(accessPoints, [accountId, name], { ...found, tags })
    },
  }
}

function keptTags(tags: TagsRow): TagsRow | undefined {
  return tags.length > 0 ? tags : undefined
}
