import { changeDocument } from '../bucket-documents.ts'
import { defineOperation } from '../operation.ts'

export const DeleteBucketWebsite = defineOperation('DeleteBucketWebsite', {
  access: { action: 's3:DeleteBucketWebsite', on: 'bucket' },
  async handle(input, context) {
    await changeDocument(context, input.Bucket, 'website', undefined)
    return {}
  },
})
