import { encodeHeaderText } from '../base/header-text.ts'
import type { RequestHead } from '../base/request-head.ts'
import { assertKeyLength } from '../model/key-length.ts'
import { S3Error } from '../model/s3-error.ts'
import { checksumAlgorithm, headerName } from '../model/upload-checksum.ts'
import { decodeInput } from './decode.ts'
import { inputCodec } from './input-codec.ts'
import { parseQuery } from './query.ts'

/** The request that a form stands for. */
export interface FormRequest {
  readonly key: string
  /** That of a PutObject: the fields are its headers. */
  readonly head: RequestHead
}

/** Headers of the POST itself that still count. A field cannot replace them. */
const OWN_HEADERS = ['host', 'origin', 'referer', 'user-agent', 'x-amz-content-sha256'] as const
/** Headers that a POST may carry where it has no such field. Source: S3 User Guide, "Using Requester Pays". */
const EITHER = ['x-amz-expected-bucket-owner', 'x-amz-request-payer'] as const
/** What PutObject takes in headers and a form does not say. */
const NOT_FIELDS = new Set(['content-length', 'x-amz-content-sha256'])

/**
 * Replaces `${filename}` in all fields by the file's name, without the path that some clients send along. Source: S3 API
 * Reference, "Creating an HTML Form".
 */
export function expandFileName(fields: ReadonlyMap<string, string>, fileName: string): Map<string, string> {
  const name = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1)
  return new Map([...fields].map(([field, value]) => [field, value.replaceAll('${filename}', () => name)]))
}

/**
 * Makes the head of a PutObject of a form. Throws UserKeyMustBeSpecified, InvalidArgument or KeyTooLongError for its key,
 * MalformedXML for its tags, InvalidRequest for a checksum that is named and does not come. Source: S3 API Reference, "Creating an HTML Form", and POST Object, "Form Fields".
 */
export function formRequest(head: RequestHead, fields: ReadonlyMap<string, string>): FormRequest {
  assertNamedChecksum(fields)
  const headers: Record<string, string | undefined> = {}
  for (const name of EITHER) headers[name] = head.headers[name]
  for (const [name, value] of fields) if (isHeader(name)) headers[name] = headerText(name, value)
  const acl = fields.get('acl')
  if (acl !== undefined) headers['x-amz-acl'] = encodeHeaderText(acl)
  const tagging = fields.get('tagging')
  if (tagging !== undefined) headers['x-amz-tagging'] = tagsHeader(tagging)
  for (const name of OWN_HEADERS) headers[name] = head.headers[name]
  return { key: keyOf(fields), head: { method: 'POST', path: head.path, query: '', headers } }
}

/** Source: POST Object, "Additional Checksum Request Form Fields": without the matching checksum a 400 error. */
function assertNamedChecksum(fields: ReadonlyMap<string, string>): void {
  const named = fields.get('x-amz-checksum-algorithm')
  if (named === undefined) return
  const field = headerName(checksumAlgorithm(named))
  if (fields.has(field)) return
  const message = `x-amz-checksum-algorithm specified, but no corresponding ${field} was found.`
  throw new S3Error('InvalidRequest', {}, { message })
}

function keyOf(fields: ReadonlyMap<string, string>): string {
  const key = fields.get('key')
  const argument = { ArgumentName: 'key', ArgumentValue: '' }
  if (key === undefined) {
    const message =
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields."
    throw new S3Error('UserKeyMustBeSpecified', argument, { message })
  }
  if (key === '') {
    const message = 'User key must have a length greater than 0.'
    throw new S3Error('InvalidArgument', argument, { message })
  }
  assertKeyLength(key)
  return key
}

/** All others mean nothing to S3. */
function isHeader(name: string): boolean {
  const { headers, metadata } = inputCodec('PutObject')
  if (NOT_FIELDS.has(name)) return false
  return headers.has(name) || name.startsWith('x-amz-checksum-') || name.startsWith(metadata?.prefix ?? name)
}

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/g

/** Metadata is kept as it stands; the rest has to look like a header. Neither may end one early when it is returned. */
function headerText(name: string, value: string): string {
  return name.startsWith('x-amz-meta-') ? value.replaceAll(CONTROL, ' ') : encodeHeaderText(value)
}

/** Forms bring the document of PutObjectTagging, PutObject a query string. */
function tagsHeader(document: string): string {
  const route = { operation: 'PutObjectTagging', bucket: '', key: '', query: parseQuery('') } as const
  const head = { method: 'PUT', path: '', query: '', headers: {} }
  const { Tagging } = decodeInput('PutObjectTagging', route, head, Buffer.from(document))
  const encode = (text: string): string => encodeURIComponent(text.toWellFormed())
  return Tagging.TagSet.map(({ Key, Value }) => `${encode(Key)}=${encode(Value)}`).join('&')
}
