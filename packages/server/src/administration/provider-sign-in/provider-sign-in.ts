import { hash } from 'node:crypto'
import { assert } from '../../base/assert.ts'
import { errorMessage } from '../../base/error-message.ts'
import { isObject } from '../../base/is-object.ts'
import type { Log } from '../../base/log.ts'
import { JsonFault, readJson } from '../../base/read-json.ts'
import type { ConsoleProvider } from '../../config/console-config.ts'
import {
  type ProviderDocuments,
  ProviderFailure,
  type TokenEndpoint,
} from '../../federation/provider-documents.ts'
import type { Provider } from '../../federation/published-keys.ts'
import { type Claims, readClaims, textsOf } from '../../federation/token-claims.ts'
import { QueryError } from '../../model/query-error.ts'
import { trustedProvider } from '../../sts/operations/sessions/trusted-provider.ts'
import { unsignedStsOperations } from '../../sts/sts-operations.ts'
import type { StsService, UnsignedContext } from '../../sts/shared/sts-service.ts'
import type { Credentials } from '../../model/sts-types.gen.ts'
import { AdministrationError } from '../administration-error.ts'
import type { AddressGuard } from '../sign-in/address-guard.ts'
import { shownCredentials, type SignedIn } from '../sign-in/signed-in.ts'
import { type BegunSignIn, openedSignIn, sealedSignIn } from './begun-sign-in.ts'
import { endpointsOf } from './endpoints.ts'
import { collectSession, leaveSession } from './session-tickets.ts'

/** Why nobody is signed in, as the page is told: the log says more. */
export type ProviderRefusal = 'expired' | 'provider' | 'refused' | 'role' | 'too-many'

export interface ProviderSignInSetting {
  readonly service: StsService
  readonly documents: ProviderDocuments & TokenEndpoint
  readonly providers: readonly ConsoleProvider[]
  readonly addresses: AddressGuard
  readonly log: Log
}

/** A request that comes back from a provider. */
export interface Return {
  readonly query: URLSearchParams
  readonly cookie: string
  readonly remoteAddress: string | undefined
  readonly conditions: UnsignedContext['conditions']
}

class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reason: ProviderRefusal

  constructor(reason: ProviderRefusal, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.reason = reason
  }
}

const MINUTES_AT_PROVIDER = 10
const MOST_CODE_CHARACTERS = 4096

/**
 * Signs people in by OpenID Connect: authorization code with PKCE, which this server exchanges. Sources: OpenID Connect Core 1.0,
 * section 3.1; RFC 7636; RFC 9207.
 */
export class ProviderSignIn {
  readonly #setting: ProviderSignInSetting

  constructor(setting: ProviderSignInSetting) {
    this.#setting = setting
  }

  has(providerId: string): boolean {
    return this.#setting.providers.some(({ id }) => id === providerId)
  }

  /** Where the browser goes, and what it has to bring back in a cookie. `consoleUrl`: what the browser knows the console by. */
  begin(
    providerId: string,
    consoleUrl: string,
    remoteAddress: string | undefined,
  ): Promise<{ readonly url: string; readonly cookie: string } | ProviderRefusal> {
    return this.#heard(providerId, remoteAddress, async () => {
      const provider = this.#provider(providerId)
      const { authorization } = await endpointsOf(this.#setting.documents, await this.#trusted(provider))
      const { random, clock } = this.#setting.service
      const secret = (): string => random.bytes(32).toString('base64url')
      const begun: BegunSignIn = {
        providerId,
        state: secret(),
        nonce: secret(),
        verifier: secret(),
        redirectUri: `${consoleUrl}/-/sign-in/done`,
        untilMilliseconds: clock.now().getTime() + MINUTES_AT_PROVIDER * 60_000,
      }
      const asked = {
        response_type: 'code',
        client_id: provider.clientId,
        redirect_uri: begun.redirectUri,
        scope: provider.scopes.join(' '),
        state: begun.state,
        nonce: begun.nonce,
        code_challenge: hash('sha256', begun.verifier, 'base64url'),
        code_challenge_method: 'S256',
      }
      for (const [name, value] of Object.entries(asked)) authorization.searchParams.set(name, value)
      return { url: authorization.href, cookie: await sealedSignIn(this.#setting.service, begun) }
    })
  }

  /** The session of who comes back, and the ticket by which the page is given it. */
  finish(back: Return): Promise<{ readonly session: SignedIn; readonly ticket: string } | ProviderRefusal> {
    return this.#heard(back.query.get('iss') ?? '', back.remoteAddress, async () => {
      const { service } = this.#setting
      const state = back.query.get('state') ?? ''
      const begun = await openedSignIn(service.storeKeys, back.cookie, state, service.clock.now())
      if (!begun) throw new Refusal('expired', 'nobody began this, or too long ago')
      const provider = this.#provider(begun.providerId)
      const session = await this.#sessionOf(provider, begun, back)
      return { session, ticket: await leaveSession(service, session) }
    })
  }

  /** Once for each ticket; a wrong one counts as an attempt that failed. Throws SignInRefused, or TooManyAttempts. */
  async collect(ticket: string, remoteAddress: string | undefined): Promise<SignedIn> {
    const { addresses, service } = this.#setting
    const collecting = async (): Promise<SignedIn> => {
      const session = await collectSession(service, ticket)
      if (session) return session
      throw nobodySignedIn()
    }
    if (ticket === '') throw nobodySignedIn()
    return addresses.hear(remoteAddress, collecting, (error) => error instanceof AdministrationError)
  }

  async #heard<Result>(
    provider: string,
    remoteAddress: string | undefined,
    work: () => Promise<Result>,
  ): Promise<Result | ProviderRefusal> {
    const { addresses, log } = this.#setting
    try {
      return await addresses.hear(remoteAddress, work, isFailure)
    } catch (err) {
      if (err instanceof AdministrationError && err.code === 'TooManyAttempts') return 'too-many'
      const reason = reasonOf(err)
      if (reason === undefined) throw err
      log.warn(
        { provider: provider.slice(0, 128), reason, cause: errorMessage(err) },
        'nobody was signed in by a provider',
      )
      return reason
    }
  }

  #provider(providerId: string): ConsoleProvider {
    const provider = this.#setting.providers.find(({ id }) => id === providerId)
    if (provider) return provider
    throw new Refusal('expired', 'the config has no such provider')
  }

  /** As the account of the role trusts it. Throws QueryError where it does not. */
  async #trusted({ roleArn, issuer }: ConsoleProvider): Promise<Provider> {
    const { service } = this.#setting
    const { url, thumbprints } = await trustedProvider(service, roleArn, issuer)
    return { url, thumbprints, mayBePrivate: service.identityProviders.isPrivate(url) }
  }

  async #sessionOf(provider: ConsoleProvider, begun: BegunSignIn, back: Return): Promise<SignedIn> {
    const { service } = this.#setting
    const token = await this.#tokenFor(provider, begun, back.query)
    const claims = claimsOf(token)
    if (claims['nonce'] !== begun.nonce) throw new Refusal('provider', 'the token is of another sign-in')
    if (!textsOf(claims['aud'])?.includes(provider.clientId)) {
      throw new Refusal('provider', 'the token is for another client')
    }
    const input = {
      RoleArn: provider.roleArn,
      RoleSessionName: sessionNameOf(claims),
      WebIdentityToken: token,
    }
    // The token is verified here, and what was read of it before with it.
    const operation = unsignedStsOperations.get('AssumeRoleWithWebIdentity')
    assert(operation, 'STS has it')
    const output = await operation.run(input, { service, conditions: back.conditions })
    return sessionOf(provider, output)
  }

  async #tokenFor(
    provider: ConsoleProvider,
    { verifier, redirectUri }: BegunSignIn,
    query: URLSearchParams,
  ): Promise<string> {
    const { documents } = this.#setting
    const code = query.get('code')
    if (code === null) throw new Refusal('refused', `the provider says ${query.get('error')?.slice(0, 64)}`)
    if (code.length > MOST_CODE_CHARACTERS) throw new Refusal('provider', 'the code is too long')
    if (query.has('iss') && query.get('iss') !== provider.issuer) {
      throw new Refusal('provider', 'another provider answered')
    }
    const trusted = await this.#trusted(provider)
    const { token, takesSecretInForm } = await endpointsOf(documents, trusted)
    const { clientId, clientSecret } = provider
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      client_id: clientId,
      code_verifier: verifier,
      ...(takesSecretInForm && { client_secret: clientSecret }),
    })
    const authorization = takesSecretInForm ? undefined : basic(clientId, clientSecret)
    return idTokenIn(await documents.post(token, { form, authorization }, trusted))
  }
}

/** What nobody began is no guess: a page of anybody can send a browser here, and would hold up its address. */
function nobodySignedIn(): AdministrationError {
  return new AdministrationError('SignInRefused', 'Nobody has just signed in with a provider')
}

function isFailure(error: unknown): boolean {
  const reason = reasonOf(error)
  return reason !== undefined && reason !== 'expired'
}

function reasonOf(error: unknown): ProviderRefusal | undefined {
  if (error instanceof Refusal) return error.reason
  if (error instanceof ProviderFailure) return 'provider'
  return error instanceof QueryError ? 'role' : undefined
}

/** Source: RFC 6749, 2.3.1: both are form-encoded first. */
function basic(clientId: string, clientSecret: string): string {
  const encoded = [clientId, clientSecret].map((text) =>
    new URLSearchParams({ '': text }).toString().slice(1),
  )
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`
}

function idTokenIn(answer: Uint8Array): string {
  try {
    const value = readJson(answer)
    const token = isObject(value) ? value['id_token'] : undefined
    if (typeof token === 'string') return token
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause
  }
  throw new Refusal('provider', 'the provider answered without an id_token')
}

function claimsOf(token: string): Claims {
  return readClaims(Buffer.from(token.split('.')[1] ?? '', 'base64url'))
}

/** Who it is, in the characters that names of sessions have. Source: STS API Reference, RoleSessionName. */
function sessionNameOf({ email, preferred_username: userName, sub }: Claims): string {
  const texts = [email, userName, sub].filter((claim) => typeof claim === 'string')
  return (texts.find((text) => text.length > 1) ?? 'console').replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64)
}

function sessionOf({ roleArn }: ConsoleProvider, output: Readonly<Record<string, unknown>>): SignedIn {
  const { Credentials: made, AssumedRoleUser: user } = output as unknown as {
    readonly Credentials: Credentials
    readonly AssumedRoleUser: { readonly Arn: string }
  }
  return {
    credentials: shownCredentials(made),
    account: roleArn.split(':')[4] ?? '',
    arn: user.Arn,
  }
}
