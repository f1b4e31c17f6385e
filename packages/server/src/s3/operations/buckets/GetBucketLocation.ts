import { bucketOf, defineOperation } from '../../shared/service/operation.ts'

export const GetBucketLocation = defineOperation('GetBucketLocation', {
  access: { action: 's3:GetBucketLocation', on: 'bucket' },
  async handle(_input, context) {
    const { region, locationConstraint } = bucketOf(context)
    // Source: S3 API Reference, GetBucketLocation: "Buckets in Region us-east-1 have a LocationConstraint of null. Buckets with a
    // LocationConstraint of EU reside in eu-west-1." S3 was observed to tell EU where the bucket was created with it.
    return region === 'us-east-1' ? {} : { LocationConstraint: locationConstraint ?? region }
  },
})
