import type { RequestHead } from '../../../base/request-head.ts'
import { S3Error } from '../../../model/s3-error.ts'

const NOT_VALID = 'The specified header is not valid in this context'
const METADATA = /^x-amz-meta-/

/**
 * Throws InvalidArgument where a part says of its object what the creation of the upload alone may: it would not be heeded. S3's pages of
 * UploadPart and UploadPartCopy have no such headers, and it was seen to answer so: of metadata minio/minio-py#675, of tags
 * boto/boto3#2675, of a storage class apache/pekko-connectors#1245.
 */
export function refuseUploadHeaders({ headers }: RequestHead): void {
  for (const name in headers) {
    const message = refusalOf(name)
    if (message !== undefined) throw refused(name, headers[name], message)
  }
}

/**
 * The same for a part that is copied, of what is CopyObject's or of a body. S3 was seen to answer so: of a directive bji/libs3#80, of
 * Content-MD5 JuliaCloud/AWS.jl#695.
 */
export function refuseCopyHeaders({ headers }: RequestHead): void {
  for (const name of ['x-amz-metadata-directive', 'Content-MD5']) {
    const value = headers[name.toLowerCase()]
    if (value !== undefined) throw refused(name, value, NOT_VALID)
  }
}

function refused(ArgumentName: string, ArgumentValue = '', message: string): S3Error {
  return new S3Error('InvalidArgument', { ArgumentName, ArgumentValue }, { message })
}

function refusalOf(name: string): string | undefined {
  if (METADATA.test(name)) return 'Metadata cannot be specified in this context.'
  if (name === 'x-amz-tagging' || name === 'x-amz-storage-class') return NOT_VALID
  return undefined
}
