import { anonymousCaller } from '../access/caller.ts'
import type { RequestHead } from '../base/request-head.ts'
import { S3Error } from '../model/s3-error.ts'
import { assertHeaderSectionSize } from '../model/user-metadata.ts'
import { decodeInput } from '../protocol/decode.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import type { FailedRequest } from '../protocol/error-document.ts'
import { percentDecode } from '../protocol/percent-decode.ts'
import type { WebsiteAddress } from '../protocol/website-address.ts'
import { findBucket } from '../s3/shared/bucket/bucket-row.ts'
import { preflightHeaders } from '../s3/operations/cors/cors-headers.ts'
import { findOperation } from '../s3/s3-operations.ts'
import { serveWebsite, type WebsiteAnswer } from '../s3/operations/website/serve-website.ts'
import type { Incoming } from './incoming.ts'
import type { Pipeline } from './pipeline.ts'
import { RequestScope } from './request-scope.ts'
import { runOperation } from './run-operation.ts'
import { errorHeaders, websitePage } from './website-page.ts'

/** How an exchange tells of what went wrong. */
export interface Failures {
  readonly request: FailedRequest
  errorOf(fault: unknown): S3Error
}

/** What S3 says of a folder that was asked for without its slash. */
const FOUND = { status: 302, code: 'Found', message: 'Resource Found', fields: {} }
const NO_QUERY: ReadonlyMap<string, string> = new Map()

/** Answers a request to a website; whatever fails is a page that says so. */
export async function answerWebsite(
  pipeline: Pipeline,
  address: WebsiteAddress,
  incoming: Incoming,
  failures: Failures,
): Promise<EncodedResponse> {
  try {
    return encodeAnswer(await visit(pipeline, address, incoming, failures), failures.request)
  } catch (fault) {
    await incoming.trail.lookUp(pipeline.service.stores)
    return websitePage(failures.errorOf(fault), failures.request)
  }
}

async function visit(
  pipeline: Pipeline,
  address: WebsiteAddress,
  incoming: Incoming,
  failures: Failures,
): Promise<WebsiteAnswer<EncodedResponse>> {
  const { head, trail } = incoming
  trail.operation = operationName(head.method)
  const key = keyOf(head)
  trail.visited(address.bucket, key)
  await incoming.admission?.enter(anonymousCaller.principal)
  assertHeaderSectionSize(head.headers, head.query)
  if (head.method === 'OPTIONS') {
    const headers = await preflightHeaders(pipeline.service, { bucket: address.bucket, key }, head.headers)
    await trail.lookUp(pipeline.service.stores)
    return { kind: 'page', page: { status: 200, headers: { ...headers } } }
  }
  const operation = readingOperation(head.method)
  const { bucketName, bucket } = await bucketAt(pipeline, address)
  trail.found(bucket)
  const visitor = visitorOf(pipeline, incoming)
  const context = new RequestScope(visitor, incoming, bucket)
  return serveWebsite({
    key,
    query: head.query,
    protocol: incoming.connection.isSecure ? 'https' : 'http',
    host: address.host,
    bucketName,
    context,
    access: operation.access,
    errorOf: (fault) => failures.errorOf(fault),
    read(pageKey, isAsked) {
      const target = { bucketName, bucket, key: pageKey }
      const asked = isAsked ? visitor.request.head : { ...visitor.request.head, headers: {} }
      const route = { operation: operation.name, bucket: bucketName, key: pageKey, query: NO_QUERY }
      return runOperation(operation, decodeInput(operation.name, route, asked, undefined), context, target)
    },
  })
}

function keyOf({ path, method }: RequestHead): string {
  if (path === '*' && method === 'OPTIONS') return ''
  if (!path.startsWith('/')) throw new S3Error('InvalidURI', { URI: path })
  return percentDecode(path.slice(1))
}

function operationName(method: string): string {
  const names: Readonly<Record<string, string>> = { GET: 'Get', HEAD: 'Head', OPTIONS: 'Options' }
  return `Website${names[method] ?? 'Other'}Object`
}

/** Source: S3 User Guide, "Website endpoints": "only GET and HEAD requests on objects". */
function readingOperation(method: string) {
  const operation =
    method === 'GET'
      ? findOperation('GetObject')
      : method === 'HEAD'
        ? findOperation('HeadObject')
        : undefined
  if (operation) return operation
  const fields = { ResourceType: 'OBJECT' }
  throw new S3Error('MethodNotAllowed', fields, { headers: { Allow: 'GET, HEAD, OPTIONS' } })
}

async function bucketAt({ service }: Pipeline, { bucket: bucketName = '', isElsewhere }: WebsiteAddress) {
  if (isElsewhere) throw new S3Error('IncorrectEndpoint')
  const bucket = await findBucket(service.stores, bucketName)
  if (!bucket) throw new S3Error('NoSuchBucket', { BucketName: bucketName })
  return { bucketName, bucket }
}

/** Nobody: who signs is anonymous here too, and the query means nothing. */
function visitorOf({ service }: Pipeline, { head, connection }: Incoming) {
  const facts = { ...connection, receivedAt: service.clock.now(), signature: undefined }
  const request = { operation: 'GetObject', head: visitorHead(head), query: NO_QUERY, facts }
  return { service, caller: anonymousCaller, request }
}

/** The headers that browsers send; those of S3's own requests mean nothing here. */
function visitorHead(head: RequestHead): RequestHead {
  const headers = Object.entries(head.headers).filter(([name]) => !/^(x-amz-|authorization$)/.test(name))
  return { ...head, query: '', headers: Object.fromEntries(headers) }
}

function encodeAnswer(answer: WebsiteAnswer<EncodedResponse>, request: FailedRequest): EncodedResponse {
  switch (answer.kind) {
    case 'page':
      return encodePage(answer.page, answer.error)
    case 'redirection':
      return { status: answer.status, headers: { Location: answer.location } }
    case 'folder':
      return websitePage({ ...FOUND, headers: { Location: answer.location } }, request)
    case 'error':
      return websitePage(answer.error, request, answer.documentError)
  }
}

function encodePage(page: EncodedResponse, error: S3Error | undefined): EncodedResponse {
  if (!error) return page
  return {
    ...page,
    status: error.status,
    headers: { ...page.headers, ...error.headers, ...errorHeaders(error) },
  }
}
