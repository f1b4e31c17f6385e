import { S3Error } from './s3-error.ts'

/** The object that `x-amz-copy-source` names. */
export interface CopySource {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
}

const versionMarker = '?versionId='

/**
 * Reads `bucket/key`, with or without a leading slash, percent-encoded or raw, and an optional `?versionId=`. As in S3
 * a plus is a space. Throws `InvalidArgument` for anything else, access points included. Source: CopyObject,
 * x-amz-copy-source.
 */
export function parseCopySource(value: string): CopySource {
  const marker = value.lastIndexOf(versionMarker)
  const path = decode(marker < 0 ? value : value.slice(0, marker), value)
  const versionId = marker < 0 ? undefined : decode(value.slice(marker + versionMarker.length), value)
  if (versionId === '') throw refusal('Version id cannot be the empty string', value)
  if (path.startsWith('arn:')) throw refusal('Copying from an access point is not supported', value)
  const start = path.startsWith('/') ? 1 : 0
  const slash = path.indexOf('/', start)
  const bucket = path.slice(start, slash < 0 ? undefined : slash)
  const key = slash < 0 ? '' : path.slice(slash + 1)
  if (bucket === '' || key === '') {
    throw refusal('Copy Source must mention the source bucket and key: sourcebucket/sourcekey', value)
  }
  return versionId === undefined ? { bucket, key } : { bucket, key, versionId }
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
