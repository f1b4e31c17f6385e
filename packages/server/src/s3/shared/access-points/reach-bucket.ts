import { stricterBlock } from '../../../access/public-access-block.ts'
import { type Soon, soon } from '../../../base/soon.ts'
import { RowCache } from '../../../metadata/row-cache.ts'
import {
  accessPointAliases,
  type AccessPointRow,
  accessPoints,
} from '../../../metadata/tables/access-point-tables.ts'
import type { BucketRow, TagsRow } from '../../../metadata/tables/rows.ts'
import {
  type AccessPointName,
  accessPointArn,
  type AccessPointReference,
  parseAccessPointArn,
} from '../../../model/access-point-arn.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { findBucket, readBucket } from '../bucket/bucket-row.ts'
import type { ReachedBucket } from '../service/access-target.ts'
import type { AccessService } from '../service/service.ts'

/** A bucket, by its own name. */
export interface Reached {
  readonly bucketName: string
  readonly bucket: ReachedBucket
}

const rows = new RowCache(accessPoints)
const aliases = new RowCache(accessPointAliases)

type Reaching = Pick<AccessService, 'settings' | 'stores'>

/** Throws NoSuchAccessPoint, and NoSuchBucket where the bucket is gone. */
export function reachBucket(service: Reaching, reference: AccessPointReference): Soon<Reached> {
  const { metadata } = service.stores
  if (reference.alias !== undefined)
    return soon(aliases.read(metadata, reference.alias), (named) =>
      reachByName(service, named ?? noSuchAccessPoint()),
    )
  const { orBucket } = reference
  if (orBucket === undefined) return reachByName(service, reference)
  return soon(findBucket(service.stores, orBucket), (bucket) =>
    bucket ? { bucketName: orBucket, bucket } : reachByName(service, reference),
  )
}

function reachByName(
  service: Reaching,
  name: AccessPointName & { readonly region?: string | undefined },
): Soon<Reached> {
  const { region } = service.settings
  if (name.region !== undefined && name.region !== region) noSuchAccessPoint()
  return soon(rows.read(service.stores.metadata, name.accountId, name.name), (row) =>
    soon(readBucket(service.stores, (row ?? noSuchAccessPoint()).bucketName), (bucket) => {
      if (!row || bucket.id !== row.bucketId)
        throw new S3Error('NoSuchBucket', { BucketName: row?.bucketName ?? '' })
      const arn = accessPointArn(region, name)
      return { bucketName: row.bucketName, bucket: reached(bucket, row, name.accountId, arn) }
    }),
  )
}

/** Made once for a row of the bucket and one of the access point. */
const made = new WeakMap<AccessPointRow, { readonly of: BucketRow; readonly bucket: ReachedBucket }>()

function reached(bucket: BucketRow, row: AccessPointRow, accountId: string, arn: string): ReachedBucket {
  const known = made.get(row)
  if (known?.of === bucket) return known.bucket
  // Source: S3 User Guide, "Managing public access to access points": of all that apply the strictest.
  const publicAccessBlock = stricterBlock(bucket.publicAccessBlock, row.publicAccessBlock)
  const through = { ...bucket, publicAccessBlock, through: { accountId, arn, row } }
  made.set(row, { of: bucket, bucket: through })
  return through
}

/** An access point that a request is about itself; one that is not there yet has no tags. */
export interface NamedAccessPoint {
  readonly accountId: string
  readonly arn: string
  readonly tags: TagsRow
}

/** `undefined` for what is no ARN of an access point. */
export function accessPointOfArn(
  { stores }: Reaching,
  text: string | undefined,
): Soon<NamedAccessPoint | undefined> {
  const named = text === undefined ? undefined : parseAccessPointArn(text)
  if (!named || named.rest !== undefined) return undefined
  const { accountId, name, region } = named
  const arn = accessPointArn(region, named)
  return soon(rows.read(stores.metadata, accountId, name), (row) => ({
    accountId,
    arn,
    tags: row?.tags ?? [],
  }))
}

export function noSuchAccessPoint(): never {
  throw new S3Error('NoSuchAccessPoint')
}

/** The bucket that a request is about by its own name; the name that it has in the request where there is no such access point. */
export async function nameOfBucket(
  service: Reaching,
  { bucket, accessPoint }: { readonly bucket?: string; readonly accessPoint?: AccessPointReference },
): Promise<string | undefined> {
  if (!accessPoint) return bucket
  try {
    return (await reachBucket(service, accessPoint)).bucketName
  } catch (error) {
    if (error instanceof S3Error) return bucket
    throw error
  }
}
