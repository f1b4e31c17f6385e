import type { Caller } from '../access/caller.ts'
import type { ContextKeys } from '../access/request-context.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import type { SignatureFaultCode } from '../signature/signature-fault.ts'
import { connectionConditions } from './connection-conditions.ts'
import type { CallWitness } from './query-api.ts'
import {
  type IncomingCall,
  receiveServiceCall,
  type RefusedCall,
  type ServiceCallSetting,
} from './service-call.ts'

/** An AWS API of the JSON protocol that this endpoint serves besides S3. */
export interface JsonApi {
  /** Its name in credentials, for example `kms`. */
  readonly service: string
  /** What stands before the operation in `X-Amz-Target`. */
  readonly targetPrefix: string
  readonly contentType: string
  /** Whether there is an operation of that name: only those are told apart in metrics, which anybody could fill. */
  has(operation: string): boolean
  answer(request: JsonRequest): Promise<JsonAnswer>
}

export interface JsonRequest {
  readonly operation: string
  readonly body: Uint8Array
  readonly caller: Caller
  /** Condition keys of how it came. */
  readonly conditions: ContextKeys
  readonly requestId: string
}

export interface JsonAnswer {
  readonly status: number
  readonly body: string
  readonly fault?: unknown
}

/**
 * The API and operation that a request is for; `undefined` where it is S3's, whose clients may send whatever headers they
 * like. All that S3 has at `POST /` without a query is forms, to hosts that are buckets.
 */
export function findJsonApi(
  apis: readonly JsonApi[],
  { method, path, query, headers }: RequestHead,
): { readonly api: JsonApi; readonly operation: string } | undefined {
  const target = headers['x-amz-target']
  if (target === undefined || method !== 'POST' || path !== '/' || query !== '') return undefined
  const api = apis.find(({ targetPrefix }) => target.startsWith(`${targetPrefix}.`))
  return api && { api, operation: target.slice(api.targetPrefix.length + 1) }
}

/** Authenticates, reads and answers a request. Throws only where the body does not come whole. */
export async function answerJsonApi(
  setting: ServiceCallSetting,
  { api, operation }: { readonly api: JsonApi; readonly operation: string },
  incoming: IncomingCall,
  witness: Pick<CallWitness, 'fault' | 'refused'>,
): Promise<EncodedResponse> {
  const { region } = setting.service.settings
  const call = await receiveServiceCall(setting, { service: api.service, region }, incoming)
  if (!('refused' in call)) {
    const action = `${api.service}:${operation}`
    setting.service.identities.noteAction(call.caller, api.service, region, action)
  }
  const conditions = connectionConditions(incoming)
  const { requestId } = incoming.connection
  const answer =
    'refused' in call
      ? refusalOf(call.refused)
      : await api.answer({ ...call, operation, conditions, requestId })
  if (answer.fault !== undefined) witness.fault(answer.fault)
  if (answer.status >= 400) witness.refused(exceptionIn(answer), messageIn(answer))
  // SDKs of the JSON protocols look for the id in AWS's header of these services, the one for Go in no other.
  const headers = { 'Content-Type': api.contentType, 'x-amzn-RequestId': requestId }
  return { status: answer.status, headers, body: answer.body }
}

function messageIn({ status, body }: JsonAnswer): string | undefined {
  return status < 500 ? /"[mM]essage":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] : undefined
}

function exceptionIn({ body }: JsonAnswer): string {
  return /"__type":"([^"]+)"/.exec(body)?.[1] ?? ''
}

function refusalOf(refused: RefusedCall): JsonAnswer {
  if (refused === 'too large') return TOO_LARGE
  if (refused === 'too many') return refusal('ThrottlingException', 'Rate exceeded')
  if (refused === 'unsigned') {
    return refusal('MissingAuthenticationTokenException', 'Missing Authentication Token')
  }
  return refusal(EXCEPTIONS[refused.code], refused.message)
}

const TOO_LARGE: JsonAnswer = {
  ...refusal('RequestEntityTooLargeException', 'Request size is too large'),
  status: 413,
}

/** How the JSON protocol names what S3 says about a signature. */
const EXCEPTIONS: Readonly<Record<SignatureFaultCode, string>> = {
  AccessDenied: 'IncompleteSignatureException',
  AuthorizationHeaderMalformed: 'IncompleteSignatureException',
  AuthorizationQueryParametersError: 'IncompleteSignatureException',
  ExpiredToken: 'ExpiredTokenException',
  InvalidAccessKeyId: 'UnrecognizedClientException',
  InvalidArgument: 'IncompleteSignatureException',
  InvalidRequest: 'IncompleteSignatureException',
  InvalidToken: 'UnrecognizedClientException',
  RequestTimeTooSkewed: 'InvalidSignatureException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
}

function refusal(code: string, message: string): JsonAnswer {
  return { status: 400, body: JSON.stringify({ __type: code, message, Message: message }) }
}
