import { mayPass, SourceError } from '../import/source-error.ts'

/** What went wrong at the endpoint, and what to do about it. That there is no such object, or one already, is for the caller. */
export function endpointFault(
  error: unknown,
  { origin, bucket }: { readonly origin: string; readonly bucket: string },
): unknown {
  if (!(error instanceof SourceError)) return mayPass(error) ? unreached(error, origin) : error
  const { status, code, message } = error
  if (code === 'NoSuchBucket')
    return new Error(`There is no bucket ${bucket} at ${origin}. Make it first, or name another.`)
  if (status === 404 || status === 412) return error
  const why = REASONS[code] ?? (status === 403 ? REASONS.AccessDenied : undefined)
  if (why !== undefined) return new Error(`${origin} refuses: ${why} (${code})`)
  return new Error(`${origin} answered ${message}`)
}

const REASONS: Readonly<Record<string, string | undefined>> & { readonly AccessDenied: string } = {
  InvalidAccessKeyId:
    'it does not know this access key. Set AWS_ACCESS_KEY_ID, or choose a profile, of that very endpoint.',
  SignatureDoesNotMatch:
    'the secret is not that of the access key, or a proxy changes requests. Look at AWS_SECRET_ACCESS_KEY.',
  ExpiredToken: 'the session of these keys is over. Get new ones.',
  InvalidToken: 'the session token is not that of these keys. Look at AWS_SESSION_TOKEN.',
  RequestTimeTooSkewed: 'the clocks of the two machines are too far apart. Set them.',
  AccessDenied:
    'these keys may not. They need s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload and s3:ListBucketMultipartUploads there.',
}

/** The endpoint's own error stays out: it would be taken for one of this machine's disk. */
function unreached(error: unknown, origin: string): Error {
  return new Error(`${origin} cannot be reached: ${error instanceof Error ? error.message : String(error)}`)
}
