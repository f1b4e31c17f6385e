import { decodeContinuationToken, encodeContinuationToken } from '../../shared/pages/continuation-token.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { readTiering } from '../../shared/storage-tiers/intelligent-tiering.ts'

/** Source: S3 API Reference, ListBucketIntelligentTieringConfigurations: a page has 100 at the most. */
const PAGE = 100

export const ListBucketIntelligentTieringConfigurations = defineOperation(
  'ListBucketIntelligentTieringConfigurations',
  {
    access: { action: 's3:GetIntelligentTieringConfiguration', on: 'bucket' },
    async handle({ ContinuationToken: token }, context) {
      const after = token === undefined ? '' : decodeContinuationToken(token)
      const all = await readTiering(context.service, bucketOf(context))
      const rest = all.filter(({ Id }) => Id > after)
      const page = rest.slice(0, PAGE)
      const last = page.at(-1)
      const isTruncated = rest.length > page.length
      return {
        IsTruncated: isTruncated,
        ...(token !== undefined && { ContinuationToken: token }),
        ...(isTruncated && last && { NextContinuationToken: encodeContinuationToken(last.Id) }),
        IntelligentTieringConfigurationList: page,
      }
    },
  },
)
