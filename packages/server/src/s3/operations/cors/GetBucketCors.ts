import { S3Error } from '../../../model/s3-error.ts'
import { readDocument } from '../../shared/bucket/bucket-documents.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { parseCors } from './cors-rules.ts'

export const GetBucketCors = defineOperation('GetBucketCors', {
  access: { action: 's3:GetBucketCORS', on: 'bucket' },
  async handle(input, context) {
    const text = await readDocument(context.service, bucketOf(context), 'cors')
    if (text === undefined) throw new S3Error('NoSuchCORSConfiguration', { BucketName: input.Bucket })
    return { CORSRules: parseCors(text).rules }
  },
})
