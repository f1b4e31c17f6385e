import type { RequestHead } from '../base/request-head.ts'
import type { QueryParameter } from './canonical-request.ts'
import { noValidDate, requireSmallSkew } from './clock-skew.ts'
import { SignatureFault } from './signature-fault.ts'
import { isoSeconds, parseAnyDate } from './timestamp.ts'
import { percentDecodedBytes } from './uri-encoding.ts'
import { headerText } from './version-two-string.ts'

/** What a request says about its own signature of Version 2: well formed and in time, but not yet checked. */
export interface VersionTwoClaim {
  readonly form: 'header' | 'query'
  readonly accessKeyId: string
  readonly signature: string
  /** The line of the date in the string to sign. */
  readonly date: string
}

const SCHEME = 'AWS '

/** Whether a request means to carry a signature of Version 2. */
export function isVersionTwo(head: RequestHead, parameters: readonly QueryParameter[]): boolean {
  if (head.headers['authorization']?.startsWith(SCHEME)) return true
  return parameters.some(({ name }) => name === 'AWSAccessKeyId' || name === 'Signature')
}

/** Reads an `Authorization: AWS <access key id>:<signature>`. */
export function readVersionTwoHeader(
  head: RequestHead,
  authorization: string,
  amz: ReadonlyMap<string, string>,
  now: Date,
): VersionTwoClaim {
  const text = authorization.slice(SCHEME.length)
  const colon = text.lastIndexOf(':')
  if (colon < 1 || colon === text.length - 1) {
    throw new SignatureFault(
      'InvalidArgument',
      'AWS authorization header is invalid.  Expected AwsAccessKeyId:signature',
      { ArgumentName: 'Authorization', ArgumentValue: authorization },
    )
  }
  const own = amz.get('x-amz-date')
  const date = own === undefined ? headerText(head, 'date') : ''
  const timestamp = parseAnyDate(own ?? date)
  if (!timestamp) throw noValidDate()
  requireSmallSkew(head, timestamp, now)
  return { form: 'header', accessKeyId: text.slice(0, colon), signature: text.slice(colon + 1), date }
}

/** Reads a presigned query. It expires, but nothing says when it was signed. */
export function readVersionTwoQuery(parameters: readonly QueryParameter[], now: Date): VersionTwoClaim {
  const value = (wanted: string): string => {
    const found = parameters.find(({ name }) => name === wanted)
    return percentDecodedBytes(found?.value ?? '')
  }
  const [accessKeyId, signature, date] = [value('AWSAccessKeyId'), value('Signature'), value('Expires')]
  if (accessKeyId === '' || signature === '' || date === '') {
    throw new SignatureFault(
      'AccessDenied',
      'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    )
  }
  requireUnexpired(date, now)
  return { form: 'query', accessKeyId, signature, date }
}

/** The last second that a Date can be. */
const MOST_SECONDS = 8_640_000_000_000

function requireUnexpired(expires: string, now: Date): void {
  const seconds = /^\d+$/.test(expires) ? Number(expires) : Number.NaN
  if (!(seconds <= MOST_SECONDS)) {
    throw new SignatureFault('AccessDenied', `Invalid date (should be seconds since epoch): ${expires}`)
  }
  if (now.getTime() <= seconds * 1000) return
  const times = { Expires: isoSeconds(seconds * 1000), ServerTime: isoSeconds(now.getTime()) }
  throw new SignatureFault('AccessDenied', 'Request has expired', times)
}
