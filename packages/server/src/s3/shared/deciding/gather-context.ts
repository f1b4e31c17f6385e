import { findContextKey } from '../../../access/context-keys.ts'
import type { Caller } from '../../../access/caller.ts'
import { connectionKeys, momentKeys } from '../../../access/global-keys.ts'
import { principalKeys } from '../../../access/principal-keys.ts'
import { type ContextKeys, RequestContext } from '../../../access/request-context.ts'
import type { RequestHead } from '../../../base/request-head.ts'
import type { TagsRow } from '../../../metadata/tables/rows.ts'
import { parseCopySource } from '../../../model/copy-source.ts'
import { operationModels } from '../../../model/operations.ts'
import { NETWORK_ORIGIN } from '../access-points/access-point-policy.ts'
import type { NamedAccessPoint } from '../access-points/reach-bucket.ts'
import { lockConditionKeys } from './lock-condition-keys.ts'
import type { ThroughAccessPoint } from '../service/access-target.ts'
import type { RequestFacts, RequestSignature } from '../service/request-facts.ts'
import type { AskedHeaders } from './asked-headers.ts'
import { presignedPayloadHash } from './presigned-payload-hash.ts'
import { requestParameter } from './request-parameter.ts'
import { requestTagConditionKeys } from './tag-condition-keys.ts'
import { tagEntries } from '../../../access/tag-entries.ts'

type Entry = readonly [key: string, value: string | readonly string[] | undefined]

/** Headers that are condition keys of S3 under their own name. Source: Service Authorization Reference, Amazon S3. */
const HEADER_KEYS = [
  'x-amz-acl',
  'x-amz-bucket-namespace',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write',
  'x-amz-grant-write-acp',
  'x-amz-metadata-directive',
  'x-amz-object-annotation-directive',
  'x-amz-object-if-match',
  'x-amz-object-ownership',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
  'if-match',
  'if-none-match',
] as const

/** Query parameters that are condition keys, by the key. */
const QUERY_KEYS = {
  prefix: 's3:prefix',
  delimiter: 's3:delimiter',
  'max-keys': 's3:max-keys',
  'annotation-prefix': 's3:annotation-prefix',
  'max-annotation-results': 's3:max-annotation-results',
} as const

/** Writes that make an object, and writes that make a part of one. Source: S3 User Guide, "Enforce conditional writes". */
const CREATES_OBJECT: Readonly<Record<string, boolean>> = {
  PutObject: true,
  PostObject: true,
  CopyObject: true,
  CompleteMultipartUpload: true,
  CreateMultipartUpload: false,
  UploadPart: false,
  UploadPartCopy: false,
}

/** What a request says of itself. */
export interface AskedRequest {
  readonly operation: string
  readonly head: RequestHead
  readonly query: ReadonlyMap<string, string>
  /** The bucket that is named, be there one or not. */
  readonly bucketName?: string | undefined
  /** The ARN of what else of the caller's account it is about. */
  readonly resource?: string | undefined
  readonly facts: RequestFacts
}

export interface ContextSource {
  readonly caller: Caller
  /** Keys that the action does not have stay absent, whatever the request says. */
  readonly action: string
  readonly region: string
  readonly now: Date
  /** Absent where nobody asks but to know what would be. */
  readonly request: AskedRequest | undefined
  /** What the upload was begun with that the request goes on with. */
  readonly askedHeaders?: AskedHeaders | undefined
  readonly versionId: string | undefined
  readonly resourceAccountId: string | undefined
  /** The tags of the object that is there already. */
  readonly existingTags: TagsRow | undefined
  /** Of a bucket with attribute-based access control; absent without. */
  readonly bucketTags: TagsRow | undefined
  /** The access point that the request came through. */
  readonly through?: ThroughAccessPoint | undefined
  /** The access point that it is about itself. */
  readonly accessPoint?: NamedAccessPoint | undefined
  /** Keys that only the operation knows, for example a location constraint. */
  readonly more: ContextKeys | undefined
}

/** The condition keys of a request, gathered when a policy first asks for one. */
export function gatherContext(source: ContextSource): RequestContext {
  return new RequestContext(() => allKeys(source).filter(([key]) => isOfAction(key, source.action)))
}

function allKeys(source: ContextSource): Entry[] {
  const { request, askedHeaders, caller, existingTags = [], bucketTags = [], now, through } = source
  const point = through ? { ...through, tags: through.row.tags ?? [] } : source.accessPoint
  return [
    ...globalKeys(source),
    ...principalKeys(caller, now),
    ...(request ? [...originKeys(request), ...requestKeys(request, now, askedHeaders)] : []),
    ...tagEntries('s3:ExistingObjectTag', existingTags),
    // Source: S3 User Guide, "Using tags with S3 general purpose buckets": both are about the bucket, for its objects too.
    ...tagEntries('aws:ResourceTag', bucketTags),
    ...tagEntries('s3:BucketTag', bucketTags),
    ...(point ? accessPointKeys(point) : []),
    // Source: Service Authorization Reference, Amazon S3, the resource type `accesspoint`.
    ...tagEntries('aws:ResourceTag', source.accessPoint?.tags ?? []),
    ...Object.entries(source.more ?? {}),
  ]
}

/** Source: S3 User Guide, "Configuring IAM policies for using access points", "Condition keys". */
function accessPointKeys({ accountId, arn, tags }: NamedAccessPoint): Entry[] {
  return [
    ['s3:DataAccessPointArn', arn],
    ['s3:DataAccessPointAccount', accountId],
    ['s3:AccessPointNetworkOrigin', NETWORK_ORIGIN],
    ...tagEntries('s3:AccessPointTag', tags),
  ]
}

/** Source: Service Authorization Reference: each action lists the keys it has. */
function isOfAction(key: string, action: string): boolean {
  const actions = findContextKey(key)?.actions
  return !actions || actions.includes(action.slice('s3:'.length))
}

function globalKeys({ now, region, resourceAccountId, versionId }: ContextSource): Entry[] {
  return [
    ...momentKeys(now, region),
    ['aws:ResourceAccount', resourceAccountId],
    ['s3:ResourceAccount', resourceAccountId],
    ['s3:VersionId', versionId],
  ]
}

/** Source: S3 API Reference, "Amazon S3 Signature Version 4 Authentication Specific Policy Keys". */
const SIGNATURE_VERSIONS = { 2: 'AWS', 4: 'AWS4-HMAC-SHA256' } as const
const AUTH_TYPES = { header: 'REST-HEADER', query: 'REST-QUERY-STRING', form: 'POST' } as const

function originKeys({ facts, head }: AskedRequest): Entry[] {
  return [...connectionKeys(facts, head.headers), ...signatureKeys('s3', facts)]
}

/** How a request was signed, as the keys of S3 or of its directory buckets. */
export function signatureKeys(service: 's3' | 's3express', facts: RequestFacts): Entry[] {
  const { signature, receivedAt } = facts
  return [
    [`${service}:TlsVersion`, facts.tlsVersion?.replace('TLSv', '')],
    [`${service}:authType`, signature && AUTH_TYPES[signature.form]],
    [`${service}:signatureversion`, signature && SIGNATURE_VERSIONS[signature.version]],
    [`${service}:signatureAge`, signature && String(ageMilliseconds(signature, receivedAt))],
  ]
}

/** Of Version 2 it is always 0. Source: the same page. */
function ageMilliseconds({ signedAtMilliseconds }: RequestSignature, receivedAt: Date): number {
  return signedAtMilliseconds === undefined ? 0 : Math.max(0, receivedAt.getTime() - signedAtMilliseconds)
}

function requestKeys(
  { operation, head, query }: AskedRequest,
  now: Date,
  askedHeaders: AskedHeaders = {},
): Entry[] {
  const places = placesOf(operation)
  const parameter = (name: string): string | undefined =>
    (places.has(name) ? requestParameter(head, query, name) : undefined) ?? askedHeaders[name]
  const creates = CREATES_OBJECT[operation]
  // A copy heeds the header only in place of the source's tags: else anything could be said there.
  const isHeeded = operation !== 'CopyObject' || parameter('x-amz-tagging-directive') === 'REPLACE'
  return [
    ...HEADER_KEYS.map((name): Entry => [`s3:${name}`, parameter(name)]),
    [
      's3:x-amz-content-sha256',
      requestParameter(head, query, 'x-amz-content-sha256') ?? presignedPayloadHash(head.query),
    ],
    ...Object.entries(QUERY_KEYS).map(([name, key]): Entry => [
      key,
      places.has(name) ? query.get(name) : undefined,
    ]),
    ['s3:x-amz-copy-source', copySourceKey(parameter('x-amz-copy-source'))],
    ['s3:ObjectCreationOperation', creates === undefined ? undefined : String(creates)],
    ...Object.entries(requestTagConditionKeys(isHeeded ? parameter('x-amz-tagging') : undefined)),
    ...Object.entries(
      lockConditionKeys(
        {
          mode: parameter('x-amz-object-lock-mode'),
          retainUntil: parameter('x-amz-object-lock-retain-until-date'),
          legalHold: parameter('x-amz-object-lock-legal-hold'),
          eventHold: parameter('x-amz-object-lock-event-hold'),
          days: parameter('x-amz-object-lock-event-hold-duration-days'),
          years: parameter('x-amz-object-lock-event-hold-duration-years'),
        },
        now,
      ),
    ),
  ]
}

const placesByOperation = new Map<string, ReadonlySet<string>>()

/**
 * The headers and query parameters that an operation reads, headers in lower case. Anything could be said in one that it takes no heed of, so none of
 * those is a condition key: not `If-Match` of DeleteObjects, whose keys have it in the document, nor `prefix` beside an object.
 */
function placesOf(operation: string): ReadonlySet<string> {
  let places = placesByOperation.get(operation)
  if (!places) {
    const read = operation === 'PostObject' ? 'PutObject' : operation
    const [, model] = operationModels().find(([name]) => name === read) ?? []
    const members = Object.values(model?.input ?? {})
    places = new Set(members.flatMap(({ header, query }) => header?.toLowerCase() ?? query ?? []))
    placesByOperation.set(operation, places)
  }
  return places
}

/** `bucket/key`, however the header writes it: a policy is not to be escaped by percent-encoding. */
function copySourceKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  try {
    const { bucket, key } = parseCopySource(header)
    return `${bucket}/${key}`
  } catch {
    return header
  }
}
