import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A Vault on loopback for tests, as far as its HTTP API documents: AppRole login, and `encrypt`, `decrypt` and `rewrap`
 * of one transit key of type aes256-gcm96, with the statuses and error bodies of a real one.
 */
export class LoopbackVault {
  readonly roleId = 'a-role'
  readonly secretId = 'a-secret'
  readonly keyName = 'holdfast'
  readonly rootToken = 'a-root-token'
  /** How many requests came, by path. */
  readonly requests: string[] = []
  isSealed = false
  #server: Server | undefined
  #port = 0
  readonly #versions: Buffer[] = [randomBytes(32)]
  readonly #tokens = new Set([this.rootToken])

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async start(): Promise<void> {
    const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { status, body } = await this.#answer(request)
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    }
    this.#server = createServer((request, response) => void serve(request, response))
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }

  rotate(): void {
    this.#versions.push(randomBytes(32))
  }

  revokeTokens(): void {
    this.#tokens.clear()
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    const path = request.url ?? ''
    this.requests.push(path)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>
    if (this.isSealed) return errors(503, 'Vault is sealed')
    if (path === '/v1/auth/approle/login') return this.#login(body)
    if (!this.#tokens.has(String(request.headers['x-vault-token']))) return errors(403, 'permission denied')
    const action = /^\/v1\/transit\/(encrypt|decrypt|rewrap)\/holdfast$/.exec(path)?.[1]
    if (action === 'encrypt') return data({ ciphertext: this.#encrypt(body['plaintext'] ?? '') })
    const plaintext = this.#decrypt(body['ciphertext'] ?? '')
    if (action === undefined) return errors(404)
    if (plaintext === undefined) return errors(400, 'cipher: message authentication failed')
    return data(action === 'decrypt' ? { plaintext } : { ciphertext: this.#encrypt(plaintext) })
  }

  #login(body: Record<string, string>): { status: number; body: object } {
    if (body['role_id'] !== this.roleId || body['secret_id'] !== this.secretId) {
      return errors(400, 'invalid role or secret ID')
    }
    const token = `hvs.${randomBytes(12).toString('hex')}`
    this.#tokens.add(token)
    return { status: 200, body: { auth: { client_token: token, lease_duration: 3600, renewable: true } } }
  }

  #encrypt(plaintext: string): string {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#versions.at(-1) ?? '', nonce)
    const parts = [
      nonce,
      cipher.update(Buffer.from(plaintext, 'base64')),
      cipher.final(),
      cipher.getAuthTag(),
    ]
    return `vault:v${this.#versions.length}:${Buffer.concat(parts).toString('base64')}`
  }

  #decrypt(ciphertext: string): string | undefined {
    const [, version, text = ''] = /^vault:v(\d+):(.+)$/.exec(ciphertext) ?? []
    const key = this.#versions[Number(version) - 1]
    const bytes = Buffer.from(text, 'base64')
    if (!key || bytes.length < 28 || bytes.toString('base64') !== text) return undefined
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(-16))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('base64')
    } catch {
      return undefined
    }
  }
}

function data(members: object): { status: number; body: object } {
  return { status: 200, body: { data: members } }
}

function errors(status: number, ...messages: string[]): { status: number; body: object } {
  return { status, body: { errors: messages } }
}
