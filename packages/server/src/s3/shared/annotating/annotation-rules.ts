import { isUtf8 } from 'node:buffer'
import type { AccessRule } from '../../../access/access-rule.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import type { RequestBody } from '../../../model/body.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { INLINE_LIMIT_BYTES } from '../content/store-content.ts'

export const GET_OBJECT_ANNOTATION: AccessRule = {
  action: 's3:GetObjectAnnotation',
  versionedAction: 's3:GetObjectVersionAnnotation',
  on: 'object',
}

export const PUT_OBJECT_ANNOTATION: AccessRule = {
  action: 's3:PutObjectAnnotation',
  versionedAction: 's3:PutObjectVersionAnnotation',
  on: 'object',
}

/** Throws InvalidRequest where the client alone has the key. Source: S3 API Reference, PutObjectAnnotation. */
export function assertAnnotatable({ encryption }: Pick<ObjectRow, 'encryption'>): void {
  if (encryption?.kind !== 'customer') return
  const message = 'Objects encrypted with SSE-C cannot have annotations'
  throw new S3Error('InvalidRequest', {}, { message })
}

/** Source: S3 API Reference, PutObjectAnnotation: of one version. */
export const MOST_ANNOTATIONS = 1000

/** Source: the same page. */
const MOST_NAME_BYTES = 512
const MOST_PAYLOAD_BYTES = 1024 * 1024

/** Source: S3 User Guide, "Managing annotations": letters, digits, underscores, periods, hyphens; not what begins with aws or s3. */
const NAME = /^(?!aws|s3)[\p{L}\p{Nd}_.-]+$/iu

/** Throws AnnotationNameTooLong or InvalidAnnotationName. */
export function checkAnnotationName(name: string): void {
  if (Buffer.byteLength(name) > MOST_NAME_BYTES) throw new S3Error('AnnotationNameTooLong')
  if (!NAME.test(name)) throw new S3Error('InvalidAnnotationName')
}

/** Throws InvalidPrefix for what no name can begin with, but for those of AWS's own. */
export function checkAnnotationPrefix(prefix: string): void {
  if (Buffer.byteLength(prefix) <= MOST_NAME_BYTES && /^[\p{L}\p{Nd}_.-]*$/u.test(prefix)) return
  throw new S3Error('InvalidPrefix', {}, { message: 'The annotation prefix you provided is invalid.' })
}

/**
 * The whole payload, as a body that may be stored. Throws InvalidRequest for one that is empty or too large, and
 * UnsupportedMediaType for what is no UTF-8.
 */
export async function annotationPayload(body: RequestBody): Promise<RequestBody> {
  const { sizeBytes: announcedBytes = 0 } = body
  if (announcedBytes > MOST_PAYLOAD_BYTES) throw badSize()
  const bytes = await collected(body)
  if (bytes.length === 0) throw badSize()
  if (!isUtf8(bytes)) throw new S3Error('UnsupportedMediaType')
  const { trailers, announcedTrailers } = body
  const whole = (): Promise<Uint8Array> => Promise.resolve(bytes)
  return { sizeBytes: bytes.length, bytes: once(bytes), whole, trailers, announcedTrailers }
}

async function collected(body: RequestBody): Promise<Uint8Array> {
  const { bytes, sizeBytes: announcedBytes = Infinity } = body
  if (body.whole && announcedBytes <= INLINE_LIMIT_BYTES) return body.whole()
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of bytes) {
    sizeBytes += chunk.length
    if (sizeBytes > MOST_PAYLOAD_BYTES) throw badSize()
    // It is valid until the next is asked for.
    chunks.push(Buffer.from(chunk))
  }
  return Buffer.concat(chunks)
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function badSize(): S3Error {
  return new S3Error('InvalidRequest', {}, { message: 'An annotation has between 1 byte and 1 MiB' })
}
