import type { RequestHead } from '../base/request-head.ts'
import { type PresignedMember, presignedMember } from './presigned-member.ts'
import { canonicalPath, canonicalQueryText, isCanonicalQuery, percentDecodedBytes } from './uri-encoding.ts'

/** A query parameter, name and value in their canonical encoding. */
export interface QueryParameter {
  readonly name: string
  readonly value: string
  /** What it is of a presigned URL, where it is anything. */
  readonly member: PresignedMember | undefined
}

/** A raw query, taken apart. */
export interface SignedQuery {
  /** In the order they came. `?acl` has an empty value. */
  readonly parameters: readonly QueryParameter[]
  /** The raw query, where each of its parameters is canonical as it stands. */
  readonly canonical: string | undefined
}

export function parseQuery(query: string): SignedQuery {
  const parameters: QueryParameter[] = []
  const isCanonical = query === '' || isCanonicalQuery(query)
  const canonical = isCanonical ? (text: string): string => text : canonicalQueryText
  // Cut out piece by piece: `split` has V8 intern the whole query, and remember it.
  for (let start = 0, end = 0; start < query.length; start = end + 1) {
    const ampersand = query.indexOf('&', start)
    end = ampersand === -1 ? query.length : ampersand
    if (end === start) continue
    const equals = query.indexOf('=', start)
    const nameEnd = equals === -1 || equals > end ? end : equals
    const name = canonical(query.slice(start, nameEnd))
    const member = isCanonical
      ? presignedMember(query, start, nameEnd)
      : presignedMember(name, 0, name.length)
    parameters.push({ name, value: nameEnd === end ? '' : canonical(query.slice(nameEnd + 1, end)), member })
  }
  return { parameters, canonical: isCanonical ? query : undefined }
}

/**
 * The canonical request: what the client hashed and signed.
 * Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header", task 1.
 */
export function canonicalRequest(
  head: RequestHead,
  query: SignedQuery,
  signedHeaders: readonly string[],
  payloadHash: string,
  path = canonicalPath(head.path),
): string {
  let headers = ''
  for (const name of signedHeaders) headers += `${name}:${canonicalHeader(head, name, query.parameters)}\n`
  const names = signedHeaders.join(';')
  return `${head.method}\n${path}\n${canonicalQuery(query)}\n${headers}\n${names}\n${payloadHash}`
}

/** Most queries come canonical and in the order in which they were signed: then it is the query itself, but for the signature. */
function canonicalQuery({ parameters, canonical }: SignedQuery): string {
  let before: QueryParameter | undefined
  for (const parameter of parameters) {
    if (parameter.member === 'signature') continue
    if (before && byNameThenValue(before, parameter) > 0) return joined(parameters.toSorted(byNameThenValue))
    before = parameter
  }
  return canonical === undefined ? joined(parameters) : withoutSignature(canonical)
}

function joined(parameters: readonly QueryParameter[]): string {
  let result = ''
  for (const { name, value, member } of parameters)
    if (member !== 'signature') result += result === '' ? `${name}=${value}` : `&${name}=${value}`
  return result
}

/** The one that counts; a second is refused. */
function withoutSignature(query: string): string {
  const start = query.startsWith('X-Amz-Signature=') ? 0 : query.indexOf('&X-Amz-Signature=')
  if (start === -1) return query
  const end = query.indexOf('&', start + 1)
  if (end === -1) return query.slice(0, start)
  return query.slice(0, start) + query.slice(start === 0 ? end + 1 : end)
}

function byNameThenValue(a: QueryParameter, b: QueryParameter): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1
  if (a.value === b.value) return 0
  return a.value < b.value ? -1 : 1
}

/** The value that was signed for a header; empty for one that is not there. */
function canonicalHeader(head: RequestHead, name: string, parameters: readonly QueryParameter[]): string {
  const repeated = Object.hasOwn(head.repeatedHeaders ?? {}, name) ? head.repeatedHeaders?.[name] : undefined
  if (repeated !== undefined) return repeated.map(trimmed).join(',')
  const value = Object.hasOwn(head.headers, name) ? head.headers[name] : undefined
  return trimmed(value ?? (HOISTED.test(name) ? hoistedHeader(name, parameters) : ''))
}

/** Headers that operations take from the query too. A checksum that was signed as a header has to come as one. */
const HOISTED = /^x-amz-(?!checksum-|sdk-checksum-)/

/**
 * A header that stands in the query alone: some SDKs put it there when they presign, and sign it as a header all the same
 * (SDK for JavaScript v2, `getSignedUrl('putObject', { ACL })`). S3 takes it from there.
 */
function hoistedHeader(name: string, parameters: readonly QueryParameter[]): string {
  const found = parameters.find((parameter) => percentDecodedBytes(parameter.name).toLowerCase() === name)
  return found ? percentDecodedBytes(found.value) : ''
}

// Not String.trim and \s: they also take the byte A0, which can be a part of a UTF-8 character.
function trimmed(value: string): string {
  if (!/^[ \t]|[ \t]$|[ \t]{2}|\t/.test(value)) return value
  return value.replaceAll(/[ \t]+/g, ' ').replaceAll(/^ | $/g, '')
}
