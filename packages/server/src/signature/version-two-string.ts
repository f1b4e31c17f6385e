import type { RequestHead } from '../base/request-head.ts'
import type { QueryParameter } from './canonical-request.ts'
import { SignatureFault } from './signature-fault.ts'
import { percentDecodedBytes } from './uri-encoding.ts'

/**
 * The parameters that Signature Version 2 covers: what the page names, and each sub-resource that S3 has got since. One
 * that were not covered could be added to a request of somebody else, and made it another. Source: S3 API Reference,
 * "Signing and authenticating REST requests (AWS signature version 2)", "Constructing the CanonicalizedResource element".
 */
export const SIGNED_PARAMETERS: ReadonlySet<string> = new Set([
  'abac',
  'accelerate',
  'acl',
  'analytics',
  'annotation',
  'annotationName',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metadataAnnotationTable',
  'metadataConfiguration',
  'metadataInventoryTable',
  'metadataJournalTable',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'partNumber',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'restore',
  'retention',
  'select',
  'select-type',
  'session',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
])

/** A header or a parameter, in a byte per character. */
type Pair = readonly [name: string, value: string]

/**
 * The `x-amz-` headers of a request by their name in lower case, those that stand in its query included: SDKs put them
 * there when they presign, and their operations are told of them. A header hides a parameter of its name.
 */
export function amzHeaders(
  head: RequestHead,
  parameters: readonly QueryParameter[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { name, value } of parameters) {
    const lower = percentDecodedBytes(name).toLowerCase()
    if (!lower.startsWith('x-amz-')) continue
    const text = percentDecodedBytes(value)
    if (!HEADER_NAME.test(lower) || NO_HEADER_VALUE.test(text) || found.has(lower)) throw ambiguous(lower)
    found.set(lower, text)
  }
  for (const name of Object.keys(head.headers)) {
    if (name.startsWith('x-amz-')) found.set(name, headerText(head, name))
  }
  return found
}

/** Of a parameter it could hold a colon or the end of a line, and be read as two headers by whoever reads the string. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/

/** Signed it is without the blanks at its ends and its ends of lines, and joined to others of its name; used as it is. */
const NO_HEADER_VALUE = /^[ \t]|[ \t]$|[\r\n]/

function ambiguous(name: string): SignatureFault {
  const message = 'The request can be read in two ways; please sign it with AWS4-HMAC-SHA256.'
  return new SignatureFault('InvalidArgument', message, { ArgumentName: name })
}

/** What the string to sign is made of besides the head and its parameters. */
export interface VersionTwoParts {
  readonly amz: ReadonlyMap<string, string>
  /** The line of the date: the header, when a presigned request expires, or nothing where `x-amz-date` says it. */
  readonly date: string
  /** The bucket that the host names; path style where there is none. */
  readonly hostBucket: string | undefined
}

/**
 * What the client signed, in a byte per character. The page's own example of `x-amz-date` has its value in the line of the
 * date; its rule, which all clients follow, has the header and an empty line (docs/adr/0011-signature-version-2.md).
 */
export function versionTwoString(
  head: RequestHead,
  parameters: readonly QueryParameter[],
  { amz, date, hostBucket }: VersionTwoParts,
): string {
  const headers = [...amz].sort(byName).map(([name, value]) => `${name}:${value}\n`)
  const lines = [head.method, headerText(head, 'content-md5'), headerText(head, 'content-type'), date]
  const bucket = hostBucket === undefined ? '' : `/${hostBucket}`
  return `${lines.join('\n')}\n${headers.join('')}${bucket}${head.path}${subresources(parameters)}`
}

function subresources(parameters: readonly QueryParameter[]): string {
  const signed = parameters
    .map(({ name, value }): Pair => [percentDecodedBytes(name), percentDecodedBytes(value)])
    .filter(([name]) => SIGNED_PARAMETERS.has(name))
    .sort(byName)
  // Values stand there decoded. One that goes on like another parameter could stand for both.
  const doubtful = signed.find(([, value]) => startsOther(value))
  if (doubtful) throw ambiguous(doubtful[0])
  const texts = signed.map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  return texts.length === 0 ? '' : `?${texts.join('&')}`
}

function startsOther(value: string): boolean {
  const [, ...rest] = value.split('&')
  return rest.some((part) => SIGNED_PARAMETERS.has(part.split('=', 1)[0] ?? ''))
}

function byName([a]: Pair, [b]: Pair): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Values of a header that came more than once are joined by a bare comma; unlike Version 4, blanks inside stay. */
export function headerText(head: RequestHead, name: string): string {
  const repeated = Object.hasOwn(head.repeatedHeaders ?? {}, name) ? head.repeatedHeaders?.[name] : undefined
  if (repeated !== undefined) return repeated.map(withoutEnds).join(',')
  return withoutEnds(Object.hasOwn(head.headers, name) ? (head.headers[name] ?? '') : '')
}

// Not String.trim: it also takes the byte A0, which can be a part of a UTF-8 character.
function withoutEnds(value: string): string {
  return value.replaceAll(/^[ \t]+|[ \t]+$/g, '')
}
