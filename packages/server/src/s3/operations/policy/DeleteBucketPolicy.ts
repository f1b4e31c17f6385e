import { changeDocument } from '../../shared/bucket/bucket-documents.ts'
import { defineOperation } from '../../shared/service/operation.ts'
import { assertOwnPolicy } from './own-policy.ts'

export const DeleteBucketPolicy = defineOperation('DeleteBucketPolicy', {
  freesSpace: true,
  access: {
    action: 's3:DeleteBucketPolicy',
    on: 'bucket',
    directory: { action: 's3express:DeleteBucketPolicy' },
  },
  async handle(input, context) {
    assertOwnPolicy(context)
    await changeDocument(context, input.Bucket, 'policy', undefined)
    return {}
  },
})
