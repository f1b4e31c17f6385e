import { changeDocument } from '../../shared/bucket/bucket-documents.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const DeleteBucketWebsite = defineOperation('DeleteBucketWebsite', {
  freesSpace: true,
  access: { action: 's3:DeleteBucketWebsite', on: 'bucket' },
  async handle(input, context) {
    await changeDocument(context, input.Bucket, 'website', undefined)
    return {}
  },
})
