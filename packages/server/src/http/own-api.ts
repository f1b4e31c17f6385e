import type { Caller } from '../access/caller.ts'
import { accountOf } from '../access/principal.ts'
import { AdministrationError } from '../administration/administration-error.ts'
import { administrationOperations } from '../administration/administration-operations.ts'
import type { AdministrationService } from '../administration/administration-service.ts'
import type { AdministrationOperation } from '../administration/operation.ts'
import type { SignIn } from '../administration/sign-in/sign-in.ts'
import { assert } from '../base/assert.ts'
import type { RequestHead } from '../base/request-head.ts'
import { bucketOfHost } from '../protocol/address.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import { assertSignedInHeader } from './assert-signed-in-header.ts'
import { connectionConditions } from './connection-conditions.ts'
import { faultToS3Error } from './fault-to-s3-error.ts'
import type { Incoming } from './incoming.ts'
import type { CallWitness } from './query-api.ts'
import { type CallersCredential, readCallBody, type ServiceCallSetting } from './service-call.ts'

const SIGN_IN_PATH = '/-/sign-in'

/** Names and passwords, and room for what they are wrapped in. */
const MOST_SIGN_IN_BYTES = 16 * 1024

/** The JSON API under `/-/`: docs/console-api.md. */
export class OwnApi {
  readonly #administration: AdministrationService
  readonly #signIn: SignIn | undefined

  /** `signIn`: absent where nobody signs in. */
  constructor(administration: AdministrationService, signIn?: SignIn) {
    this.#administration = administration
    this.#signIn = signIn
  }

  /** Where the host names a bucket, the path is a key like any other. */
  has({ path, headers }: RequestHead, domains: readonly string[]): boolean {
    if (!path.startsWith('/-/')) return false
    const isOurs = path === SIGN_IN_PATH ? this.#signIn : administrationOperations.has(path)
    return isOurs !== undefined && isOurs !== false && bucketOfHost(headers['host'], domains) === undefined
  }

  async answer(
    setting: ServiceCallSetting,
    incoming: Incoming,
    witness: CallWitness,
  ): Promise<EncodedResponse> {
    try {
      const operation = administrationOperations.get(incoming.head.path)
      return answerJson(
        200,
        operation
          ? await this.#run(operation, setting, incoming, witness)
          : await this.#runSignIn(incoming, witness),
      )
    } catch (error) {
      return refusal(error, incoming, witness)
    }
  }

  async #run(
    operation: AdministrationOperation,
    setting: ServiceCallSetting,
    { head, connection, admission, trail }: Incoming,
    witness: CallWitness,
  ): Promise<object> {
    witness.operation(operation.name)
    const caller = await headerSigner(setting, head)
    trail.called(caller.principal)
    await admission?.enter(caller.principal)
    if (head.method !== 'GET') throw methodNotAllowed('GET')
    const account = accountOf(caller.principal)
    if (!account) throw new AdministrationError('AccessDenied', 'Who asks has to be of an account')
    const service = this.#administration
    return operation.run({
      service,
      caller: { ...caller, account, conditions: connectionConditions(connection) },
      query: new URLSearchParams(head.query),
      seesAll: service.accounts.accounts.some(({ id }) => id === account.id),
    })
  }

  async #runSignIn(incoming: Incoming, witness: CallWitness): Promise<object> {
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

/** Who signs a request as requests to S3 are signed. Throws for every other way than Version 4 in the header. */
async function headerSigner(
  { service: { identities, clock, settings }, signingKeys }: ServiceCallSetting,
  head: RequestHead,
): Promise<Caller> {
  assertSignedInHeader(head)
  const { region } = settings
  await identities.glance()
  const options = { region, now: clock.now(), keys: signingKeys, findCredential: identities.find }
  const authentication = await verifySignature<CallersCredential>(head, { ...options, versionTwo: undefined })
  assert(authentication.kind === 'signed', 'a claim in the header is looked at')
  const { accessKeyId, credential } = authentication
  identities.noteUse(accessKeyId, credential.caller, 's3', region)
  return credential.caller
}

function methodNotAllowed(allowed: string): AdministrationError {
  return new AdministrationError('MethodNotAllowed', `Send a ${allowed}`, { headers: { Allow: allowed } })
}

/**
 * Throws for what a page of another origin can have a browser send, which would sign somebody in as another: JSON it may send only
 * after a preflight, which is refused.
 */
function assertOwnPage({ method, headers }: RequestHead): void {
  if (method !== 'POST') throw methodNotAllowed('POST')
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
