import { READS_DIRECTORY } from '../../../access/access-rule.ts'
import { decodeContinuationToken, encodeContinuationToken } from '../../shared/pages/continuation-token.ts'
import { assertDirectoryListing } from '../../shared/pages/directory-listing.ts'
import { listingEncoder, pageSize } from '../../shared/pages/listing-page.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { restoreDescriber } from '../../shared/storage-tiers/archived.ts'
import { listObjects } from './list-objects.ts'

export const ListObjectsV2 = defineOperation('ListObjectsV2', {
  access: {
    action: 's3:ListBucket',
    on: 'bucket',
    acl: { on: 'bucket', grant: 'READ' },
    directory: READS_DIRECTORY,
  },
  async handle(input, context) {
    const { Prefix = '', Delimiter, StartAfter, ContinuationToken, EncodingType } = input
    assertDirectoryListing(bucketOf(context), input)
    const encode = listingEncoder(EncodingType)
    const limit = pageSize('max-keys', input.MaxKeys)
    const page = await listObjects(context.service, bucketOf(context), {
      prefix: Prefix,
      delimiter: Delimiter,
      // The token wins over start-after, which only the first request of a listing heeds.
      after: ContinuationToken === undefined ? StartAfter : decodeContinuationToken(ContinuationToken),
      limit,
      withOwner: input.FetchOwner === true,
      encodingType: EncodingType,
      describeRestore: restoreDescriber(context.service, input.OptionalObjectAttributes),
    })
    return {
      Name: input.Bucket,
      Prefix: encode(Prefix),
      MaxKeys: limit,
      KeyCount: page.Contents.length + page.CommonPrefixes.length,
      IsTruncated: page.isTruncated,
      ...(Delimiter !== undefined && Delimiter !== '' && { Delimiter: encode(Delimiter) }),
      ...(EncodingType && { EncodingType }),
      ...(StartAfter !== undefined && { StartAfter: encode(StartAfter) }),
      ...(ContinuationToken !== undefined && { ContinuationToken }),
      ...(page.isTruncated &&
        page.last !== undefined && { NextContinuationToken: encodeContinuationToken(page.last) }),
      Contents: page.Contents,
      CommonPrefixes: page.CommonPrefixes,
    }
  },
})
