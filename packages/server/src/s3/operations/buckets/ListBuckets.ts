import { accountOf } from '../../../access/principal.ts'
import { justAfter } from '../../../metadata/just-after.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { ownedBuckets } from '../../../metadata/tables/tables.ts'
import { readable } from '../../../metadata/unreadable-rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { Bucket } from '../../../model/types.gen.ts'
import { ownerOf } from '../../shared/grants/canonical-ids.ts'
import { decodeContinuationToken, encodeContinuationToken } from '../../shared/pages/continuation-token.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { shortMarker } from '../../shared/pages/walk-keys.ts'

/** Source: S3 API Reference, ListBuckets: max-buckets is 1 to 10,000. */
const MOST_BUCKETS = 10_000
const MOST_NAME_CHARACTERS = 63

export const ListBuckets = defineOperation('ListBuckets', {
  access: { action: 's3:ListAllMyBuckets', on: 'account' },
  async handle(input, { service, principal }) {
    const account = accountOf(principal)
    if (!account) throw new S3Error('AccessDenied')
    const { Prefix, ContinuationToken, BucketRegion, MaxBuckets = MOST_BUCKETS } = input
    assertRegion(BucketRegion, service.settings.region)
    const after = ContinuationToken === undefined ? '' : decodeContinuationToken(ContinuationToken)
    const scope = { accountId: account.id, prefix: Prefix ?? '', after, region: BucketRegion }
    // One more than asked for tells whether there is more.
    const found = await findBuckets(service.stores.metadata, scope, MaxBuckets + 1)
    const shown = found.slice(0, MaxBuckets)
    const last = shown.at(-1)?.Name
    // Source: S3 API Reference, Bucket: "If the request contains at least one valid parameter, it is included".
    const namesRegion = Object.values(input).some((value) => value !== undefined)
    return {
      Buckets: namesRegion ? shown : shown.map((bucket) => ({ ...bucket, BucketRegion: undefined })),
      Owner: ownerOf(service.accounts, account.id),
      ...(Prefix !== undefined && { Prefix }),
      ...(found.length > shown.length &&
        last !== undefined && { ContinuationToken: encodeContinuationToken(last) }),
    }
  },
})

/** Source: S3 API Reference, ListBuckets: a region other than the endpoint's is "not supported". */
function assertRegion(requested: string | undefined, region: string): void {
  if (requested === undefined || requested === region) return
  const fields = { ArgumentName: 'bucket-region', ArgumentValue: requested }
  const message = `Argument bucket-region must be the region of the endpoint, ${region}`
  throw new S3Error('InvalidArgument', fields, { message })
}

interface Scope {
  readonly accountId: string
  readonly prefix: string
  /** The last bucket of the page before. */
  readonly after: string
  readonly region: string | undefined
}

async function findBuckets(
  metadata: OrderedStore,
  { accountId, prefix, after, region }: Scope,
  limit: number,
): Promise<Bucket[]> {
  const found: Bucket[] = []
  if (prefix.length > MOST_NAME_CHARACTERS) return found
  const range = ownedBuckets.stringRange([accountId], prefix)
  // No bucket name holds a NUL, so this is the next possible one.
  const behind = ownedBuckets.key(accountId, `${shortMarker(after)}\u0000`)
  let start: Uint8Array = Buffer.compare(behind, range.start) > 0 ? behind : range.start
  while (found.length < limit && Buffer.compare(start, range.end) < 0) {
    const entries = await metadata.scan({ start, end: range.end, limit: limit - found.length })
    for (const entry of entries) {
      const owned = readable(metadata, ownedBuckets, entry)
      if (!owned) continue
      const { row, parts } = owned
      if (region !== undefined && region !== row.region) continue
      found.push({
        Name: parts[1],
        CreationDate: new Date(row.createdMilliseconds),
        BucketRegion: row.region,
      })
    }
    const last = entries.at(-1)
    start = last ? justAfter(last.key) : range.end
  }
  return found
}
