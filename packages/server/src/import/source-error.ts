/** What the source answered instead of what it was asked for. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly status: number
  /** S3's, for example `SlowDown`; the status where the answer has none. */
  readonly code: string
  /** Where the answer says which region the bucket is in. */
  readonly region: string | undefined

  constructor(status: number, code: string, message: string, region?: string) {
    super(message === '' ? code : `${code}: ${message}`)
    this.status = status
    this.code = code
    this.region = region
  }

  /** Whether the same request may be answered later: the source is overloaded, or something in it failed. */
  get isPassing(): boolean {
    if (PASSING.has(this.code)) return true
    return this.status === 429 || this.status === 408 || (this.status >= 500 && this.status !== 501)
  }
}

const PASSING = new Set([
  'SlowDown',
  'RequestTimeout',
  'Throttling',
  'ThrottlingException',
  'TooManyRequests',
])

/** Bytes that came are not those that were stored: the body was cut or is another. */
export class BodyFault extends Error {
  override readonly name = 'BodyFault'
}

/** Whether to try again what failed so: all but what the source refused, and what failed on this side. */
export function mayPass(error: unknown): boolean {
  if (error instanceof SourceError) return error.isPassing
  return error instanceof BodyFault || isNetworkError(error)
}

function isNetworkError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return 'code' in error && typeof error.code === 'string'
    ? NETWORK.test(error.code)
    : error.message.startsWith('nothing came for')
}

const NETWORK =
  /^(?:ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENOTFOUND|HPE_|ERR_STREAM_PREMATURE)/
