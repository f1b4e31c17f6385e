import { S3Error } from '../../../model/s3-error.ts'
import { changeDocument } from '../../shared/bucket/bucket-documents.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { checkCors } from './check-cors.ts'
import type { CorsDocument } from './cors-rules.ts'

/** Source: S3 API Reference, PutBucketCors: "limited to 64 KB". Here it is the size of what is kept, without the tags. */
const MOST_BYTES = 64 * 1024

export const PutBucketCors = defineOperation('PutBucketCors', {
  access: { action: 's3:PutBucketCORS', on: 'bucket' },
  async handle(input, context) {
    const document: CorsDocument = { rules: input.CORSConfiguration.CORSRules }
    checkCors(document.rules)
    const text = JSON.stringify(document)
    if (Buffer.byteLength(text) > MOST_BYTES) throw new S3Error('MaxMessageLengthExceeded')
    await changeDocument(context, input.Bucket, 'cors', text)
    return {}
  },
})
