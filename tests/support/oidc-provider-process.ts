import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import * as https from 'node:https'
import { fileURLToPath } from 'node:url'
import { makeCertificate } from './certificate.ts'
import { thumbprintOf } from './certificate-authority.ts'

const PROGRAM = fileURLToPath(new URL('oidc-provider-program.ts', import.meta.url))

/** The OpenID provider of npm in a process of its own, over TLS with a certificate that only its thumbprint vouches for. */
export class OidcProviderProcess implements AsyncDisposable {
  /** Of its tokens. */
  readonly issuer: string
  readonly thumbprint: string
  readonly #child: ChildProcess
  readonly #certificate: string

  private constructor(child: ChildProcess, issuer: string, certificate: string) {
    this.#child = child
    this.#certificate = certificate
    this.issuer = issuer
    this.thumbprint = thumbprintOf(certificate)
  }

  /** `redirectUri`: where people go back to who sign in as `alice` for the client `the-console`. */
  static async start(folder: string, audience: string, redirectUri?: string): Promise<OidcProviderProcess> {
    const files = await makeCertificate(folder)
    const child = fork(
      PROGRAM,
      [files.certificate, files.key, audience, ...(redirectUri === undefined ? [] : [redirectUri])],
      {
        execArgv: ['--no-warnings'],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      },
    )
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('the provider did not start')))
    const [issuer] = (await Promise.race([once(child, 'message'), ended])) as [string]
    ended.catch(() => {})
    return new OidcProviderProcess(child, issuer, await readFile(files.certificate, 'utf8'))
  }

  /** A token of the job `repo:our-company/site`, signed with the newest key. */
  async token(): Promise<string> {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'repo:our-company/site',
      client_secret: 'a-secret-of-the-job',
    }).toString()
    const answer = JSON.parse(await this.#post('/token', body)) as { access_token?: string }
    if (answer.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answer)}`)
    return answer.access_token
  }

  /** Follows a browser's way from a URL of the provider to the first one that is not; resolves to that one. */
  async visit(url: string): Promise<string> {
    const cookies = new Map<string, string>()
    let next = new URL(url)
    while (next.origin === this.issuer) {
      const { headers } = await this.#get(next, cookies)
      for (const cookie of headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        cookies.set(name, value)
      }
      if (headers.location === undefined) throw new Error(`${next.href} leads nowhere`)
      next = new URL(headers.location, next)
    }
    return next.href
  }

  #get(url: URL, cookies: ReadonlyMap<string, string>): Promise<IncomingMessage> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const options = { headers: { cookie }, ca: this.#certificate, agent: false }
    return new Promise((resolve, reject) => {
      https.get(url, options, (response) => resolve(response.resume())).on('error', reject)
    })
  }

  #post(path: string, body: string): Promise<string> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const options = { method: 'POST', headers, ca: this.#certificate, agent: false }
    return new Promise((resolve, reject) => {
      const request = https.request(new URL(path, this.issuer), options, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve(Buffer.concat(chunks).toString()))
        response.on('error', reject)
      })
      request.on('error', reject)
      request.end(body)
    })
  }

  /** From now on it signs with a new key. */
  async rotate(): Promise<void> {
    this.#child.send('rotate')
    await once(this.#child, 'message')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }
}
