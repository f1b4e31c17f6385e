import type { RequestHead } from '../base/request-head.ts'
import { bucketOfHost } from '../protocol/address.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { assertSignedInHeader } from './assert-signed-in-header.ts'
import type { Door } from './door.ts'
import type { Incoming } from './incoming.ts'
import { answerJsonApi, findJsonApi, type JsonApi } from './json-api.ts'
import type { OwnApi } from './own-api.ts'
import type { Pipeline } from './pipeline.ts'
import { answerQueryCall, type CallWitness, isQueryCall, type QueryApi } from './query-api.ts'

/** The APIs of an address besides S3's. */
export interface OtherApis {
  readonly pipeline: Pipeline
  readonly door: Pick<Door, 'headerSignedOnly'>
  /** The JSON API under `/-/`. */
  readonly ownApi?: OwnApi | undefined
  readonly jsonApis?: readonly JsonApi[]
  readonly queryApis?: readonly QueryApi[]
}

/** Whether a request has to be shown to them: nearly all need not be. */
export function mayBeOther({ path }: RequestHead, { headerSignedOnly }: OtherApis['door']): boolean {
  return headerSignedOnly || path === '/' || path.startsWith('/-/') || path.startsWith('//')
}

/**
 * The answer to what is not S3's; `undefined`, at once or after a look at the body, where it is. Throws what the address takes
 * from nobody.
 */
export function answerOtherApi(
  { pipeline, door, ownApi, jsonApis = [], queryApis = [] }: OtherApis,
  incoming: Incoming,
  witness: CallWitness,
): Promise<EncodedResponse | undefined> | undefined {
  const { head } = incoming
  if (ownApi?.has(head, pipeline.domains)) return ownApi.answer(pipeline, incoming, witness)
  if (door.headerSignedOnly) assertSignedInHeader(head)
  const call = { ...incoming, head: withoutEmptySegments(head, pipeline.domains) }
  const found = findJsonApi(jsonApis, call.head)
  if (found) {
    if (found.api.has(found.operation)) witness.operation(found.operation)
    return answerJsonApi(pipeline, found, call, witness)
  }
  return isQueryCall(call.head, pipeline.domains)
    ? answerQueryCall(pipeline, queryApis, call, witness)
    : undefined
}

/**
 * `//` is the root to all services but S3, and is signed so: HashiCorp Vault passes GetCallerIdentity on that way.
 * Source: IAM User Guide, "Create a signed AWS API request", on the canonical URI. In a bucket's own host it is a key.
 */
function withoutEmptySegments(head: RequestHead, domains: readonly string[]): RequestHead {
  const isRoot = /^\/{2,}$/.test(head.path) && bucketOfHost(head.headers['host'], domains) === undefined
  return isRoot ? { ...head, path: '/' } : head
}
