import type { RequestHead } from '../../../base/request-head.ts'
import { S3Error } from '../../../model/s3-error.ts'

const METADATA = /^x-amz-meta-/

/**
 * Throws InvalidArgument where a part says of its object what the creation of the upload alone may: it would not be heeded. S3's pages of
 * UploadPart and UploadPartCopy have no such headers, and it was seen to answer so: of metadata minio/minio-py#675, of tags
 * boto/boto3#2675, of a storage class apache/pekko-connectors#1245.
 */
export function refuseUploadHeaders({ headers }: RequestHead): void {
  for (const name in headers) {
    const message = refusalOf(name)
    if (message === undefined) continue
    const fields = { ArgumentName: name, ArgumentValue: headers[name] ?? '' }
    throw new S3Error('InvalidArgument', fields, { message })
  }
}

function refusalOf(name: string): string | undefined {
  if (METADATA.test(name)) return 'Metadata cannot be specified in this context.'
  if (name === 'x-amz-tagging' || name === 'x-amz-storage-class')
    return 'The specified header is not valid in this context'
  return undefined
}
