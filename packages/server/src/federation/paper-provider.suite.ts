import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import { MovableClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { IdentityProviders, type TrustedProvider } from './identity-providers.ts'
import { readIdentityToken } from './identity-token.ts'
import { type ProviderDocuments, ProviderFailure } from './provider-documents.ts'

export const CLIENT = 'sts.amazonaws.com'

/** A provider without a network, whose documents and keys tests choose. */
export class PaperProvider implements ProviderDocuments {
  readonly url: string
  readonly clock = new MovableClock(new Date('2026-11-28T12:00:00Z'))
  readonly #signers = new Map<string, CryptoKey>()
  readonly #providers: IdentityProviders
  /** What it publishes. */
  keys: unknown[] = []
  issuer: string
  /** The paths of all that was read. */
  readonly reads: string[] = []
  /** Thrown at each reading. */
  failure: ProviderFailure | undefined
  /** Answers of readings wait for it. */
  gate: Promise<void> = Promise.resolve()

  constructor(url = 'https://ci.example.com') {
    this.url = url
    this.issuer = url
    this.#providers = new IdentityProviders({
      documents: this,
      privateProviders: [],
      clock: this.clock,
      log: silentLog,
    })
  }

  async read({ pathname }: URL): Promise<Uint8Array> {
    this.reads.push(pathname)
    if (this.failure) throw this.failure
    const answer = pathname.endsWith('openid-configuration')
      ? { issuer: this.issuer, jwks_uri: `${this.url}/jwks` }
      : { keys: this.keys }
    const bytes = Buffer.from(JSON.stringify(answer))
    await this.gate
    return bytes
  }

  topThumbprint(): Promise<string> {
    return Promise.resolve('0'.repeat(40))
  }

  /** A new key, published unless it is to be secret. */
  async addKey(kid: string, algorithm = 'ES256', others: JWK = {}): Promise<JWK> {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid, ...others }
    this.#signers.set(kid, privateKey)
    this.keys.push(jwk)
    return jwk
  }

  get nowSeconds(): number {
    return Math.floor(this.clock.now().getTime() / 1000)
  }

  /** A token that is good, but for what `claims` and `header` change. */
  token(kid: string, claims: Readonly<Record<string, unknown>> = {}, header: object = {}): Promise<string> {
    const key = this.#signers.get(kid)
    if (!key) throw new Error(`there is no key ${kid}`)
    const times = { iat: this.nowSeconds, exp: this.nowSeconds + 600 }
    const payload: JWTPayload = { iss: this.url, sub: 'repo:a/b', aud: CLIENT, ...times, ...claims }
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', kid, ...header })
      .sign(key, { crit: { strange: true } })
  }

  /** As STS verifies. */
  verify(text: string, provider: Partial<TrustedProvider> = {}) {
    const trusted = { url: this.url, clientIds: [CLIENT], thumbprints: [], ...provider }
    return this.#providers.verify(readIdentityToken(text), trusted)
  }

  /** The code of the refusal. */
  async refusal(token: string | Promise<string>, provider: Partial<TrustedProvider> = {}): Promise<string> {
    try {
      await this.verify(await token, provider)
      return 'none'
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error)
    }
  }
}

export const unreachable = new ProviderFailure('unreachable', 'it is down')
