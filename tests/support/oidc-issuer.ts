import { createHash, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as https from 'node:https'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { makeCertificate } from './certificate.ts'
import { listen } from './listen.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'

export const CLIENT_ID = 'sts.amazonaws.com'

/** An identity provider on the loopback, over TLS with a certificate of its own, whose keys and answers tests choose. */
export class OidcIssuer implements AsyncDisposable {
  /** For example `https://localhost:4711/realm`. */
  readonly url: string
  /** The same without `https://`. */
  readonly address: string
  /** SHA-1 of its certificate. */
  readonly thumbprint: string
  /** What it publishes. */
  keys: unknown[] = []
  /** Paths that were asked for. */
  readonly requests: string[] = []
  /** Answers instead, where it returns true. */
  instead: (request: IncomingMessage, response: ServerResponse) => boolean = () => false
  readonly #server: https.Server
  readonly #folder: TemporaryDirectory
  readonly #signers = new Map<string, CryptoKey>()

  private constructor(server: https.Server, port: string, thumbprint: string, folder: TemporaryDirectory) {
    this.#server = server
    this.#folder = folder
    this.address = `localhost:${port}/realm`
    this.url = `https://${this.address}`
    this.thumbprint = thumbprint
  }

  /** With the key `first`. */
  static async open(): Promise<OidcIssuer> {
    const folder = await temporaryDirectory()
    const files = await makeCertificate(folder.path)
    const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.key)])
    const server = https.createServer({ cert, key })
    const { port } = new URL(await listen(server))
    const thumbprint = createHash('sha1').update(new X509Certificate(cert).raw).digest('hex')
    const issuer = new OidcIssuer(server, port, thumbprint, folder)
    server.on('request', (request, response) => issuer.#answer(request, response))
    await issuer.addKey('first')
    return issuer
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request.url ?? '')
    if (this.instead(request, response)) return
    const document = request.url?.endsWith('/openid-configuration')
      ? { issuer: this.url, jwks_uri: `${this.url}/keys` }
      : { keys: this.keys }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
  }

  /** A new key, which is published. */
  async addKey(kid: string, algorithm = 'ES256'): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
    this.#signers.set(kid, privateKey)
    this.keys = [...this.keys, { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: algorithm }]
  }

  /** A token that is good for ten minutes, but for what `claims` and `header` change. */
  token(claims: Readonly<Record<string, unknown>> = {}, header: object = {}, kid = 'first'): Promise<string> {
    const key = this.#signers.get(kid)
    if (!key) throw new Error(`there is no key ${kid}`)
    const iat = Math.floor(Date.now() / 1000)
    const payload: JWTPayload = {
      iss: this.url,
      sub: 'repo:a/b',
      aud: CLIENT_ID,
      iat,
      exp: iat + 600,
      ...claims,
    }
    return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid, ...header }).sign(key)
  }

  /** Nobody is there any more. */
  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
    await this.#folder[Symbol.asyncDispose]()
  }
}
