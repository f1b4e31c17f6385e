import { AdministrationError, methodNotAllowed } from '../administration/administration-error.ts'
import type { ProviderSignIn } from '../administration/provider-sign-in/provider-sign-in.ts'
import type { SignIn } from '../administration/sign-in/sign-in.ts'
import type { SignedIn } from '../administration/sign-in/signed-in.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { answerJson } from './answer-json.ts'
import { connectionConditions } from './connection-conditions.ts'
import { CONSOLE_PATH } from './console-files.ts'
import type { Connection, Incoming } from './incoming.ts'
import type { CallWitness } from './query-api.ts'
import { readCallBody, type ServiceCallSetting } from './service-call.ts'

const SIGN_IN_PATH = '/-/sign-in'
const DONE = 'done'
const COLLECT = 'collect'

/** Names and passwords, and room for what they are wrapped in. */
const MOST_BYTES = 16 * 1024

interface SignInApiSetting {
  readonly byPassword: SignIn
  readonly byProvider: ProviderSignIn
  /** What browsers know the console by; the host of their requests where it is absent. */
  readonly consoleUrl: string | undefined
}

/** All that is below `/-/sign-in`: docs/console-api.md. */
export class SignInApi {
  readonly #setting: SignInApiSetting

  constructor(setting: SignInApiSetting) {
    this.#setting = setting
  }

  has(path: string): boolean {
    const name = path.startsWith(`${SIGN_IN_PATH}/`) ? path.slice(SIGN_IN_PATH.length + 1) : undefined
    if (name === undefined) return path === SIGN_IN_PATH
    return name === DONE || name === COLLECT || this.#setting.byProvider.has(name)
  }

  /** Throws AdministrationError. */
  answer(setting: ServiceCallSetting, incoming: Incoming, witness: CallWitness): Promise<EncodedResponse> {
    const name = incoming.head.path.slice(SIGN_IN_PATH.length + 1)
    witness.operation(name === '' ? 'SignIn' : 'SignInWithProvider')
    if (name === '') return this.#byPassword(incoming)
    if (name === COLLECT) return this.#collect(incoming)
    if (incoming.head.method !== 'GET') throw methodNotAllowed('GET')
    return name === DONE ? this.#finish(setting, incoming, witness) : this.#begin(name, incoming, witness)
  }

  async #byPassword(incoming: Incoming): Promise<EncodedResponse> {
    const { connection, trail } = incoming
    const signedIn = await this.#setting.byPassword.run({
      body: await bodyOfOwnPage(incoming),
      remoteAddress: connection.remoteAddress,
      conditions: connectionConditions(incoming),
      called: (principal) => trail.called(principal),
    })
    return answerJson(200, signedIn)
  }

  async #begin(
    providerId: string,
    { head, connection }: Incoming,
    witness: CallWitness,
  ): Promise<EncodedResponse> {
    const consoleUrl = this.#setting.consoleUrl ?? ownUrl(head, connection)
    const begun = await this.#setting.byProvider.begin(providerId, consoleUrl, connection.remoteAddress)
    if (typeof begun === 'string') return failed(begun, connection, witness)
    // Lax: the way back begins on a page of the provider.
    const cookie = cookieOf(`s.${begun.cookie}`, 'Lax', 600, connection)
    return redirect(begun.url, cookie)
  }

  async #finish(
    { service: { identities } }: ServiceCallSetting,
    { head, connection, trail }: Incoming,
    witness: CallWitness,
  ): Promise<EncodedResponse> {
    const finished = await this.#setting.byProvider.finish({
      query: new URLSearchParams(head.query),
      cookie: ownCookie(head, 's') ?? '',
      remoteAddress: connection.remoteAddress,
      conditions: connectionConditions({ connection, head }),
    })
    if (typeof finished === 'string') return failed(finished, connection, witness)
    const { accessKeyId, sessionToken } = finished.session.credentials
    const identity = await identities.find(accessKeyId, sessionToken)
    if (identity) trail.called(identity.caller.principal)
    const cookie = cookieOf(`t.${finished.ticket}`, 'Strict', 60, connection)
    return redirect(`${CONSOLE_PATH}#/signed-in`, cookie)
  }

  async #collect(incoming: Incoming): Promise<EncodedResponse> {
    await bodyOfOwnPage(incoming)
    const ticket = ownCookie(incoming.head, 't') ?? ''
    const { remoteAddress } = incoming.connection
    const signedIn: SignedIn = await this.#setting.byProvider.collect(ticket, remoteAddress)
    return answerJson(200, signedIn, { 'Set-Cookie': cookieOf('', 'Strict', 0, incoming.connection) })
  }
}

function ownUrl({ headers }: RequestHead, { isSecure }: Connection): string {
  return `${isSecure ? 'https' : 'http'}://${headers['host'] ?? ''}`
}

const COOKIE = 'holdfast-sign-in'

function cookieOf(
  value: string,
  sameSite: 'Lax' | 'Strict',
  seconds: number,
  { isSecure }: Connection,
): string {
  const secure = isSecure ? '; Secure' : ''
  return `${COOKIE}=${value}; Path=${SIGN_IN_PATH}; Max-Age=${seconds}; HttpOnly; SameSite=${sameSite}${secure}`
}

/** `kind`: `s` of one who is at a provider, `t` of one who has come back. */
function ownCookie({ headers }: RequestHead, kind: 's' | 't'): string | undefined {
  const values = (headers['cookie'] ?? '').split(';').map((one) => one.trim())
  const found = values.find((one) => one.startsWith(`${COOKIE}=${kind}.`))
  return found?.slice(COOKIE.length + 3)
}

function redirect(url: string, cookie: string): EncodedResponse {
  return {
    status: 302,
    headers: { Location: url, 'Set-Cookie': cookie, 'Cache-Control': 'no-store' },
    body: '',
  }
}

function failed(reason: string, connection: Connection, witness: CallWitness): EncodedResponse {
  witness.refused('SignInRefused', reason)
  const cookie = cookieOf('', 'Lax', 0, connection)
  return redirect(`${CONSOLE_PATH}#/sign-in-failed?reason=${reason}`, cookie)
}

/**
 * The body of what the console's page sends. Throws for what a page of another origin can have a browser send, which would sign
 * somebody in as another: JSON it may send only after a preflight, which is refused.
 */
async function bodyOfOwnPage(incoming: Incoming): Promise<Uint8Array> {
  const { method, headers } = incoming.head
  if (method !== 'POST') throw methodNotAllowed('POST')
  const { origin, host } = headers
  if (origin !== undefined && URL.parse(origin)?.host !== host?.toLowerCase()) {
    throw new AdministrationError('AccessDenied', 'Another page than the console may not ask for this')
  }
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new AdministrationError('InvalidRequest', 'The Content-Type has to be application/json')
  }
  const read = await readCallBody(incoming.head, incoming, MOST_BYTES, 'unsigned')
  if (!('refused' in read)) return read.body
  if (read.refused === 'too large') throw new AdministrationError('InvalidRequest', 'The body is too large')
  throw new AdministrationError('TooManyAttempts', 'Too much is asked at once', {
    headers: { 'Retry-After': '1' },
  })
}
