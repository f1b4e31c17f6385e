import { AdministrationError } from '../administration/administration-error.ts'
import type { SignIn } from '../administration/sign-in/sign-in.ts'
import type { RequestHead } from '../base/request-head.ts'
import { bucketOfHost } from '../protocol/address.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { connectionConditions } from './connection-conditions.ts'
import { faultToS3Error } from './fault-to-s3-error.ts'
import type { Incoming } from './incoming.ts'
import type { CallWitness } from './query-api.ts'
import { readCallBody, type ServiceCallSetting } from './service-call.ts'

const SIGN_IN_PATH = '/-/sign-in'

/** Names and passwords, and room for what they are wrapped in. */
const MOST_SIGN_IN_BYTES = 16 * 1024

/** The JSON API under `/-/`: docs/console-api.md. */
export class OwnApi {
  readonly #signIn: SignIn | undefined

  /** `signIn`: absent where nobody signs in. */
  constructor({ signIn }: { readonly signIn?: SignIn | undefined }) {
    this.#signIn = signIn
  }

  /** Where the host names a bucket, the path is a key like any other. */
  has({ path, headers }: RequestHead, domains: readonly string[]): boolean {
    if (path !== SIGN_IN_PATH || !this.#signIn) return false
    return bucketOfHost(headers['host'], domains) === undefined
  }

  async answer(
    _setting: ServiceCallSetting,
    incoming: Incoming,
    witness: CallWitness,
  ): Promise<EncodedResponse> {
    try {
      return answerJson(200, await this.#run(incoming, witness))
    } catch (error) {
      return refusal(error, incoming, witness)
    }
  }

  async #run(incoming: Incoming, witness: CallWitness): Promise<object> {
    const { head, connection, trail } = incoming
    witness.operation('SignIn')
    assertOwnPage(head)
    const read = await readCallBody(head, incoming, MOST_SIGN_IN_BYTES, 'unsigned')
    if ('refused' in read) throw bodyRefused(read.refused)
    const signIn = this.#signIn
    if (!signIn) throw new AdministrationError('NotFound', 'Nobody signs in here')
    return signIn.run({
      body: read.body,
      remoteAddress: connection.remoteAddress,
      conditions: connectionConditions(connection),
      called: (principal) => trail.called(principal),
    })
  }
}

/**
 * Throws for what a page of another origin can have a browser send, which would sign somebody in as another: JSON it may send only
 * after a preflight, which is refused.
 */
function assertOwnPage({ method, headers }: RequestHead): void {
  if (method !== 'POST') {
    throw new AdministrationError('MethodNotAllowed', 'Send a POST', { headers: { Allow: 'POST' } })
  }
  const { origin, host } = headers
  if (origin !== undefined && !sameHost(origin, host)) {
    throw new AdministrationError('AccessDenied', 'Another page than the console may not ask for this')
  }
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new AdministrationError('InvalidRequest', 'The Content-Type has to be application/json')
  }
}

function sameHost(origin: string, host: string | undefined): boolean {
  return URL.parse(origin)?.host === host?.toLowerCase()
}

function bodyRefused(refused: 'too large' | 'too many'): AdministrationError {
  if (refused === 'too large') return new AdministrationError('InvalidRequest', 'The body is too large')
  return new AdministrationError('TooManyAttempts', 'Too much is asked at once', {
    headers: { 'Retry-After': '1' },
  })
}

function refusal(error: unknown, { connection }: Incoming, witness: CallWitness): EncodedResponse {
  const { requestId } = connection
  if (error instanceof AdministrationError) {
    const { code, message, status, headers, fields, cause } = error
    witness.refused(code, cause instanceof Error ? cause.message : undefined)
    return answerJson(status, { code, message, requestId, ...fields }, headers)
  }
  const { code, message, status } = faultToS3Error(error)
  if (status >= 500) witness.fault(error)
  witness.refused(code)
  return answerJson(status, { code, message, requestId })
}

function answerJson(
  status: number,
  answer: object,
  headers: Readonly<Record<string, string>> = {},
): EncodedResponse {
  const body = `${JSON.stringify(answer)}\n`
  return {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
    body,
  }
}
