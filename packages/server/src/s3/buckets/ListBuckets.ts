import { accountOf } from '../../access/principal.ts'
import { ownedBuckets } from '../../metadata/tables/tables.ts'
import { S3Error } from '../../model/s3-error.ts'
import type { Bucket } from '../../model/types.gen.ts'
import { decodeContinuationToken, encodeContinuationToken } from '../continuation-token.ts'
import { ownerOf } from '../canonical-ids.ts'
import { defineOperation } from '../operation.ts'

/** Source: S3 API Reference, ListBuckets: max-buckets is 1 to 10,000. */
const MOST_BUCKETS = 10_000

export const ListBuckets = defineOperation('ListBuckets', {
  access: { action: 's3:ListAllMyBuckets', on: 'account' },
  async handle(input, { service, principal }) {
    const account = accountOf(principal)
    if (!account) throw new S3Error('AccessDenied')
    const limit = input.MaxBuckets ?? MOST_BUCKETS
    const prefix = input.Prefix ?? ''
    const after =
      input.ContinuationToken === undefined ? '' : decodeContinuationToken(input.ContinuationToken)
    const range = ownedBuckets.range(account.id)
    const from = after >= prefix ? after : prefix
    // A token names the last bucket already given; no bucket name holds a NUL, so this is the next possible one.
    const start = ownedBuckets.key(account.id, from === after && after !== '' ? `${after}\u0000` : from)
    const found: Bucket[] = []
    let isTruncated = false
    for (const entry of await service.stores.metadata.scan({
      start,
      end: range.end,
      limit: MOST_BUCKETS + 1,
    })) {
      const [, name] = ownedBuckets.parts(entry.key)
      const row = ownedBuckets.decode(entry.value)
      if (!name.startsWith(prefix)) break
      if (input.BucketRegion !== undefined && input.BucketRegion !== row.region) continue
      if (found.length === limit) {
        isTruncated = true
        break
      }
      found.push({ Name: name, CreationDate: new Date(row.createdMilliseconds), BucketRegion: row.region })
    }
    const last = found.at(-1)?.Name
    return {
      Buckets: found,
      Owner: ownerOf(service.accounts, account.id),
      ...(input.Prefix !== undefined && { Prefix: input.Prefix }),
      ...(isTruncated && last !== undefined && { ContinuationToken: encodeContinuationToken(last) }),
    }
  },
})
