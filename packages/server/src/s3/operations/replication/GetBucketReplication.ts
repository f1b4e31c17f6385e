import { S3Error } from '../../../model/s3-error.ts'
import { readDocument } from '../../shared/bucket/bucket-documents.ts'
import { parseReplication } from '../../shared/replicating/replication-rules.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const GetBucketReplication = defineOperation('GetBucketReplication', {
  access: { action: 's3:GetReplicationConfiguration', on: 'bucket' },
  async handle(_input, context) {
    const text = await readDocument(context.service, bucketOf(context), 'replication')
    if (text === undefined) throw new S3Error('ReplicationConfigurationNotFoundError')
    return { ReplicationConfiguration: parseReplication(text) }
  },
})
