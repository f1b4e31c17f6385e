import type { Caller } from '../access/caller.ts'
import { accountOf } from '../access/principal.ts'
import { AdministrationError, methodNotAllowed } from '../administration/administration-error.ts'
import { administrationOperations } from '../administration/administration-operations.ts'
import type { AdministrationService } from '../administration/administration-service.ts'
import type { AdministrationOperation } from '../administration/operation.ts'
import { assert } from '../base/assert.ts'
import type { RequestHead } from '../base/request-head.ts'
import { bucketOfHost } from '../protocol/address.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { requestBody } from '../protocol/request-body.ts'
import { type Authentication, verifySignature } from '../signature/verify-signature.ts'
import { answerJson } from './answer-json.ts'
import { assertSignedInHeader } from './assert-signed-in-header.ts'
import { connectionConditions } from './connection-conditions.ts'
import { faultToS3Error } from './fault-to-s3-error.ts'
import type { Incoming } from './incoming.ts'
import type { CallWitness } from './query-api.ts'
import type { CallersCredential, ServiceCallSetting } from './service-call.ts'
import type { SignInApi } from './sign-in-api.ts'

/** The JSON API under `/-/`: docs/console-api.md. */
export class OwnApi {
  readonly #administration: AdministrationService
  readonly #signIn: SignInApi | undefined

  /** `signIn`: absent where nobody signs in. */
  constructor(administration: AdministrationService, signIn?: SignInApi) {
    this.#administration = administration
    this.#signIn = signIn
  }

  /** Where the host names a bucket, the path is a key like any other. */
  has({ path, headers }: RequestHead, domains: readonly string[]): boolean {
    if (!path.startsWith('/-/')) return false
    const isOurs = administrationOperations.has(path) || this.#signIn?.has(path) === true
    return isOurs && bucketOfHost(headers['host'], domains) === undefined
  }

  async answer(
    setting: ServiceCallSetting,
    incoming: Incoming,
    witness: CallWitness,
  ): Promise<EncodedResponse> {
    try {
      const { path, method } = incoming.head
      const methods = administrationOperations.get(path)
      const operation = methods?.get(method) ?? methods?.values().next().value
      if (operation) return answerJson(200, await this.#run(operation, setting, incoming, witness))
      assert(this.#signIn, 'whatever else is ours')
      return await this.#signIn.answer(setting, incoming, witness)
    } catch (error) {
      return refusal(error, incoming, witness)
    }
  }

  async #run(
    operation: AdministrationOperation,
    setting: ServiceCallSetting,
    { head, source, document, connection, admission, trail }: Incoming,
    witness: CallWitness,
  ): Promise<object> {
    witness.operation(operation.name)
    const query = new URLSearchParams(head.query)
    trail.named(query.get('bucket'))
    const { caller, payload } = await headerSigner(setting, head).catch(async (error: unknown) => {
      throw admission ? await admission.asStranger(error) : error
    })
    trail.called(caller.principal)
    await admission?.enter(caller.principal)
    if (head.method !== operation.method) {
      const methods = administrationOperations.get(head.path)
      throw methodNotAllowed([...(methods?.keys() ?? [])].join(', '))
    }
    const account = accountOf(caller.principal)
    if (!account) throw new AdministrationError('AccessDenied', 'Who asks has to be of an account')
    const service = this.#administration
    return operation.run({
      service,
      caller: { ...caller, account, conditions: connectionConditions({ connection, head }) },
      query,
      body: async () => {
        const { bytes } = requestBody(head, source, payload, { maxSizeBytes: MOST_BODY_BYTES })
        return document.collect(bytes, 'verified')
      },
      seesAll: service.accounts.accounts.some(({ id }) => id === account.id),
    })
  }
}

const MOST_BODY_BYTES = 256 * 1024

/** Who signs a request as requests to S3 are signed. Throws for every other way than Version 4 in the header. */
async function headerSigner(
  { service: { identities, clock, settings }, signingKeys }: ServiceCallSetting,
  head: RequestHead,
): Promise<{ readonly caller: Caller; readonly payload: Authentication<CallersCredential>['payload'] }> {
  assertSignedInHeader(head)
  const { region } = settings
  await identities.glance()
  const options = { region, now: clock.now(), keys: signingKeys, findCredential: identities.find }
  const authentication = await verifySignature<CallersCredential>(head, { ...options, versionTwo: undefined })
  assert(authentication.kind === 'signed', 'a claim in the header is looked at')
  const { accessKeyId, credential, payload } = authentication
  identities.noteUse(accessKeyId, credential.caller, 's3', region)
  return { caller: credential.caller, payload }
}

function refusal(error: unknown, { connection }: Incoming, witness: CallWitness): EncodedResponse {
  const { requestId } = connection
  if (error instanceof AdministrationError) {
    const { code, message, status, headers, fields, cause } = error
    witness.refused(code, cause instanceof Error ? cause.message : undefined)
    return answerJson(status, { code, message, requestId, ...fields }, headers)
  }
  const { code, message, status, headers } = faultToS3Error(error)
  if (status >= 500) witness.fault(error)
  witness.refused(code)
  return answerJson(status, { code, message, requestId }, headers)
}
