import { uploads } from '../../../metadata/tables/tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { type Soon, soon } from '../../../base/soon.ts'
import { isUploadId } from '../../../model/upload-id.ts'
import type { AccessTarget } from '../service/access-target.ts'
import type { AccessService } from '../service/service.ts'
import type { AskedHeaders } from './asked-headers.ts'
import type { Access, Asking } from './asking.ts'
import type { AskedRequest } from './gather-context.ts'

const GOING_ON: ReadonlySet<string> = new Set(['UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload'])

/** Whether a request goes on with an upload, by the permission that began it. */
export function goesOnWithUpload({ request }: Asking, { rule }: Access): boolean {
  return request !== undefined && rule.action === 's3:PutObject' && GOING_ON.has(request.operation)
}

/**
 * What the upload was begun with that a request goes on with: parts and the completion cannot say it again, and where policies ask
 * for it nothing could be uploaded in parts. Source: S3 API Reference, UploadPart, "you don't need to specify the encryption
 * parameters in each UploadPart request"; of `x-amz-acl` S3 lets it be enough since 2018 (aws/aws-cli#1674).
 */
export function askedOfUpload(
  { stores }: AccessService,
  request: AskedRequest | undefined,
  { bucket, key }: AccessTarget,
): Soon<AskedHeaders | undefined> {
  const uploadId = request?.query.get('uploadId')
  if (key === undefined || uploadId === undefined || !isUploadId(uploadId)) return undefined
  return soon(readRow(stores.metadata, uploads, bucket.id, key, uploadId), (row) => row?.askedHeaders)
}
