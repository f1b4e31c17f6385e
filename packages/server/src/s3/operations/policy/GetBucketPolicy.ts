import { shownPolicyText } from '../../../identities/policy-principals.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { readDocument } from '../../shared/bucket/bucket-documents.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { assertOwnPolicy } from './own-policy.ts'

export const GetBucketPolicy = defineOperation('GetBucketPolicy', {
  access: {
    action: 's3:GetBucketPolicy',
    on: 'bucket',
    directory: { action: 's3express:GetBucketPolicy' },
  },
  async handle(input, context) {
    assertOwnPolicy(context)
    const text = await readDocument(context.service, bucketOf(context), 'policy')
    if (text === undefined) throw new S3Error('NoSuchBucketPolicy', { BucketName: input.Bucket })
    return { Policy: await shownPolicyText(context.service.stores.metadata, text) }
  },
})
