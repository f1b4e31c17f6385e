import type { Caller } from '../access/caller.ts'
import { anonymous } from '../access/principal.ts'
import type { ContextKeys } from '../access/request-context.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { Session } from '../identities/session-token.ts'
import { invalidToken, QueryError } from '../model/query-error.ts'
import type { QueryModel } from '../model/query-model.ts'
import { S3Error } from '../model/s3-error.ts'
import { bucketOfHost } from '../protocol/address.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { type ParsedQuery, parseForm, parseQuery } from '../protocol/query.ts'
import { decodeQueryInput } from '../protocol/query-input.ts'
import { queryErrorJson, queryOutputJson } from '../protocol/query-json.ts'
import { encodeQueryError, encodeQueryOutput } from '../protocol/query-output.ts'
import type { SignatureFault } from '../signature/signature-fault.ts'
import { faultToS3Error } from './fault-to-s3-error.ts'
import { connectionConditions } from './connection-conditions.ts'
import type { Connection } from './incoming.ts'
import {
  type IncomingCall,
  isOverLimit,
  readCallBody,
  receiveServiceCall,
  type RefusedCall,
  type ServiceCallSetting,
} from './service-call.ts'

/** An AWS API of the Query protocol that this endpoint serves besides S3. */
export interface QueryApi {
  /** Its name in credentials, for example `iam`. */
  readonly service: string
  readonly model: QueryModel
  /**
   * Whether it answers in JSON who accepts that first. AWS's reference does not tell of it, but its STS does, which many programs
   * without an SDK count on: the S3 gateway of NGINX, Salt, Teleport.
   */
  readonly answersJson?: true
  /** Answers an operation of the model. Throws QueryError; what else it throws is a fault of ours. */
  run(request: QueryRequest): Promise<Readonly<Record<string, unknown>>>
  /** Those that nobody signs; absent where all are signed. */
  readonly unsigned?: {
    has(operation: string): boolean
    run(request: UnsignedRequest): Promise<Readonly<Record<string, unknown>>>
  }
}

export interface UnsignedRequest {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  /** Condition keys of how it came. */
  readonly conditions: ContextKeys
}

export interface QueryRequest extends UnsignedRequest {
  readonly caller: Caller
  /** Of temporary credentials. */
  readonly session?: Session | undefined
}

/** An API, and the region that a request to it is signed for. */
interface CalledApi {
  readonly api: QueryApi
  readonly region: string
}

const FORM = 'application/x-www-form-urlencoded'

/**
 * Whether a request could be one of the Query protocol: all that S3 has there is the list of buckets. Parameters stand in the query, in
 * the body of a POST, or in both.
 */
export function isQueryCall(
  { method, path, query, headers }: RequestHead,
  domains: readonly string[],
): boolean {
  if (path !== '/' || bucketOfHost(headers['host'], domains) !== undefined) return false
  if (method !== 'GET' && method !== 'POST') return false
  if (/(?:^|&)Action=/.test(query)) return true
  return method === 'POST' && query === '' && (headers['content-type'] ?? '').toLowerCase().startsWith(FORM)
}

/** What becomes known of a call, and what fails that is nobody's fault but ours. */
export interface CallWitness {
  operation(name: string): void
  /** By a parameter that is there to be told of. */
  described(description: string): void
  /** `reason`: for the audit log alone. */
  refused(code: string, reason?: string): void
  fault(fault: unknown): void
}

/**
 * Answers what is signed for one of the APIs, in whatever region: IAM has one for all. What has no signature at all is told by
 * its action. `undefined` where it is none of them after all. Throws only where the body does not come whole.
 */
export async function answerQueryCall(
  setting: ServiceCallSetting,
  apis: readonly QueryApi[],
  incoming: IncomingCall,
  witness: CallWitness,
): Promise<EncodedResponse | undefined> {
  const credential = credentialOf(incoming.head)
  if (credential === undefined) return answerUnsigned(apis, incoming, witness)
  const [, , region = '', service] = credential.split('/')
  const api = apis.find((one) => one.service === service)
  return api && answerSigned(setting, { api, region }, incoming, witness)
}

/** The credential that a request says it is signed with, whole or not; empty for other signatures than those of Version 4. */
function credentialOf({ headers, query }: RequestHead): string | undefined {
  const authorization = headers['authorization']
  if (authorization !== undefined) {
    return /^AWS4-HMAC-SHA256 .*?Credential=([^,\s]*)/.exec(authorization)?.[1] ?? ''
  }
  const inQuery = /(?:^|&)X-Amz-Credential=([^&]*)/.exec(query)?.[1]
  if (inQuery !== undefined) return inQuery.replaceAll(/%2F/gi, '/')
  return /(?:^|&)(?:X-Amz-Signature|AWSAccessKeyId)=/.test(query) ? '' : undefined
}

async function answerSigned(
  setting: ServiceCallSetting,
  { api, region }: CalledApi,
  incoming: IncomingCall,
  witness: CallWitness,
): Promise<EncodedResponse> {
  const { head } = incoming
  return answerWith(api, incoming, witness, async () => {
    const call = await receiveServiceCall(setting, { service: api.service, region }, incoming)
    if ('refused' in call) throw refusalOf(call.refused)
    const asked = readCall(api, parametersOf(head, call.body))
    const action = `${api.service}:${asked.operation}`
    setting.service.identities.noteAction(call.caller, api.service, region, action)
    const { caller, session } = call
    const request = { ...asked, caller, session, conditions: connectionConditions(incoming) }
    const { operation, input } = request
    witness.operation(operation)
    // Source: AWS STS API Reference, GetScopedCredentials: it "is logged … for the request".
    const { ScopedSessionDescription: description } = input
    if (typeof description === 'string') witness.described(description)
    return { operation, output: await api.run(request) }
  })
}

/**
 * Nobody signs AssumeRoleWithWebIdentity, for example. The body is read even where it is of none of these APIs, but no more of it
 * than such a request may have.
 */
async function answerUnsigned(
  apis: readonly QueryApi[],
  incoming: IncomingCall,
  witness: CallWitness,
): Promise<EncodedResponse | undefined> {
  const { head } = incoming
  const read =
    head.method === 'GET'
      ? { body: NO_BODY }
      : await readCallBody(head, incoming, MOST_UNSIGNED_BYTES, 'unsigned')
  if ('refused' in read) return undefined
  const action = actionIn(() => parametersOf(head, read.body))
  const api = apis.find(({ model }) => action !== undefined && Object.hasOwn(model.operations, action))
  return api && answerWith(api, incoming, witness, () => runUnsigned(api, incoming, read.body, witness))
}

/** A token of 20,000 characters, policies, and what else there may be, each of their characters written in three. */
const MOST_UNSIGNED_BYTES = 64 * 1024

async function runUnsigned(
  api: QueryApi,
  { connection, head, admission }: IncomingCall,
  body: Uint8Array,
  witness: CallWitness,
): Promise<Answered> {
  if (await isOverLimit({ admission }, anonymous)) throw refusalOf('too many')
  const parameters = parametersOf(head, body)
  if (!api.unsigned?.has(parameters.get('Action') ?? '')) throw refusalOf('unsigned')
  const { operation, input } = readCall(api, parameters)
  witness.operation(operation)
  return {
    operation,
    output: await api.unsigned.run({
      operation,
      input,
      conditions: connectionConditions({ connection, head }),
    }),
  }
}

interface Answered {
  readonly operation: string
  readonly output: Readonly<Record<string, unknown>>
}

async function answerWith(
  { model, answersJson }: QueryApi,
  { head, connection }: Pick<IncomingCall, 'head' | 'connection'>,
  witness: CallWitness,
  run: () => Promise<Answered>,
): Promise<EncodedResponse> {
  const { requestId } = connection
  const isJson = answersJson === true && acceptsJson(head)
  const type = isJson ? 'application/json' : 'text/xml'
  try {
    const { operation, output } = await run()
    const encode = isJson ? queryOutputJson : encodeQueryOutput
    return answer(200, type, encode(model, operation, output, requestId), connection)
  } catch (fault) {
    // The body did not come whole.
    if (fault instanceof S3Error) throw fault
    const error = errorOf(fault, witness)
    const body = isJson
      ? queryErrorJson(error, requestId)
      : encodeQueryError(model.namespace, error, requestId)
    return answer(error.status, type, body, connection)
  }
}

/** Before all else: whoever takes anything reads XML. */
function acceptsJson({ headers }: RequestHead): boolean {
  return /^\s*application\/json\s*(?:[,;]|$)/i.test(headers['accept'] ?? '')
}

const NO_BODY = Buffer.alloc(0)

function actionIn(read: () => ParsedQuery): string | undefined {
  try {
    return read().get('Action')
  } catch (error) {
    if (error instanceof QueryError) return undefined
    throw error
  }
}

function parametersOf({ method, query }: RequestHead, body: Uint8Array): ParsedQuery {
  try {
    return method === 'GET'
      ? parseQuery(query)
      : parseForm(`${query}&${Buffer.from(body).toString('latin1')}`)
  } catch (cause) {
    if (!(cause instanceof S3Error)) throw cause
    throw new QueryError('MalformedQueryString', 'The parameters of the request are malformed.', { cause })
  }
}

function readCall({ model }: QueryApi, parameters: ParsedQuery): Pick<QueryRequest, 'operation' | 'input'> {
  const operation = parameters.get('Action')
  if (!operation) {
    throw new QueryError('MissingAction', 'The request is missing an action or a required parameter.')
  }
  const version = parameters.get('Version')
  const isKnown = Object.hasOwn(model.operations, operation) && version === model.version
  const members = isKnown ? model.operations[operation]?.input : undefined
  if (!members) {
    const detail = `Could not find operation ${operation} for version ${version ?? 'NO_VERSION_SPECIFIED'}`
    throw new QueryError('InvalidAction', detail)
  }
  return { operation, input: decodeQueryInput(model, members, parameters) }
}

function errorOf(fault: unknown, witness: CallWitness): QueryError {
  const error = fault instanceof QueryError ? fault : ours(fault)
  if (error !== fault) witness.fault(fault)
  // It names what was asked for and what did not allow it.
  witness.refused(error.code, error.code === 'AccessDenied' ? error.message : undefined)
  return error
}

/** A 5xx says nothing of the inside. */
function ours(cause: unknown): QueryError {
  const { code } = faultToS3Error(cause)
  if (code === 'SlowDown') return new QueryError('Throttling', 'Rate exceeded', { cause })
  if (code === 'ServiceUnavailable') {
    return new QueryError('ServiceUnavailable', 'The request has failed for now.', { cause })
  }
  return new QueryError('InternalFailure', 'The request has failed for a fault of the server.', { cause })
}

function answer(status: number, type: string, body: string, { requestId }: Connection): EncodedResponse {
  return { status, headers: { 'Content-Type': type, 'x-amzn-RequestId': requestId }, body }
}

function refusalOf(refused: RefusedCall): QueryError {
  if (refused === 'too large') return new QueryError('RequestEntityTooLarge', 'Request size is too large')
  if (refused === 'too many') return new QueryError('Throttling', 'Rate exceeded')
  if (refused === 'unsigned') {
    return new QueryError('MissingAuthenticationToken', 'Request is missing Authentication Token')
  }
  return signatureError(refused)
}

/** How the Query protocol words what S3 says about a signature. Source: IAM API Reference, "Common Errors". */
function signatureError(cause: SignatureFault): QueryError {
  switch (cause.code) {
    case 'InvalidAccessKeyId':
    case 'InvalidToken':
      return invalidToken({ cause })
    case 'ExpiredToken':
      return new QueryError('ExpiredToken', 'The security token included in the request is expired', {
        cause,
      })
    case 'SignatureDoesNotMatch':
    case 'RequestTimeTooSkewed':
      return new QueryError('SignatureDoesNotMatch', cause.message, { cause })
    case 'AccessDenied':
    case 'AuthorizationHeaderMalformed':
    case 'AuthorizationQueryParametersError':
    case 'InvalidArgument':
    case 'InvalidRequest':
      return new QueryError('IncompleteSignature', cause.message, { cause })
  }
}
