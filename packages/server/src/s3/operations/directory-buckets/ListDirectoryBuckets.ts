import { directoryBucketArn } from '../../../model/directory-bucket-name.ts'
import { ownedBucketPage } from '../../shared/bucket/owned-bucket-page.ts'
import { decodeContinuationToken, encodeContinuationToken } from '../../shared/pages/continuation-token.ts'
import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'

/** Source: S3 API Reference, ListDirectoryBuckets: max-directory-buckets is 0 to 1,000. */
const MOST_BUCKETS = 1000

export const ListDirectoryBuckets = defineOperation('ListDirectoryBuckets', {
  access: {
    action: 's3express:ListAllMyDirectoryBuckets',
    on: 'account',
    directory: { action: 's3express:ListAllMyDirectoryBuckets' },
  },
  async handle(input, context) {
    const { stores, settings } = context.service
    const { ContinuationToken, MaxDirectoryBuckets: limit = MOST_BUCKETS } = input
    const accountId = accountIdOf(context)
    const after = ContinuationToken === undefined ? '' : decodeContinuationToken(ContinuationToken)
    const scope = { accountId, prefix: '', after, region: undefined, kind: 'directory' } as const
    // One more than asked for tells whether there is more.
    const found = limit === 0 ? [] : await ownedBucketPage(stores.metadata, scope, limit + 1)
    const last = found.length > limit ? found[limit - 1]?.Name : undefined
    return {
      Buckets: found.slice(0, limit).map(({ Name, CreationDate }) => ({
        Name,
        CreationDate,
        BucketArn: directoryBucketArn(settings.region, accountId, Name ?? ''),
      })),
      ...(last !== undefined && { ContinuationToken: encodeContinuationToken(last) }),
    }
  },
})
