import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { refuseUnsupported } from '../../shared/object/unsupported-input.ts'
import { abortUpload } from './abort-upload.ts'
import { uploadVersion } from './upload-version.ts'
import { authorizeInitiator } from './initiator.ts'

const ACCESS = { action: 's3:AbortMultipartUpload', on: 'object' } as const

export const AbortMultipartUpload = defineOperation('AbortMultipartUpload', {
  freesSpace: true,
  access: ACCESS,
  decidesItself: true,
  async handle(input, context) {
    await authorizeInitiator(context, ACCESS, input)
    // For directory buckets alone.
    refuseUnsupported(input, { IfMatchInitiatedTime: 'x-amz-if-match-initiated-time' })
    const bucket = bucketOf(context)
    return uploadVersion(bucket, await abortUpload(context.service, input, bucket))
  },
})
