import { S3Error } from '../../../model/s3-error.ts'
import { readDocument } from '../../shared/bucket/bucket-documents.ts'
import { parseLifecycle } from '../../shared/bucket/lifecycle-rules.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const GetBucketLifecycleConfiguration = defineOperation('GetBucketLifecycleConfiguration', {
  access: {
    action: 's3:GetLifecycleConfiguration',
    on: 'bucket',
    directory: { action: 's3express:GetLifecycleConfiguration' },
  },
  async handle(input, context) {
    const bucket = bucketOf(context)
    const text = await readDocument(context.service, bucket, 'lifecycle')
    if (text === undefined) throw new S3Error('NoSuchLifecycleConfiguration', { BucketName: input.Bucket })
    const { rules, minimumTransitionSize } = parseLifecycle(text)
    // Nothing goes from one class to another in a directory bucket.
    if (bucket.directory) return { Rules: rules }
    return { Rules: rules, TransitionDefaultMinimumObjectSize: minimumTransitionSize }
  },
})
