import type { RequestHead } from '../base/request-head.ts'
import type { AccessPointReference } from '../model/access-point-arn.ts'
import { S3Error } from '../model/s3-error.ts'
import type { OperationName } from '../model/types.gen.ts'
import { addressOf } from './address.ts'
import { parseQuery, type ParsedQuery } from './query.ts'
import { controlRoute, isControlRequest } from './control-route.ts'
import { buildRouteTable, type Candidate, type Level, type Resource, type RouteTable } from './route-table.ts'

/** Requests of S3 that its model does not have: the browser's form upload, and its question before a request. */
export type UnmodelledOperation = 'PostObject' | 'OptionsObject'

export interface Route {
  readonly operation: OperationName | UnmodelledOperation
  readonly bucket?: string
  readonly key?: string
  readonly query: ParsedQuery
  /** Asked of the bucket's accelerated host. */
  readonly isAccelerated?: true
  /** What `bucket` names, where that may not be a bucket. */
  readonly accessPoint?: AccessPointReference
  /** The labels of a path of S3 Control. */
  readonly labels?: Readonly<Record<string, string>>
}

/** The selectors of buckets that S3 does not heed where a key is addressed; all others it refuses there. */
const ignoredOnObjects = new Set([
  'abac',
  'analytics',
  'intelligent-tiering',
  'metadataAnnotationTable',
  'metadataConfiguration',
  'metadataInventoryTable',
  'metadataJournalTable',
  'metadataTable',
  'metrics',
  'object-lock',
  'ownershipControls',
  'policyStatus',
  'publicAccessBlock',
  'session',
])
const objectLambdaPath = '/WriteGetObjectResponse'

// Made when first needed, so that it costs a start nothing.
let builtTable: RouteTable | undefined

/**
 * Names the operation that a request asks for: by method, by what is addressed, and by the query key that selects a
 * sub-resource. Parameters that an operation lacks do not make it another one; decoding refuses them. `x-id` means
 * nothing. Throws `InvalidURI`, `KeyTooLongError`, `MethodNotAllowed`, `InvalidArgument` where two sub-resources are
 * selected, `PreconditionFailed` for a POST to a bucket that is no form.
 */
export function route(head: RequestHead, domains: readonly string[]): Route {
  const query = parseQuery(head.query)
  if (isControlRequest(head)) return controlRoute(head, query)
  if (isObjectLambda(head)) return { operation: 'WriteGetObjectResponse', query }
  const address = addressOf(head, domains)
  if (head.method === 'OPTIONS') return { ...address, operation: 'OptionsObject', query }
  const level = levelOf(address)
  const resource = resourceOf(level, query)
  const candidates = resource.candidates.get(head.method)
  const operation = candidates ? choose(candidates, head, query) : unmodelled(head, level, resource)
  if (operation === 'PutObject' || operation === 'CopyObject') refuseOtherTargets(query)
  // A spread in front of members is cheap, behind one it is not.
  return { ...address, operation, query }
}

/** It has a host of its own; a bucket and a key of that name have other headers. */
function isObjectLambda(head: RequestHead): boolean {
  return (
    head.method === 'POST' &&
    head.path === objectLambdaPath &&
    head.headers['x-amz-request-route'] !== undefined
  )
}

function levelOf(address: { bucket?: string; key?: string }): Level {
  if (address.key !== undefined) return 'object'
  return address.bucket === undefined ? 'service' : 'bucket'
}

function resourceOf(level: Level, query: ParsedQuery): Resource {
  builtTable ??= buildRouteTable()
  const selector = level === 'service' || query.size === 0 ? '' : selectorOf(level, query, builtTable)
  const resource = builtTable[level].get(selector)
  if (resource !== undefined) return resource
  if (selector === 'torrent') throw new S3Error('RequestTorrentOfBucketError')
  // Source: RFC 9110, sections 15.5.6 and 10.2.1: an empty one says that no method is.
  throw notAllowed(builtTable[level === 'bucket' ? 'object' : 'bucket'].get(selector), { Allow: '' })
}

function selectorOf(level: 'bucket' | 'object', query: ParsedQuery, table: RouteTable): string {
  const other = level === 'bucket' ? table.object : table.bucket
  let selector = ''
  for (const key of query.keys()) {
    if (key === '' || !(table[level].has(key) || (other.has(key) && isHeeded(level, key)))) continue
    if (selector !== '') throw conflict(selector, key)
    selector = key
  }
  return selector
}

/** Whether a selector of the other level counts. An upload id means nothing to a bucket. */
function isHeeded(level: 'bucket' | 'object', key: string): boolean {
  return level === 'object' ? !ignoredOnObjects.has(key) : key !== 'uploadId'
}

function choose(candidates: readonly Candidate[], head: RequestHead, query: ParsedQuery): OperationName {
  for (const candidate of candidates) if (fits(candidate, head, query)) return candidate.operation
  const last = candidates.at(-1)
  if (last === undefined) throw new S3Error('MethodNotAllowed')
  return last.operation
}

function fits(candidate: Candidate, head: RequestHead, query: ParsedQuery): boolean {
  const { requiredHeaders, requiredQuery, variant } = candidate
  if (variant !== undefined && !variant(query, head)) return false
  if (requiredQuery.length > 0 && !requiredQuery.some((key) => query.has(key))) return false
  return requiredHeaders.every(
    (names) => head.headers[names[0]] !== undefined || names.some((name) => query.has(name)),
  )
}

/** A part that forgot its upload must not replace the object, nor must what was meant for one version. */
function refuseOtherTargets(query: ParsedQuery): void {
  if (query.size === 0) return
  if (query.has('partNumber')) {
    const message = 'This operation requires an upload id'
    throw new S3Error('InvalidArgument', { ArgumentName: 'uploadId', ArgumentValue: '' }, { message })
  }
  const versionId = query.get('versionId')
  if (versionId === undefined) return
  const message = 'This operation does not accept a version-id.'
  throw new S3Error('InvalidArgument', { ArgumentName: 'versionId', ArgumentValue: versionId }, { message })
}

function unmodelled(head: RequestHead, level: Level, resource: Resource): UnmodelledOperation {
  if (head.method !== 'POST' || level !== 'bucket' || resource.type !== 'BUCKET') {
    throw notAllowed(resource, { Allow: resource.allow })
  }
  if (head.headers['content-type']?.toLowerCase().startsWith('multipart/form-data')) return 'PostObject'
  const condition = 'Bucket POST must be of the enclosure-type multipart/form-data'
  throw new S3Error('PreconditionFailed', { Condition: condition })
}

function notAllowed(resource: Resource | undefined, headers: Record<string, string>): S3Error {
  return new S3Error('MethodNotAllowed', { ResourceType: resource?.type ?? 'SERVICE' }, { headers })
}

function conflict(first: string, second: string): S3Error {
  const fields = { ArgumentName: 'ResourceType', ArgumentValue: first }
  const message = `Conflicting query string parameters: ${first}, ${second}`
  return new S3Error('InvalidArgument', fields, { message })
}
