import { hash } from 'node:crypto'
import type { RequestHead } from '../base/request-head.ts'
import { signatureApart } from '../base/signature-apart.ts'
import { type PresignedMember, presignedMember } from './presigned-member.ts'
import { KnownSignatures } from './known-signatures.ts'
import type { SignatureClaim } from './signature-claim.ts'
import { sha256Hex } from './signing-key.ts'
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
  /** What of the canonical request they are. */
  readonly canonical: string
  /** Of a presigned URL, where it is one for its form; any other stands among the parameters. */
  readonly signature: string | undefined
}

interface OtherParameters extends Pick<SignedQuery, 'parameters' | 'canonical'> {
  readonly query: string
}

/** The one that was read last: most requests have none, or that of the one before but for its signature. */
let lastQuery: OtherParameters = { query: '', parameters: [], canonical: '' }

export function parseQuery(query: string): SignedQuery {
  const { others, signature } = signatureApart(query)
  if (others !== lastQuery.query) lastQuery = parseOthers(others)
  const { parameters, canonical } = lastQuery
  return { parameters, canonical, signature }
}

function parseOthers(query: string): OtherParameters {
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
  return { query, parameters, canonical: isCanonical && areInOrder(parameters) ? query : joined(parameters) }
}

/** As they were signed; one of them is no signature. */
function areInOrder(parameters: readonly QueryParameter[]): boolean {
  return parameters.every((parameter, index) => {
    const before = parameters[index - 1]
    return parameter.member !== 'signature' && (!before || byNameThenValue(before, parameter) <= 0)
  })
}

function joined(parameters: readonly QueryParameter[]): string {
  const signed = parameters.filter(({ member }) => member !== 'signature')
  return signed
    .sort(byNameThenValue)
    .map(({ name, value }) => `${name}=${value}`)
    .join('&')
}

/**
 * The canonical request: what the client hashed and signed.
 * Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header", task 1.
 */
export class CanonicalRequest {
  /** Method and path. */
  readonly start: string
  readonly #afterPath: string
  /** Of those that have all but the start in common, where that is worth remembering. */
  readonly signatures: KnownSignatures | undefined

  /** `path`: as it is signed. */
  constructor(
    head: RequestHead,
    query: SignedQuery,
    { signedHeaders, payloadHash }: Pick<SignatureClaim, 'signedHeaders' | 'payloadHash'>,
    path = canonicalPath(head.path),
  ) {
    this.start = `${head.method}\n${path}\n`
    const end = endOf(head, query, signedHeaders, payloadHash)
    this.#afterPath = end.afterPath
    this.signatures = head.method === 'GET' || head.method === 'HEAD' ? end.signatures : undefined
  }

  get text(): string {
    return this.start + this.#afterPath
  }

  /** SHA-256, in lower-case hexadecimal. */
  get digest(): string {
    const start = MOST_START_BYTES - this.start.length
    const end = MOST_START_BYTES + this.#afterPath.length
    if (start < 0 || end > message.length) return sha256Hex(this.text)
    message.write(this.start, start, 'latin1')
    message.write(this.#afterPath, MOST_START_BYTES, 'latin1')
    return hash('sha256', message.subarray(start, end), 'hex')
  }
}

/** Where canonical requests are put together, a byte a character: to put the texts together first costs more. */
const MOST_START_BYTES = 2048
const message = Buffer.alloc(4 * MOST_START_BYTES)

/** What stands behind the path. */
interface CanonicalEnd {
  readonly afterPath: string
  readonly signatures?: KnownSignatures | undefined
}

interface PresignedEnd extends CanonicalEnd {
  readonly canonical: string
  readonly host: string
  readonly payloadHash: string
  signatures: KnownSignatures | undefined
}

/** The one that was read last: URLs that were presigned together for the host alone have it in common. */
let last: PresignedEnd | undefined

function endOf(
  head: RequestHead,
  query: SignedQuery,
  signedHeaders: readonly string[],
  payloadHash: string,
): CanonicalEnd {
  const { canonical } = query
  const isPlain = query.signature !== undefined && signedHeaders.length === 1 && !head.repeatedHeaders
  const host = isPlain ? head.headers['host'] : undefined
  if (last && canonical === last.canonical && host === last.host && payloadHash === last.payloadHash) {
    last.signatures ??= new KnownSignatures()
    return last
  }
  let headers = ''
  for (const name of signedHeaders) headers += `${name}:${canonicalHeader(head, name, query.parameters)}\n`
  const afterPath = `${canonical}\n${headers}\n${signedHeaders.join(';')}\n${payloadHash}`
  if (host === undefined) return { afterPath }
  last = { canonical, host, payloadHash, afterPath, signatures: undefined }
  return last
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
