import type { SessionMode } from '../../../access/access-rule.ts'
import type { Caller } from '../../../access/caller.ts'
import { connectionKeys, momentKeys } from '../../../access/global-keys.ts'
import { principalKeys } from '../../../access/principal-keys.ts'
import { type ContextKeys, RequestContext } from '../../../access/request-context.ts'
import type { TagsRow } from '../../../metadata/tables/rows.ts'
import { type AskedRequest, signatureKeys } from './gather-context.ts'
import { presignedPayloadHash } from './presigned-payload-hash.ts'
import { requestParameter } from './request-parameter.ts'
import { tagEntries } from '../../../access/tag-entries.ts'

type Entry = readonly [key: string, value: string | readonly string[] | undefined]

interface DirectoryContextSource {
  readonly caller: Caller
  readonly action: string
  readonly region: string
  readonly now: Date
  readonly request: AskedRequest | undefined
  /** Whose the bucket is, or would be. */
  readonly accountId: string
  /** The zone of the bucket; absent where there is none yet. */
  readonly location: string | undefined
  readonly bucketTags: TagsRow | undefined
  readonly mode: SessionMode | undefined
  readonly more: ContextKeys | undefined
}

/** Headers that are condition keys of CreateSession under their own name. */
const HEADER_KEYS = ['x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id'] as const

/**
 * The condition keys of a request about a directory bucket. Source: Service Authorization Reference, Amazon S3 Express. There are no Local
 * Zones here whose group could be told, so `s3express:AllAccessRestrictedToLocalZoneGroup` is always absent.
 */
export function gatherDirectoryContext(source: DirectoryContextSource): RequestContext {
  return new RequestContext(() => allKeys(source))
}

function allKeys(source: DirectoryContextSource): Entry[] {
  const { caller, request, now, region, accountId, location, bucketTags = [], mode, more = {} } = source
  return [
    ...momentKeys(now, region),
    ['aws:ResourceAccount', accountId],
    ['s3express:ResourceAccount', accountId],
    ['s3express:LocationName', location],
    ['s3express:SessionMode', mode],
    ...principalKeys(caller, now),
    ...(request ? requestKeys(request, source.action) : []),
    ...tagEntries('aws:ResourceTag', bucketTags),
    ...tagEntries('s3express:BucketTag', bucketTags),
    ...Object.entries(more).filter(([key]) => !key.startsWith('s3:')),
  ]
}

function requestKeys({ facts, head, query, operation }: AskedRequest, action: string): Entry[] {
  const isSession = action === 's3express:CreateSession' && operation === 'CreateSession'
  return [
    ...connectionKeys(facts, head.headers),
    ...signatureKeys('s3express', facts),
    [
      's3express:x-amz-content-sha256',
      requestParameter(head, query, 'x-amz-content-sha256') ?? presignedPayloadHash(head.query),
    ],
    ...(isSession
      ? HEADER_KEYS.map((name): Entry => [`s3express:${name}`, requestParameter(head, query, name)])
      : []),
  ]
}
