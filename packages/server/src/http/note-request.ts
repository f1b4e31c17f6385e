import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { isByAcl } from '../access/decide.ts'
import { arnsOf, canonicalIdOf, type Principal } from '../access/principal.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { loggedOperation } from '../protocol/logged-operation.ts'
import { percentDecode } from '../protocol/percent-decode.ts'
import { type AccessRecord, accessLogLine } from '../s3/shared/access-log/access-record.ts'
import { canonicalIdOfAccount } from '../s3/shared/grants/canonical-ids.ts'
import type { NotedAccess } from '../s3/shared/access-log/noted-access.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import type { Connection } from './incoming.ts'
import type { RequestTrail } from './request-trail.ts'

/** A request that has been answered, as the access log tells of it. */
export interface AnsweredRequest {
  readonly trail: RequestTrail
  readonly head: RequestHead
  readonly httpVersion: string
  readonly socket: Socket
  readonly connection: Connection
  readonly startedMilliseconds: number
  readonly status: number
  readonly errorCode: string | undefined
  /** Absent where the answer began before its result. */
  readonly answer: CountedAnswer | undefined
}

/** An answer that is being sent. */
export interface CountedAnswer {
  readonly headers: Readonly<Record<string, string>>
  readonly startedMilliseconds: number
  sentBytes: number
}

/** Counts what is sent of an answer, which is changed for that where it is a stream. */
export function countAnswer(
  encoded: EncodedResponse,
  isHead: boolean,
  startedMilliseconds: number,
): CountedAnswer {
  const { headers, body } = encoded
  const counted: CountedAnswer = { headers, startedMilliseconds, sentBytes: 0 }
  if (isHead || body === undefined) return counted
  if (typeof body === 'string' || body instanceof Uint8Array) counted.sentBytes = Buffer.byteLength(body)
  else encoded.body = countChunks(body, counted)
  return counted
}

async function* countChunks(
  body: AsyncIterable<Uint8Array>,
  counted: CountedAnswer,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    yield chunk
    counted.sentBytes += chunk.length
  }
}

/** Tells of a request in the log of its bucket, and of what else it did in those of other buckets. */
export function noteRequest(service: S3Service, answered: AnsweredRequest): void {
  const { trail, startedMilliseconds } = answered
  const { bucketName, logged, notes = [] } = trail
  const at = new Date(startedMilliseconds)
  const common = commonFields(answered, at)
  if (logged && bucketName !== undefined) {
    const bucketOwner = canonicalIdOfAccount(service.accounts, logged.ownerAccountId)
    const record = { ...common, ...mainFields(answered), bucketOwner, bucketName }
    service.accessLog.note(bucketName, logged, at, accessLogLine(record))
  }
  for (const note of notes) {
    const bucketOwner = canonicalIdOfAccount(service.accounts, note.bucket.ownerAccountId)
    const record = { ...common, ...noteFields(note), bucketOwner }
    service.accessLog.note(note.bucketName, note.bucket, at, accessLogLine(record))
  }
}

type Fields = Omit<AccessRecord, 'bucketOwner' | 'bucketName'>

function commonFields({ trail, ...request }: AnsweredRequest, at: Date): Omit<Fields, 'operation'> {
  const { connection, head, socket } = request
  const { requestId, hostId } = connection
  const { form, version } = trail.signature ?? {}
  return {
    at,
    remoteAddress: connection.remoteAddress,
    requester: trail.principal && requesterOf(trail.principal),
    requestId,
    hostId,
    signatureVersion: version && `SigV${version}`,
    cipherSuite: connection.tlsVersion && socket instanceof TLSSocket ? socket.getCipher()?.name : undefined,
    // The page names no other types: a form has neither.
    authenticationType: form === 'header' ? 'AuthHeader' : form === 'query' ? 'QueryString' : undefined,
    host: head.headers['host'],
    tlsVersion: connection.tlsVersion,
  }
}

/** Source: S3 User Guide, "Amazon S3 server access log format", Requester. */
function requesterOf(principal: Principal): string | undefined {
  if (principal.kind === 'anonymous') return undefined
  return arnsOf(principal)[0] ?? canonicalIdOf(principal)
}

function mainFields(answered: AnsweredRequest): Omit<Fields, 'at'> {
  const { trail, head, status, answer, startedMilliseconds } = answered
  const { target, decision, receivedMilliseconds = startedMilliseconds } = trail
  // A website may answer with a redirection what was an error.
  const errorCode = target || status >= 400 ? answered.errorCode : undefined
  return {
    operation: target ? loggedOperation(target.operation) : `WEBSITE.${head.method}.OBJECT`,
    key: trail.key,
    requestLine: `${head.method} ${targetText(head)} HTTP/${answered.httpVersion}`,
    status,
    errorCode,
    sentBytes: answer?.sentBytes,
    objectBytes: errorCode === undefined ? objectBytesOf(answered) : undefined,
    totalMilliseconds: trail.now() - startedMilliseconds,
    turnAroundMilliseconds: answer && answer.startedMilliseconds - receivedMilliseconds,
    referrer: head.headers['referer'] ?? '',
    userAgent: head.headers['user-agent'] ?? '',
    versionId: target?.query.get('versionId'),
    accessPointArn: trail.accessPointArn,
    aclRequired: decision && isByAcl(decision),
  }
}

/** What is a secret of who asks, at least for a while: who may read the log need not be able to use it. */
const SECRETS = /^(x-amz-signature|x-amz-security-token|x-amz-s3session-token|signature|.*-customer-key)$/i

function targetText({ path, query }: RequestHead): string {
  return query === '' ? path : `${path}?${query.split('&').map(withoutSecret).join('&')}`
}

function withoutSecret(parameter: string): string {
  const equals = parameter.indexOf('=')
  const name = parameter.slice(0, Math.max(equals, 0))
  // As it was read when the request was routed: names may be percent-encoded too.
  return SECRETS.test(percentDecode(name)) ? `${name}=REDACTED` : parameter
}

/** The size of the whole object, where the head of the request or the answer tells it. */
function objectBytesOf({ trail, head, answer }: AnsweredRequest): number | undefined {
  const operation = trail.target?.operation
  if (!operation || operation === 'GetObject' || operation === 'HeadObject') {
    const { 'Content-Range': range, 'Content-Length': length } = answer?.headers ?? {}
    return numberOf(range?.slice(range.indexOf('/') + 1) ?? length)
  }
  if (operation !== 'PutObject' && operation !== 'UploadPart') return undefined
  return numberOf(head.headers['x-amz-decoded-content-length'] ?? head.headers['content-length'])
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function noteFields({ bucketName, operation, key, versionId, ...note }: NotedAccess) {
  const { requestLine, status, errorCode, objectBytes, decision } = note
  const aclRequired = decision && isByAcl(decision)
  return {
    bucketName,
    operation,
    key,
    versionId,
    requestLine,
    status,
    errorCode,
    objectBytes,
    aclRequired,
  }
}
