import { PolicyError } from '../../access/policy/policy-error.ts'
import type { Policy } from '../../access/policy/policy.ts'
import { refusesPolicy } from '../../access/public-access-block.ts'
import { S3Error } from '../../model/s3-error.ts'
import { changeDocument } from '../bucket-documents.ts'
import { parseBucketPolicy } from '../bucket-policy.ts'
import { defineOperation } from '../operation.ts'

export const PutBucketPolicy = defineOperation('PutBucketPolicy', {
  access: { action: 's3:PutBucketPolicy', on: 'bucket' },
  async handle(input, { service }) {
    const policy = parse(input.Policy, input.Bucket)
    await changeDocument(service, input.Bucket, 'policy', input.Policy, ({ publicAccessBlock }) => {
      if (refusesPolicy(publicAccessBlock, policy)) throw new S3Error('AccessDenied')
    })
    return {}
  },
})

function parse(text: string, bucketName: string): Policy {
  try {
    return parseBucketPolicy(text, bucketName)
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw new S3Error('MalformedPolicy', {}, { message: cause.message, cause })
  }
}
