import { hash } from 'node:crypto'
import type { AccountDirectory } from '../access/account-directory.ts'
import type { Caller } from '../access/caller.ts'
import type { Clock } from '../base/clock.ts'
import type { RequestHead } from '../base/request-head.ts'
import { S3Error } from '../model/s3-error.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import type { Credential } from '../signature/credential.ts'
import { SignatureFault, type SignatureFaultCode } from '../signature/signature-fault.ts'
import type { SigningKeyCache } from '../signature/signing-key.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import type { HeldDocument } from './document-budget.ts'
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
  readonly caller: Caller
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

interface CallersCredential extends Credential {
  readonly caller: Caller
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
  readonly document: HeldDocument
  readonly connection: Connection
}

/**
 * Authenticates, reads and answers a request. Throws only where the body does not come whole. What the head alone can
 * refuse is not read: too long a body, no signature, a key that nobody has, a time that is over. Whether the sender is
 * the one whose key it names is known with the body's end, so until then it is a stranger's.
 */
export async function answerJsonApi(
  setting: JsonApiSetting,
  { api, operation }: { readonly api: JsonApi; readonly operation: string },
  { head, source, document, connection }: IncomingJson,
  onFault: (fault: unknown) => void,
): Promise<EncodedResponse> {
  const answer = await answered(setting, api, { operation, head, source, document, connection })
  if (answer.fault !== undefined) onFault(answer.fault)
  return { status: answer.status, headers: { 'Content-Type': api.contentType }, body: answer.body }
}

async function answered(
  setting: JsonApiSetting,
  api: JsonApi,
  { head, source, document, ...request }: IncomingJson & Pick<JsonRequest, 'operation'>,
): Promise<JsonAnswer> {
  if (Number(head.headers['content-length'] ?? 0) > MOST_BODY_BYTES) return TOO_LARGE
  const fromHead = await authenticate(setting, api, head, NO_BODY)
  if ('refusal' in fromHead && !fromHead.dependsOnBody) return fromHead.refusal
  const body = await bodyOf(source, document)
  if (!(body instanceof Uint8Array)) return body
  const authenticated = await authenticate(setting, api, head, body)
  if ('refusal' in authenticated) return authenticated.refusal
  return api.answer({ ...request, body, caller: authenticated.caller })
}

const NO_BODY = Buffer.alloc(0)

async function bodyOf(
  source: AsyncIterable<Uint8Array>,
  document: HeldDocument,
): Promise<Uint8Array | JsonAnswer> {
  try {
    return await document.collect(limited(source), 'service')
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    if (error.code === 'EntityTooLarge') return TOO_LARGE
    if (error.code === 'SlowDown') return refusal('ThrottlingException', 'Rate exceeded')
    throw error
  }
}

async function* limited(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0
  for await (const chunk of source) {
    sizeBytes += chunk.length
    if (sizeBytes > MOST_BODY_BYTES) throw new S3Error('EntityTooLarge')
    yield chunk
  }
}

type Authenticated =
  | Pick<JsonRequest, 'caller'>
  | { readonly refusal: JsonAnswer; /** Another body might be let in. */ readonly dependsOnBody: boolean }

/** Who sent the request, or the answer to somebody who cannot be believed. */
async function authenticate(
  { service: { accounts, clock, settings }, signingKeys }: JsonApiSetting,
  { service }: JsonApi,
  head: RequestHead,
  body: Uint8Array,
): Promise<Authenticated> {
  // Only S3 has its clients say what the body's hash is; for all other services the signature is over the body's own.
  const headers = { ...head.headers, 'x-amz-content-sha256': hash('sha256', body, 'hex') }
  try {
    const authentication = await verifySignature<CallersCredential>(
      { ...head, headers },
      {
        region: settings.region,
        services: [service],
        now: clock.now(),
        keys: signingKeys,
        findCredential: (accessKeyId) => {
          const holder = accounts.findByAccessKeyId(accessKeyId)
          return holder && { secretAccessKey: holder.accessKey.secretAccessKey, caller: holder.caller }
        },
      },
    )
    if (authentication.kind === 'signed') {
      return { caller: authentication.credential.caller }
    }
    const missing = refusal('MissingAuthenticationTokenException', 'Missing Authentication Token')
    return { refusal: missing, dependsOnBody: false }
  } catch (fault) {
    if (!(fault instanceof SignatureFault)) throw fault
    const dependsOnBody = fault.code === 'SignatureDoesNotMatch'
    return { refusal: refusal(EXCEPTIONS[fault.code], fault.message), dependsOnBody }
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
