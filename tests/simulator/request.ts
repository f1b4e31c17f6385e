import { hash } from 'node:crypto'
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import { mainCredentials } from '../support/accounts.ts'
import { errorCodeOf } from '../support/raw-request.ts'
import { signHeaders } from '../support/signature-v4.ts'

export interface Request {
  readonly method?: string
  readonly path: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
  readonly anonymous?: boolean
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
  readonly errorCode: string | undefined
}

/**
 * Sends a request on a connection of its own, the body in pieces between which `pause` is awaited. Resolves to
 * `undefined` where the connection ended before the answer did.
 */
export async function sendRequest(
  connection: Duplex,
  request: Request,
  now: Date,
  pieces: number,
  pause: () => Promise<void>,
): Promise<Answer | undefined> {
  const { method = 'GET', path, query = '' } = request
  const body = Buffer.from(request.body ?? '')
  const outgoing = httpRequest({
    createConnection: () => connection,
    method,
    path: query === '' ? path : `${path}?${query}`,
    headers: headersOf(request, body, now),
  })
  const answer = collect(outgoing)
  outgoing.flushHeaders()
  const pieceBytes = Math.max(1, Math.ceil(body.length / pieces))
  for (let at = 0; at < body.length; at += pieceBytes) {
    await pause()
    // A copy: who takes it in may free it.
    outgoing.write(Buffer.copyBytesFrom(body, at, Math.min(pieceBytes, body.length - at)))
  }
  outgoing.end()
  const taken = await answer
  connection.destroy()
  return taken
}

function headersOf(request: Request, body: Buffer, date: Date): Record<string, string> {
  const { method = 'GET', path, query = '' } = request
  const headers = { host: 'simulated', 'content-length': String(body.length), ...request.headers }
  if (request.anonymous) return headers
  const toSign = { method, path, query, headers, credentials: mainCredentials, date }
  return signHeaders(toSign, hash('sha256', body, 'hex')).headers
}

function collect(outgoing: ReturnType<typeof httpRequest>): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    outgoing.on('error', () => resolve(undefined))
    outgoing.on('close', () => resolve(undefined))
    outgoing.on('response', (incoming: IncomingMessage) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', () => resolve(undefined))
      incoming.on('end', () => {
        if (!incoming.complete) return resolve(undefined)
        const body = Buffer.concat(chunks)
        const { statusCode: status = 0, headers } = incoming
        // Of an object's bytes there is no text.
        const text = headers['x-amz-meta-seed'] === undefined ? body.toString() : ''
        resolve({ status, headers, body, text, errorCode: errorCodeOf(text) })
      })
    })
  })
}
