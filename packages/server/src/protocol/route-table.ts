import type { RequestHead } from '../base/request-head.ts'
import type { OperationModel } from '../model/operation-model.ts'
import { operationModels } from '../model/operations.ts'
import type { OperationName } from '../model/types.gen.ts'
import type { ParsedQuery } from './query.ts'

export type Level = Exclude<OperationModel['level'], 'control'>

/** One operation of a group, and what tells it from the others there. */
export interface Candidate {
  readonly operation: OperationName
  /** Lower-case names. A presigned URL may carry them in its query, under one of the other spellings too. */
  readonly requiredHeaders: readonly (readonly [name: string, ...otherSpellings: string[]])[]
  /** One of these has to be there; which are missing is for the decoder to say. */
  readonly requiredQuery: readonly string[]
  /** The variant of the resource that it answers for; where there is none it answers for all. */
  readonly variant: ((query: ParsedQuery, head: RequestHead) => boolean) | undefined
}

/** The operations on one resource: a level, and a sub-resource of it that a query key selects. */
export interface Resource {
  /** By method, the most demanding candidate first and the least specific, which takes all else, last. */
  readonly candidates: ReadonlyMap<string, readonly Candidate[]>
  /** The `Allow` header, in S3's order. */
  readonly allow: string
  /** What `MethodNotAllowed` calls it. */
  readonly type: string
}

/** Select nothing by themselves: they tell apart operations on the same resource. */
const variantKeys = new Set(['list-type', 'select-type'])
/** Selects the resource although the model has it as a mere required member. */
const uploadIdKey = 'uploadId'
const allowOrder = ['HEAD', 'DELETE', 'POST', 'GET', 'PUT']
/** Where S3's name is not the query key in capitals. */
const resourceTypes: Readonly<Record<string, string>> = {
  delete: 'MULTI_OBJECT_DELETE',
  logging: 'LOGGING_STATUS',
  policy: 'BUCKETPOLICY',
  uploadId: 'UPLOAD',
  versions: 'BUCKETVERSIONS',
}
/** Has a host of its own, and a path that no bucket can have. */
const apart: ReadonlySet<OperationName> = new Set(['WriteGetObjectResponse'])

export type RouteTable = Readonly<Record<Level, ReadonlyMap<string, Resource>>>

/** By level and selecting query key; the level itself is under the empty key. */
export function buildRouteTable(): RouteTable {
  const found = new Map<string, Candidate[]>()
  for (const [operation, model] of operationModels()) {
    if (apart.has(operation) || model.level === 'control') continue
    const place = `${model.level} ${selectorOf(model)} ${model.method}`
    found.set(place, [...(found.get(place) ?? []), candidateOf(operation, model)])
  }
  return {
    service: levelOf('service', found),
    bucket: levelOf('bucket', found),
    object: levelOf('object', found),
  }
}

/** What S3 calls the resource of an operation, in errors and in access logs. */
export function resourceTypeOf(model: OperationModel): string {
  return typeOf(model.level === 'control' ? 'service' : model.level, selectorOf(model))
}

function levelOf(level: Level, found: ReadonlyMap<string, Candidate[]>): Map<string, Resource> {
  const methods = new Map<string, Map<string, Candidate[]>>()
  for (const [place, candidates] of found) {
    const [itsLevel, selector = '', method = ''] = place.split(' ')
    if (itsLevel !== level) continue
    const byMethod = methods.get(selector) ?? new Map<string, Candidate[]>()
    byMethod.set(
      method,
      candidates.toSorted((left, right) => demands(right) - demands(left)),
    )
    methods.set(selector, byMethod)
  }
  return new Map(
    [...methods].map(([selector, candidates]): [string, Resource] => [
      selector,
      { candidates, allow: allowOf(level, selector, candidates), type: typeOf(level, selector) },
    ]),
  )
}

function selectorOf(model: OperationModel): string {
  const literal = Object.keys(model.literals ?? {}).find((key) => !variantKeys.has(key))
  if (literal !== undefined) return literal
  return Object.values(model.input).some((member) => member.required && member.query === uploadIdKey)
    ? uploadIdKey
    : ''
}

function candidateOf(operation: OperationName, model: OperationModel): Candidate {
  const required = Object.values(model.input).filter((member) => member.required)
  return {
    operation,
    requiredHeaders: required.flatMap(({ header }) => (header === undefined ? [] : [spellings(header)])),
    requiredQuery: required.flatMap((member) => member.query ?? []),
    variant: variantOf(operation, model),
  }
}

function spellings(header: string): [string, ...string[]] {
  const name = header.toLowerCase()
  return [name, name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())]
}

function variantOf(operation: OperationName, model: OperationModel): Candidate['variant'] {
  // Nothing else tells the two listings of buckets apart.
  if (operation === 'ListDirectoryBuckets') {
    return (query, head) =>
      query.has('max-directory-buckets') || query.get('x-id') === operation || isSignedForDirectories(head)
  }
  const literal = Object.entries(model.literals ?? {}).find(([key]) => variantKeys.has(key))
  if (literal === undefined) return undefined
  const [key, value] = literal
  return (query) => query.get(key) === value
}

/**
 * S3 has a host of its own for what is about directory buckets, and SDKs sign it for a service of its own. Which of the two a request is
 * follows from its claim; that it is signed so is checked later.
 */
function isSignedForDirectories({ headers, query }: RequestHead): boolean {
  return (
    headers['authorization']?.includes('/s3express/aws4_request') === true ||
    /X-Amz-Credential=[^&]*(?:%2F|\/)s3express(?:%2F|\/)aws4_request/i.test(query)
  )
}

function demands(candidate: Candidate): number {
  const { requiredHeaders, requiredQuery, variant } = candidate
  return requiredHeaders.length + requiredQuery.length + (variant ? 1 : 0)
}

function allowOf(level: Level, selector: string, candidates: ReadonlyMap<string, unknown>): string {
  const takesForms = level === 'bucket' && selector === ''
  return allowOrder.filter((method) => candidates.has(method) || (takesForms && method === 'POST')).join(', ')
}

function typeOf(level: Level, selector: string): string {
  const capitals = selector.replaceAll(/(?<=[a-z])(?=[A-Z])|-/g, '_').toUpperCase()
  return selector === '' ? level.toUpperCase() : (resourceTypes[selector] ?? capitals)
}
