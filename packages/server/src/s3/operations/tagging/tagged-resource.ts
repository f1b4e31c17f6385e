import { accountOf } from '../../../access/principal.ts'
import type { ContextKeys } from '../../../access/request-context.ts'
import type { BucketRow, TagsRow } from '../../../metadata/tables/rows.ts'
import { buckets } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { parseAccessPointArn } from '../../../model/access-point-arn.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { changeAccessPoint, ownAccessPoint } from '../../shared/access-points/own-access-point.ts'
import { bucketOfArn } from '../../shared/bucket/bucket-of-arn.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import type { OperationContext } from '../../shared/service/operation.ts'

/** What has tags that S3 Control changes: a bucket, or an access point of the caller's account. */
export interface TaggedResource {
  readonly tags: TagsRow
  /** In one commit. */
  change(changed: (tags: TagsRow) => TagsRow): Promise<void>
}

/** What a request says of it. */
interface NamedResource {
  readonly AccountId?: string | undefined
  readonly ResourceArn: string
}

/**
 * The resource that a request of S3 Control names by its ARN, once the caller was let in. Throws InvalidRequest for an ARN of
 * anything else: there is nothing else here that has tags of this kind.
 */
export async function taggedResource(
  context: OperationContext,
  { AccountId: accountId, ResourceArn: arn }: NamedResource,
  action: `s3:${string}`,
  keys?: ContextKeys,
): Promise<TaggedResource> {
  const named = await bucketOfArn(context.service.stores, arn)
  if (named) {
    const { bucketName, bucket } = named
    assertAccount(context, accountId, bucket.ownerAccountId)
    const directory = { action: action.replace('s3:', 's3express:') as `s3express:${string}` }
    await context.authorize({ action, on: 'bucket', directory }, named, keys)
    return taggedBucket(context, bucketName, bucket)
  }
  const point = parseAccessPointArn(arn)
  if (!point || point.rest !== undefined || point.region !== context.service.settings.region)
    throw new S3Error('InvalidRequest', {}, { message: `The resource ${arn} cannot have tags here` })
  // Source: S3 User Guide, "Restrictions and limitations for access points": no calls across accounts.
  if (point.accountId !== accountOf(context.principal)?.id) throw new S3Error('AccessDenied')
  assertAccount(context, accountId, point.accountId)
  await context.authorize({ action, on: 'account' }, undefined, keys)
  return taggedAccessPoint(context, point.name)
}

/** Source: S3 API Reference, TagResource, AccountId: that of the resource "or the requester's account ID". */
function assertAccount(
  { principal }: OperationContext,
  said: string | undefined,
  ownerAccountId: string,
): void {
  if (said !== ownerAccountId && said !== accountOf(principal)?.id) throw new S3Error('AccessDenied')
}

function taggedBucket({ service }: OperationContext, bucketName: string, bucket: BucketRow): TaggedResource {
  return {
    tags: bucket.tags ?? [],
    change: (changed) =>
      transact(service.stores.metadata, async (transaction) => {
        const row = await bucketForWrite(transaction, bucketName, bucket)
        const tags = keptTags(changed(row.tags ?? []))
        transaction.put(buckets, [bucketName], { ...row, deleting: undefined, tags })
      }),
  }
}

async function taggedAccessPoint(context: OperationContext, name: string): Promise<TaggedResource> {
  const { tags = [] } = await ownAccessPoint(context, name)
  return {
    tags,
    change: (changed) =>
      changeAccessPoint(context, name, (row) => ({ tags: keptTags(changed(row.tags ?? [])) })),
  }
}

function keptTags(tags: TagsRow): TagsRow | undefined {
  return tags.length > 0 ? tags : undefined
}
