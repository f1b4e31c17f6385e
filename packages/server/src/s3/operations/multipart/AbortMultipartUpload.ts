import { WRITES_DIRECTORY } from '../../../access/access-rule.ts'
import type { UploadRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { wholeSeconds } from '../../shared/object/describe.ts'
import { preconditionFailed } from '../../shared/object/preconditions.ts'
import { bucketOf, defineOperation, type OperationContext } from '../../shared/service/operation.ts'
import { refuseUnsupported } from '../../shared/object/unsupported-input.ts'
import { abortUpload } from './abort-upload.ts'
import { findUpload, type UploadAddress } from './find-upload.ts'
import { uploadVersion } from './upload-version.ts'
import { authorizeInitiator } from './initiator.ts'

const ACCESS = { action: 's3:AbortMultipartUpload', on: 'object', directory: WRITES_DIRECTORY } as const

export const AbortMultipartUpload = defineOperation('AbortMultipartUpload', {
  freesSpace: true,
  access: ACCESS,
  decidesItself: true,
  async handle(input, context) {
    await authorizeInitiator(context, ACCESS, input)
    const bucket = bucketOf(context)
    const { IfMatchInitiatedTime: initiatedAt } = input
    if (bucket.directory && initiatedAt) return abortInitiatedAt(initiatedAt, input, context)
    // For directory buckets alone.
    refuseUnsupported(input, { IfMatchInitiatedTime: 'x-amz-if-match-initiated-time' })
    return uploadVersion(await abortUpload(context.service, input, bucket))
  },
})

/** An upload that is not there is aborted. Source: S3 API Reference, AbortMultipartUpload, `x-amz-if-match-initiated-time`. */
async function abortInitiatedAt(
  initiatedAt: Date,
  input: UploadAddress & { readonly Bucket: string },
  context: OperationContext,
): Promise<object> {
  const bucket = bucketOf(context)
  const check = ({ initiatedMilliseconds }: UploadRow): void => {
    if (wholeSeconds(initiatedMilliseconds) !== wholeSeconds(initiatedAt.getTime()))
      throw preconditionFailed('x-amz-if-match-initiated-time')
  }
  try {
    check(await findUpload(context.service.stores, bucket, input))
    await abortUpload(context.service, input, bucket)
  } catch (error) {
    if (!(error instanceof S3Error) || error.code !== 'NoSuchUpload') throw error
  }
  return {}
}
