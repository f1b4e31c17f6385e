import { hash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { readJson } from '../../base/read-json.ts'
import { encodeContext, type EncryptionContext } from '../encryption-context.ts'
import type { GeneratedDataKey, KeyManagement } from '../key-management.ts'
import { KeyServiceFault } from '../key-service-fault.ts'
import { KEY_BYTES } from '../sealed-size.ts'

export type VaultLogin =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'approle'; readonly roleId: string; readonly secretId: string; readonly mount?: string }

export interface VaultOptions {
  /** For example `https://vault.example.com:8200`. */
  readonly url: string
  readonly login: VaultLogin
  /** The transit key: a symmetric one, which this engine neither makes nor deletes. */
  readonly keyName: string
  /** Where the transit engine is mounted. Default: `transit`. */
  readonly mount?: string | undefined
  /** Of Vault Enterprise or OpenBao. */
  readonly namespace?: string | undefined
  readonly clock: Clock
  readonly random: Random
  /** Default: 10 s. */
  readonly timeoutMilliseconds?: number | undefined
}

/** A token is renewed by a new login when this much of its life is over. */
const LOGIN_AGAIN_AFTER = 0.8

/**
 * HashiCorp Vault or OpenBao, through the HTTP API of its transit engine ("encrypt", "decrypt", "rewrap").
 * What Vault seals is the key and the SHA-256 of its context, so that the context is bound whatever kind of key
 * `keyName` is, and through rewrapping too.
 */
export function vaultKeyManagement(options: VaultOptions): KeyManagement {
  return new VaultKeyManagement(options)
}

class VaultKeyManagement implements KeyManagement {
  readonly name = 'vault'
  readonly #options: VaultOptions
  #login: { readonly token: string; readonly untilMilliseconds: number } | undefined

  constructor(options: VaultOptions) {
    this.#options = options
  }

  async generateDataKey(context: EncryptionContext): Promise<GeneratedDataKey> {
    const plaintext = Uint8Array.from(this.#options.random.bytes(KEY_BYTES))
    const bytes = Buffer.concat([plaintext, contextHash(context)])
    const data = await this.#transit('encrypt', { plaintext: bytes.toString('base64') })
    return { plaintext, sealed: Buffer.from(textOf(data, 'ciphertext')) }
  }

  async openDataKey(sealed: Uint8Array, context: EncryptionContext): Promise<Uint8Array> {
    const data = await this.#transit('decrypt', { ciphertext: Buffer.from(sealed).toString() })
    const bytes = Buffer.from(textOf(data, 'plaintext'), 'base64')
    const isWhole = bytes.length === KEY_BYTES + 32
    if (!isWhole || !timingSafeEqual(bytes.subarray(KEY_BYTES), contextHash(context))) {
      throw new KeyServiceFault('refused', 'a sealed key is of another context')
    }
    return bytes.subarray(0, KEY_BYTES)
  }

  async resealDataKey(sealed: Uint8Array, _context: EncryptionContext): Promise<Uint8Array | undefined> {
    const ciphertext = Buffer.from(sealed).toString()
    const rewrapped = textOf(await this.#transit('rewrap', { ciphertext }), 'ciphertext')
    // `vault:v3:…` names the version of the transit key.
    return versionOf(rewrapped) === versionOf(ciphertext) ? undefined : Buffer.from(rewrapped)
  }

  async #transit(action: 'encrypt' | 'decrypt' | 'rewrap', body: object): Promise<unknown> {
    const { mount = 'transit', keyName, login } = this.#options
    const path = `${mount}/${action}/${encodeURIComponent(keyName)}`
    const answer = await this.#post(path, body, await this.#token())
    if (answer.status !== 403 || login.kind === 'token') return dataOf(path, answer)
    // The token may have been revoked, or have run out early: one new login tells.
    this.#login = undefined
    return dataOf(path, await this.#post(path, body, await this.#token()))
  }

  async #token(): Promise<string> {
    const { login, clock } = this.#options
    if (login.kind === 'token') return login.token
    const now = clock.now().getTime()
    if (this.#login && now < this.#login.untilMilliseconds) return this.#login.token
    const path = `auth/${login.mount ?? 'approle'}/login`
    const answer = await this.#post(path, { role_id: login.roleId, secret_id: login.secretId })
    if (answer.status !== 200) throw faultOf(path, answer)
    const auth = memberOf(answer.body, 'auth')
    const seconds = Number(memberOf(auth, 'lease_duration') ?? 0)
    const untilMilliseconds = seconds > 0 ? now + seconds * 1000 * LOGIN_AGAIN_AFTER : Infinity
    this.#login = { token: textOf(auth, 'client_token'), untilMilliseconds }
    return this.#login.token
  }

  async #post(path: string, body: object, token?: string): Promise<VaultAnswer> {
    const { url, namespace, clock, timeoutMilliseconds = 10_000 } = this.#options
    const timeout = new AbortController()
    const done = new AbortController()
    const late = (): void => timeout.abort(new Error(`no answer in ${timeoutMilliseconds} ms`))
    clock.sleep(timeoutMilliseconds, done.signal).then(late, () => {})
    try {
      const response = await fetch(new URL(`/v1/${path}`, url), {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          // Vault refuses requests that a deceived browser might send.
          'X-Vault-Request': 'true',
          ...(token !== undefined && { 'X-Vault-Token': token }),
          ...(namespace !== undefined && { 'X-Vault-Namespace': namespace }),
        },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: timeout.signal,
      })
      return { status: response.status, body: parseJson(await response.text()) }
    } catch (cause) {
      throw new KeyServiceFault('unavailable', `Vault does not answer at ${new URL(url).host}`, { cause })
    } finally {
      done.abort()
    }
  }

  /** Nothing to free: connections belong to the process. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

interface VaultAnswer {
  readonly status: number
  readonly body: unknown
}

function dataOf(path: string, answer: VaultAnswer): unknown {
  if (answer.status !== 200) throw faultOf(path, answer)
  return memberOf(answer.body, 'data')
}

/** Sealed (503), standby without forwarding (429, 472, 473) and overloaded Vaults come back; 4xx is an answer. */
function faultOf(path: string, { status, body }: VaultAnswer): KeyServiceFault {
  const errors = memberOf(body, 'errors')
  const said = Array.isArray(errors) ? errors.map(String).join('; ') : ''
  const comesBack = status >= 500 || status === 429 || status === 472 || status === 473
  const kind = comesBack ? 'unavailable' : 'refused'
  return new KeyServiceFault(kind, `Vault answered ${status} to ${path}${said && `: ${said}`}`)
}

function contextHash(context: EncryptionContext): Buffer {
  return hash('sha256', encodeContext(context), 'buffer')
}

function versionOf(ciphertext: string): string | undefined {
  return /^[a-z]+:v(\d+):/.exec(ciphertext)?.[1]
}

function textOf(value: unknown, name: string): string {
  const text = memberOf(value, name)
  if (typeof text === 'string') return text
  throw new KeyServiceFault('unavailable', `Vault’s answer has no ${name}`)
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).find(([key]) => key === name)?.[1]
}

/** Proxies in front of a Vault that is down answer in HTML. */
function parseJson(text: string): unknown {
  try {
    return readJson(text)
  } catch {
    return undefined
  }
}
