import { accountOf } from '../../../access/principal.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { ownedBucketPage } from '../../shared/bucket/owned-bucket-page.ts'
import { ownerOf } from '../../shared/grants/canonical-ids.ts'
import { decodeContinuationToken, encodeContinuationToken } from '../../shared/pages/continuation-token.ts'
import { defineOperation } from '../../shared/service/operation.ts'

/** Source: S3 API Reference, ListBuckets: max-buckets is 1 to 10,000. */
const MOST_BUCKETS = 10_000

export const ListBuckets = defineOperation('ListBuckets', {
  access: { action: 's3:ListAllMyBuckets', on: 'account' },
  async handle(input, { service, principal }) {
    const account = accountOf(principal)
    if (!account) throw new S3Error('AccessDenied')
    const { Prefix, ContinuationToken, BucketRegion, MaxBuckets = MOST_BUCKETS } = input
    assertRegion(BucketRegion, service.settings.region)
    const after = ContinuationToken === undefined ? '' : decodeContinuationToken(ContinuationToken)
    const scope = {
      accountId: account.id,
      prefix: Prefix ?? '',
      after,
      region: BucketRegion,
      kind: 'general purpose',
    } as const
    // One more than asked for tells whether there is more.
    const found = await ownedBucketPage(service.stores.metadata, scope, MaxBuckets + 1)
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
