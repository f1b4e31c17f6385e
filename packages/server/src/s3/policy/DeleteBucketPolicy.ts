import { changeDocument } from '../bucket-documents.ts'
import { defineOperation } from '../operation.ts'

export const DeleteBucketPolicy = defineOperation('DeleteBucketPolicy', {
  access: { action: 's3:DeleteBucketPolicy', on: 'bucket' },
  async handle(input, { service }) {
    await changeDocument(service, input.Bucket, 'policy', undefined)
    return {}
  },
})
