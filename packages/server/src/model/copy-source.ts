import {
  accessPointOfBucketName,
  type AccessPointReference,
  parseAccessPointArn,
} from './access-point-arn.ts'
import { S3Error } from './s3-error.ts'

/** The object that `x-amz-copy-source` names. */
export interface CopySource {
  /** Its name, or what stands in its place. */
  readonly bucket: string
  /** What `bucket` is, where it is no bucket's own name. */
  readonly accessPoint?: AccessPointReference | undefined
  readonly key: string
  readonly versionId?: string | undefined
}

const versionMarker = '?versionId='

/**
 * Reads `bucket/key`, with or without a leading slash, or `ARN-OF-AN-ACCESS-POINT/object/key`, percent-encoded or raw, and an optional
 * `?versionId=`. As in S3 a plus is a space. Throws `InvalidArgument` for anything else. Source: CopyObject, x-amz-copy-source.
 */
export function parseCopySource(value: string): CopySource {
  const marker = value.lastIndexOf(versionMarker)
  const path = decode(marker < 0 ? value : value.slice(0, marker), value)
  const versionId = marker < 0 ? undefined : decode(value.slice(marker + versionMarker.length), value)
  if (versionId === '') throw refusal('Version id cannot be the empty string', value)
  if (path.startsWith('arn:')) return fromAccessPoint(path, versionId, value)
  const start = path.startsWith('/') ? 1 : 0
  const slash = path.indexOf('/', start)
  const bucket = path.slice(start, slash < 0 ? undefined : slash)
  const key = slash < 0 ? '' : path.slice(slash + 1)
  if (bucket === '' || key === '') {
    throw refusal('Copy Source must mention the source bucket and key: sourcebucket/sourcekey', value)
  }
  const accessPoint = accessPointOfBucketName(bucket)
  return { bucket, key, ...(accessPoint && { accessPoint }), ...(versionId !== undefined && { versionId }) }
}

function fromAccessPoint(path: string, versionId: string | undefined, value: string): CopySource {
  const arn = parseAccessPointArn(path)
  const key = arn?.rest?.startsWith('object/') ? arn.rest.slice('object/'.length) : ''
  if (!arn || key === '') throw refusal('Invalid copy source object ARN', value)
  const bucket = path.slice(0, path.length - '/object/'.length - key.length)
  const { region, accountId, name } = arn
  return {
    bucket,
    key,
    accessPoint: { region, accountId, name },
    ...(versionId !== undefined && { versionId }),
  }
}

function decode(text: string, whole: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    throw refusal('Invalid copy source encoding.', whole, cause)
  }
}

function refusal(message: string, value: string, cause?: unknown): S3Error {
  const fields = { ArgumentName: 'x-amz-copy-source', ArgumentValue: value }
  return new S3Error('InvalidArgument', fields, { message, cause })
}
