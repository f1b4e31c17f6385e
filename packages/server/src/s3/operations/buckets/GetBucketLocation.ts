import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const GetBucketLocation = defineOperation('GetBucketLocation', {
  access: { action: 's3:GetBucketLocation', on: 'bucket' },
  async handle(_input, context) {
    const { region } = bucketOf(context)
    // Buckets in us-east-1 have a null constraint (API Reference, GetBucketLocation).
    return region === 'us-east-1' ? {} : { LocationConstraint: region }
  },
})
