import { S3Error } from '../../../model/s3-error.ts'
import { changeDocument } from '../../shared/bucket/bucket-documents.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { checkWebsite } from './check-website.ts'

/** Source: S3 API Reference, PutBucketWebsite: "limited to 128 KB". Here it is the size of what is kept, without the tags. */
const MOST_BYTES = 128 * 1024

export const PutBucketWebsite = defineOperation('PutBucketWebsite', {
  access: { action: 's3:PutBucketWebsite', on: 'bucket' },
  async handle(input, context) {
    const { WebsiteConfiguration: website } = input
    checkWebsite(website)
    const text = JSON.stringify(website)
    if (Buffer.byteLength(text) > MOST_BYTES) throw new S3Error('MaxMessageLengthExceeded')
    await changeDocument(context, input.Bucket, 'website', text)
    return {}
  },
})
