import { assert } from '../base/assert.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { Soon } from '../base/soon.ts'
import type { RequestBody } from '../model/body.ts'
import { missing } from '../model/overlay-refusals.ts'
import type { ErrorCode } from '../model/error-catalogue.ts'
import { S3Error } from '../model/s3-error.ts'
import type { OperationInputs, OperationName } from '../model/types.gen.ts'
import { metadataFromHeader } from '../model/user-metadata.ts'
import { encodeHeaderText } from '../base/header-text.ts'
import { inputCodec, type DocumentBody, type InputBody, type InputCodec } from './input-codec.ts'
import { valuesOf } from './query.ts'
import type { Route } from './route.ts'
import { malformed } from './malformed-xml.ts'
import { OBJECT_ENCRYPTION_ROOT, objectEncryptionError } from './object-encryption-error.ts'
import { readXml, readXmlInTurns, type XmlElement } from './xml-reader.ts'

type Values = Record<string, unknown>
/** What the body of a request comes as, according to the operation. */
export type InputSource = RequestBody | Uint8Array | XmlElement

const presignedHeader = /^x-amz-(?!checksum-|sdk-checksum-)/i
const ACL_ROOT = 'AccessControlPolicy'
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Whether the operation takes a body of any length, as a stream. */
export function hasStreamingBody(operation: OperationName): boolean {
  return inputCodec(operation).body?.kind === 'stream'
}

/** Whether the operation takes a document, to be collected before it is decoded: XML, or the JSON of PutBucketPolicy. */
export function hasXmlBody(operation: OperationName): boolean {
  const kind = inputCodec(operation).body?.kind
  return kind === 'xml' || kind === 'text'
}

/** Whether S3 insists on a Content-MD5 or a checksum header with the request. */
export function requiresChecksum(operation: OperationName): boolean {
  return inputCodec(operation).checksumRequired
}

/** Whether `x-amz-checksum-*` is about the object that the request makes and not about the document that it sends. */
export function hasObjectChecksum(operation: OperationName): boolean {
  return inputCodec(operation).headers.has('x-amz-checksum-crc32')
}

/** Beyond, a document is read in turns: a list of 10,000 parts takes 20 ms. */
const LARGE_DOCUMENT_BYTES = 64 * 1024

/**
 * What `decodeInput` takes in place of a document, so that it does not hold up the process for long. What is malformed
 * stays as it is, to be refused there in the words of the operation.
 */
export function beforehand(operation: OperationName, document: Uint8Array): Soon<Uint8Array | XmlElement> {
  const isLarge = document.length > LARGE_DOCUMENT_BYTES && inputCodec(operation).body?.kind === 'xml'
  return isLarge ? readXmlInTurns(document).catch(() => document) : document
}

/**
 * Makes the typed input of an operation. `body` is the stream or the collected bytes, as the operation takes them.
 * Throws `InvalidArgument` and its kin for a parameter, `MalformedXML` or `MissingRequestBodyError` for a document.
 */
export function decodeInput<Name extends OperationName>(
  operation: Name,
  route: Route,
  head: RequestHead,
  body: InputSource | undefined,
): OperationInputs[Name] {
  const codec = inputCodec(operation)
  const values: Values = {}
  if (route.bucket !== undefined) values['Bucket'] = route.bucket
  if (route.key !== undefined) values['Key'] = route.key
  if (route.labels !== undefined) Object.assign(values, route.labels)
  readHeaders(codec, head, values)
  readQuery(codec, route, head, values)
  if (codec.body !== undefined) readBody(codec.body, body, values)
  for (const member of codec.required) if (values[member] === undefined) refuseMissing(codec, member)
  return values as unknown as OperationInputs[Name]
}

function readHeaders(codec: InputCodec, head: RequestHead, values: Values): void {
  for (const name of Object.keys(head.headers)) {
    const text = head.headers[name]
    if (text === undefined) continue
    const field = codec.headers.get(name)
    if (field !== undefined) set(values, field.member, field.read(text))
    else if (codec.metadata !== undefined && name.startsWith(codec.metadata.prefix)) {
      addMetadata(codec.metadata, name, text, values)
    }
  }
}

function readQuery(codec: InputCodec, route: Route, head: RequestHead, values: Values): void {
  if (route.query.size === 0) return
  for (const [name, { member, read }] of codec.repeated)
    if (route.query.has(name)) set(values, member, read(valuesOf(head.query, name)))
  for (const [name, text] of route.query) {
    const field = codec.query.get(name)
    if (field !== undefined) set(values, field.member, field.read(text))
    else if (presignedHeader.test(name) && head.headers[name.toLowerCase()] === undefined) {
      readPresignedHeader(codec, name.toLowerCase(), text, values)
    } else if (codec.overridesAnswers && name.startsWith('response-')) refuseOverride(name, text)
  }
}

/** Observed on S3, with these words: whoever mistypes an override would else never know. */
function refuseOverride(name: string, text: string): never {
  const message = `${name} is not in the set of overridable response headers. Please see the response headers section of the GetObject page.`
  throw new S3Error('InvalidArgument', { ArgumentName: name, ArgumentValue: text }, { message })
}

/**
 * A presigned URL may carry headers in its query. S3 takes them, but none about checksums. A header counts before what
 * the query says under its name, whatever becomes of its value: with Version 2 nothing covers the parameter then.
 */
function readPresignedHeader(codec: InputCodec, name: string, text: string, values: Values): void {
  const field = codec.headers.get(name)
  if (field !== undefined) values[field.member] ??= field.read(encodeHeaderText(text))
  else if (codec.metadata !== undefined && name.startsWith(codec.metadata.prefix)) {
    // Of two spellings of a name the first counts, as with all others.
    const known = values[codec.metadata.member] as Record<string, string> | undefined
    if (known && name.slice(codec.metadata.prefix.length) in known) return
    addMetadata(codec.metadata, name, text, values)
  }
}

function set(values: Values, member: string, value: unknown): void {
  if (value !== undefined) values[member] = value
}

function addMetadata(
  metadata: { member: string; prefix: string },
  name: string,
  text: string,
  values: Values,
): void {
  const known = values[metadata.member] as Record<string, string> | undefined
  const map = known ?? (Object.create(null) as Record<string, string>)
  map[name.slice(metadata.prefix.length)] = metadataFromHeader(text)
  values[metadata.member] = map
}

function readBody(into: InputBody, body: InputSource | undefined, values: Values): void {
  if (into.kind === 'stream') {
    if (body === undefined || body instanceof Uint8Array || 'children' in body) return
    values[into.member] = body
    // The length on the wire counts framing that has been taken off.
    if (into.hasLength) values['ContentLength'] = body.sizeBytes
    return
  }
  assert(body === undefined || !('bytes' in body), 'the document of a request has to be collected')
  if (body === undefined || (body instanceof Uint8Array && body.length === 0)) {
    if (into.required) throw new S3Error(emptyErrorOf(into) ?? 'MissingRequestBodyError')
  } else if (into.kind === 'xml') readDocument(into, body, values)
  else if (body instanceof Uint8Array) values[into.member] = decodeText(body)
}

function emptyErrorOf(into: InputBody): ErrorCode | undefined {
  return into.kind === 'xml' ? into.emptyError : undefined
}

function readDocument(into: DocumentBody, body: Uint8Array | XmlElement, values: Values): void {
  const value = documentValue(into, body)
  if (into.member === undefined) Object.assign(values, value)
  else values[into.member] = value
}

function documentValue(into: DocumentBody, body: Uint8Array | XmlElement): unknown {
  let root: XmlElement | undefined
  try {
    root = body instanceof Uint8Array ? readXml(body) : body
    if (root.name !== into.root && root.name !== into.otherRoot) throw malformed()
    return into.read(root)
  } catch (error) {
    if (!(error instanceof S3Error) || error.code !== 'MalformedXML') throw error
    if (root?.name === OBJECT_ENCRYPTION_ROOT && into.root === root.name)
      throw objectEncryptionError(root, error)
    // ACLs have an error of their own. Source: S3 API Reference, "List of error codes".
    throw into.root === ACL_ROOT ? new S3Error('MalformedACLError', {}, { cause: error }) : error
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new S3Error('MalformedPolicy', {}, { cause })
  }
}

function refuseMissing(codec: InputCodec, member: string): never {
  const name = codec.wireNames[member] ?? member
  const known = missing[name]
  if (known === undefined && codec.headers.has(name)) {
    throw new S3Error('MissingSecurityHeader', { MissingHeaderName: name })
  }
  const message = known?.message ?? `The parameter ${name} is required`
  const { code = 'InvalidArgument' } = known ?? {}
  const fields = code === 'InvalidArgument' ? { ArgumentName: name, ArgumentValue: '' } : {}
  throw new S3Error(code, fields, { message })
}
