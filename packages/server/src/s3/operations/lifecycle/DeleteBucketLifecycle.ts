import { changeDocument } from '../../shared/bucket/bucket-documents.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const DeleteBucketLifecycle = defineOperation('DeleteBucketLifecycle', {
  freesSpace: true,
  // Source: S3 API Reference: the permission is the one to put it.
  access: {
    action: 's3:PutLifecycleConfiguration',
    on: 'bucket',
    directory: { action: 's3express:PutLifecycleConfiguration' },
  },
  async handle(input, context) {
    await changeDocument(context, input.Bucket, 'lifecycle', undefined)
    return {}
  },
})
