import { hash } from 'node:crypto'
import type { Account, AccountDirectory } from '../access/accounts.ts'
import type { Principal } from '../access/principal.ts'
import type { Clock } from '../base/clock.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import type { Credential } from '../signature/credential.ts'
import { SignatureFault, type SignatureFaultCode } from '../signature/signature-fault.ts'
import type { SigningKeyCache } from '../signature/signing-key.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import type { Connection } from './incoming.ts'

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
  readonly principal: Exclude<Principal, { kind: 'anonymous' }>
  readonly connection: Connection
}

export interface JsonAnswer {
  readonly status: number
  readonly body: string
  readonly fault?: unknown
}

/** What authentication takes of the server. */
export interface JsonApiSetting {
  readonly service: {
    readonly settings: { readonly region: string }
    readonly clock: Clock
    readonly accounts: AccountDirectory
  }
  readonly signingKeys: SigningKeyCache
}

interface AccountCredential extends Credential {
  readonly account: Account
}

/** The largest request of any of these APIs. */
const MOST_BODY_BYTES = 1024 * 1024

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

export interface IncomingJson {
  readonly head: RequestHead
  readonly source: AsyncIterable<Uint8Array>
  readonly connection: Connection
}

/** Reads, authenticates and answers a request. Throws only where the body does not come whole. */
export async function answerJsonApi(
  setting: JsonApiSetting,
  { api, operation }: { readonly api: JsonApi; readonly operation: string },
  { head, source, connection }: IncomingJson,
  onFault: (fault: unknown) => void,
): Promise<EncodedResponse> {
  const body = await collect(source)
  const answer = body ? await answered(setting, api, { operation, head, body, connection }) : TOO_LARGE
  if (answer.fault !== undefined) onFault(answer.fault)
  return { status: answer.status, headers: { 'Content-Type': api.contentType }, body: answer.body }
}

async function answered(
  setting: JsonApiSetting,
  api: JsonApi,
  { head, ...request }: Omit<JsonRequest, 'principal'> & Pick<IncomingJson, 'head'>,
): Promise<JsonAnswer> {
  const authenticated = await authenticate(setting, api, head, request.body)
  if (!('principal' in authenticated)) return authenticated
  return api.answer({ ...request, principal: authenticated.principal })
}

/** `undefined` where there is more than any request has. */
async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of source) {
    sizeBytes += chunk.length
    if (sizeBytes > MOST_BODY_BYTES) return undefined
    chunks.push(Uint8Array.from(chunk))
  }
  return Buffer.concat(chunks)
}

/** Who sent the request, or the answer to somebody who cannot be believed. */
async function authenticate(
  { service: { accounts, clock, settings }, signingKeys }: JsonApiSetting,
  { service }: JsonApi,
  head: RequestHead,
  body: Uint8Array,
): Promise<Pick<JsonRequest, 'principal'> | JsonAnswer> {
  // Only S3 has its clients say what the body's hash is; for all other services the signature is over the body's own.
  const headers = { ...head.headers, 'x-amz-content-sha256': hash('sha256', body, 'hex') }
  try {
    const authentication = await verifySignature<AccountCredential>(
      { ...head, headers },
      {
        region: settings.region,
        services: [service],
        now: clock.now(),
        keys: signingKeys,
        findCredential: (accessKeyId) => {
          const holder = accounts.findByAccessKeyId(accessKeyId)
          return holder && { secretAccessKey: holder.accessKey.secretAccessKey, account: holder.account }
        },
      },
    )
    if (authentication.kind === 'signed') {
      return { principal: { kind: 'account', account: authentication.credential.account } }
    }
    return refusal('MissingAuthenticationTokenException', 'Missing Authentication Token')
  } catch (fault) {
    if (!(fault instanceof SignatureFault)) throw fault
    return refusal(EXCEPTIONS[fault.code], fault.message)
  }
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
