import type { RequestHead } from '../base/request-head.ts'
import { canonicalPath, canonicalQueryText, isCanonicalQuery, percentDecodedBytes } from './uri-encoding.ts'

/** A query parameter, name and value in their canonical encoding. */
export interface QueryParameter {
  readonly name: string
  readonly value: string
}

/** The parameters of a raw query in the order they came. `?acl` has an empty value. */
export function parseQuery(query: string): QueryParameter[] {
  if (query === '') return []
  const canonical = isCanonicalQuery(query) ? (text: string): string => text : canonicalQueryText
  const parameters: QueryParameter[] = []
  for (const part of query.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = canonical(equals === -1 ? part : part.slice(0, equals))
    parameters.push({ name, value: equals === -1 ? '' : canonical(part.slice(equals + 1)) })
  }
  return parameters
}

/**
 * The canonical request: what the client hashed and signed.
 * Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header", task 1.
 */
export function canonicalRequest(
  head: RequestHead,
  parameters: readonly QueryParameter[],
  signedHeaders: readonly string[],
  payloadHash: string,
  path = canonicalPath(head.path),
): string {
  let headers = ''
  for (const name of signedHeaders) headers += `${name}:${canonicalHeader(head, name, parameters)}\n`
  const names = signedHeaders.join(';')
  return `${head.method}\n${path}\n${canonicalQuery(parameters)}\n${headers}\n${names}\n${payloadHash}`
}

function canonicalQuery(parameters: readonly QueryParameter[]): string {
  let result = ''
  let before: QueryParameter | undefined
  for (const parameter of parameters) {
    const { name, value } = parameter
    if (name === 'X-Amz-Signature') continue
    // Most queries come in the order in which they were signed.
    if (before && byNameThenValue(before, parameter) > 0)
      return canonicalQuery(parameters.toSorted(byNameThenValue))
    result += before ? `&${name}=${value}` : `${name}=${value}`
    before = parameter
  }
  return result
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
