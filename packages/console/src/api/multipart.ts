import { putBytes } from './put-bytes.ts'
import { send, sendLong } from './send.ts'
import { UNLESS_THERE } from './unless-there.ts'
import { objectPath } from './uri-encoding.ts'
import { parseXml, S3_NAMESPACE, xmlChildren, xmlEscape, xmlText } from './xml.ts'

/** An upload that S3 has begun, and keeps until it is completed or aborted. */
export interface OpenUpload {
  readonly bucket: string
  readonly key: string
  readonly uploadId: string
}

export interface UploadedPart {
  readonly number: number
  readonly etag: string
  readonly sizeBytes: number
}

/** `headers`: those that the object is to have. */
export async function createUpload(
  bucket: string,
  key: string,
  headers: Readonly<Record<string, string>>,
): Promise<OpenUpload> {
  const response = await send({
    method: 'POST',
    path: objectPath(bucket, key),
    query: { uploads: '' },
    headers,
  })
  return { bucket, key, uploadId: xmlText(parseXml(await response.text()), 'UploadId') ?? '' }
}

export interface PartUpload {
  readonly number: number
  readonly body: Blob
  readonly onProgress: (sentBytes: number) => void
  readonly signal: AbortSignal
}

export async function uploadPart(upload: OpenUpload, part: PartUpload): Promise<UploadedPart> {
  const { number, body, onProgress, signal } = part
  const query = { partNumber: String(number), uploadId: upload.uploadId }
  const header = await putBytes({
    path: objectPath(upload.bucket, upload.key),
    query,
    body,
    onProgress,
    signal,
  })
  return { number, etag: header('etag') ?? '', sizeBytes: body.size }
}

/** Copies a part inside S3; answers its ETag. `headers` say from where. */
export async function copyPart(
  { bucket, key, uploadId }: OpenUpload,
  number: number,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const query = { partNumber: String(number), uploadId }
  const answer = await sendLong({ method: 'PUT', path: objectPath(bucket, key), query, headers })
  return xmlText(answer, 'ETag') ?? ''
}

/** All parts that S3 has, by number. */
export async function listParts(upload: OpenUpload): Promise<UploadedPart[]> {
  const { bucket, key, uploadId } = upload
  const parts: UploadedPart[] = []
  let marker: string | undefined
  do {
    const query = { uploadId, ...(marker !== undefined && { 'part-number-marker': marker }) }
    const root = parseXml(await (await send({ method: 'GET', path: objectPath(bucket, key), query })).text())
    parts.push(...xmlChildren(root, 'Part').map(partOf))
    marker = xmlText(root, 'IsTruncated') === 'true' ? xmlText(root, 'NextPartNumberMarker') : undefined
  } while (marker !== undefined)
  return parts
}

function partOf(part: Element): UploadedPart {
  return {
    number: Number(xmlText(part, 'PartNumber')),
    etag: xmlText(part, 'ETag') ?? '',
    sizeBytes: Number(xmlText(part, 'Size')),
  }
}

/** Rejects with `PreconditionFailed` where there is an object of the key and it may not be replaced. */
export async function completeUpload(
  { bucket, key, uploadId }: OpenUpload,
  parts: readonly UploadedPart[],
  replace: boolean,
): Promise<void> {
  const list = parts.map(
    ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${xmlEscape(etag)}</ETag></Part>`,
  )
  await sendLong({
    method: 'POST',
    path: objectPath(bucket, key),
    query: { uploadId },
    ...(!replace && { headers: UNLESS_THERE }),
    body: `<CompleteMultipartUpload xmlns="${S3_NAMESPACE}">${list.join('')}</CompleteMultipartUpload>`,
  })
}

/** Frees what the parts hold. */
export async function abortUpload({ bucket, key, uploadId }: OpenUpload): Promise<void> {
  await send({ method: 'DELETE', path: objectPath(bucket, key), query: { uploadId } })
}
