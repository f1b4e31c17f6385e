import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { QueryError } from '../model/query-error.ts'
import { type IdentityToken, verifiedClaims } from './identity-token.ts'
import type { NamedKey } from './key-set.ts'
import { ProviderKeys } from './provider-keys.ts'
import { providerClaims } from './provider-claims.ts'
import { type ProviderDocuments, ProviderFailure } from './provider-documents.ts'
import { keySetUrl } from './published-keys.ts'
import { type SessionClaims, sessionClaims } from './session-claims.ts'
import { checkedClaims, invalidIdentityToken, type TokenClaims } from './token-claims.ts'

/** A provider that an account trusts. */
export interface TrustedProvider {
  readonly url: string
  readonly clientIds: readonly string[]
  readonly thumbprints: readonly string[]
}

export interface IdentityProvidersSetting {
  readonly documents: ProviderDocuments
  /** The addresses of those that the operator vouches for: they may be at private addresses, and at a port of their own. */
  readonly privateProviders: readonly string[]
  readonly clock: Clock
  readonly log: Log
}

/** What a token says that its provider has signed. */
export interface VerifiedToken extends TokenClaims, SessionClaims {
  /** Claims that this provider alone has, by their names. */
  readonly ofProvider: Readonly<Record<string, string>>
}

/** What the identity providers of the world say. */
export class IdentityProviders {
  readonly #setting: IdentityProvidersSetting
  readonly #private: ReadonlySet<string>
  readonly #keys: ProviderKeys

  constructor(setting: IdentityProvidersSetting) {
    this.#setting = setting
    this.#private = new Set(setting.privateProviders)
    this.#keys = new ProviderKeys(setting)
  }

  /** Whether the operator vouches for it. */
  isPrivate(url: string): boolean {
    return this.#private.has(url)
  }

  /** SHA-1 of the last certificate of the server that publishes a provider's keys. Throws {@link ProviderFailure}. */
  async topThumbprint(url: string): Promise<string> {
    const { documents } = this.#setting
    const mayBePrivate = this.isPrivate(url)
    const ofIssuer = await documents.topThumbprint(new URL(url), { mayBePrivate })
    const keys = await keySetUrl(documents, { url, mayBePrivate, thumbprints: [ofIssuer] })
    return keys.host === new URL(url).host ? ofIssuer : documents.topThumbprint(keys, { mayBePrivate })
  }

  /**
   * What a token of a provider says. Throws InvalidIdentityToken, ExpiredTokenException, IDPRejectedClaim, and
   * IDPCommunicationError where the provider's keys are not known and cannot be read.
   */
  async verify(token: IdentityToken, provider: TrustedProvider): Promise<VerifiedToken> {
    const key = await this.#keyOf(provider, token.key)
    const claims = await verifiedClaims(token, key)
    if (claims['iss'] !== provider.url) throw invalidIdentityToken('The token is of another issuer.')
    return {
      ...checkedClaims(claims, provider.clientIds, this.#setting.clock.now()),
      ...sessionClaims(claims),
      ofProvider: providerClaims(provider.url, claims),
    }
  }

  async #keyOf({ url, thumbprints }: TrustedProvider, named: NamedKey) {
    try {
      const key = await this.#keys.find({ url, thumbprints, mayBePrivate: this.isPrivate(url) }, named)
      if (key) return key
    } catch (cause) {
      if (!(cause instanceof ProviderFailure)) throw cause
      if (cause.kind === 'unusable') throw noKey(cause)
      const message = 'The identity provider that was asked to verify the token could not be reached.'
      throw new QueryError('IDPCommunicationError', message, { cause })
    }
    throw noKey()
  }
}

/** As AWS words it, whether a provider publishes nothing that is of use or just not this key. */
function noKey(cause?: unknown): QueryError {
  const message =
    "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements"
  return invalidIdentityToken(message, cause)
}
