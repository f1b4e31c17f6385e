import { listingEncoder, pageSize } from '../../shared/pages/listing-page.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { restoreDescriber } from '../../shared/storage-tiers/archived.ts'
import { listObjects } from './list-objects.ts'

export const ListObjects = defineOperation('ListObjects', {
  access: { action: 's3:ListBucket', on: 'bucket', acl: { on: 'bucket', grant: 'READ' } },
  async handle(input, context) {
    const { Prefix = '', Delimiter, Marker = '', EncodingType } = input
    const encode = listingEncoder(EncodingType)
    const limit = pageSize('max-keys', input.MaxKeys)
    const page = await listObjects(context.service, bucketOf(context), {
      prefix: Prefix,
      delimiter: Delimiter,
      after: Marker,
      limit,
      withOwner: true,
      encodingType: EncodingType,
      describeRestore: restoreDescriber(context.service, input.OptionalObjectAttributes),
    })
    return {
      Name: input.Bucket,
      Prefix: encode(Prefix),
      Marker: encode(Marker),
      MaxKeys: limit,
      IsTruncated: page.isTruncated,
      ...(Delimiter !== undefined && Delimiter !== '' && { Delimiter: encode(Delimiter) }),
      ...(EncodingType && { EncodingType }),
      // Only with a delimiter; without one the last key serves. Source: S3 API Reference, ListObjects, NextMarker.
      ...(page.isTruncated && Delimiter && page.last !== undefined && { NextMarker: encode(page.last) }),
      Contents: page.Contents,
      CommonPrefixes: page.CommonPrefixes,
    }
  },
})
