import { changeDocument } from '../../shared/bucket/bucket-documents.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const DeleteBucketReplication = defineOperation('DeleteBucketReplication', {
  freesSpace: true,
  // Source: S3 API Reference, DeleteBucketReplication: the permission is the one to put it.
  access: { action: 's3:PutReplicationConfiguration', on: 'bucket' },
  async handle(input, context) {
    await changeDocument(context, input.Bucket, 'replication', undefined)
    return {}
  },
})
