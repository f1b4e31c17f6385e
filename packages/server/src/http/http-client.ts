import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import * as https from 'node:https'
import type { LookupFunction } from 'node:net'
import type { RequestHead } from '../base/request-head.ts'
import { http } from './node-http.ts'

/** The answer to a request, its body not read yet: it has to be, or to be given up. */
export interface HttpAnswer {
  readonly status: number
  /** Lower-case names; repeated ones joined by `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Throws where the connection ends before the body does. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** All of the body; throws as `bytes`, and where it is longer. */
  whole(mostBytes: number): Promise<Buffer>
  /** Closes the connection without reading on. */
  giveUp(): void
}

export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong'

  constructor(mostBytes: number) {
    super(`the answer is longer than ${mostBytes} bytes`)
  }
}

/** A body that is sent as it is read. */
export interface SentBody {
  readonly sizeBytes: number
  /** A chunk has left before the next is asked for. */
  readonly bytes: AsyncIterable<Uint8Array>
}

export interface HttpClientOptions {
  readonly origin: URL
  readonly mostConnections: number
  /** Takes certificates of anybody. */
  readonly isInsecure?: boolean
  /** PEM: who may have signed the server's certificate, in place of those whom the system trusts. */
  readonly certificateAuthority?: string | undefined
  /** Finds the address of its name. Default: the system. */
  readonly lookup?: LookupFunction | undefined
  /** A connection on which nothing moves for so long is closed. */
  readonly idleMilliseconds: number
}

/** Sends requests to one server, over connections that are kept. Follows no redirects: they are answers. */
export class HttpClient implements Disposable {
  readonly #options: HttpClientOptions
  readonly #agent: Agent

  constructor(options: HttpClientOptions) {
    this.#options = options
    const { isInsecure, mostConnections, certificateAuthority: ca, lookup } = options
    const common = { keepAlive: true, maxSockets: mostConnections, scheduling: 'lifo' } as const
    const agent = { ...common, ...(lookup && { lookup }) }
    this.#agent = this.#isSecure
      ? new https.Agent({
          ...agent,
          rejectUnauthorized: isInsecure !== true,
          ...(ca !== undefined && { ca }),
        })
      : new http.Agent(agent)
  }

  get #isSecure(): boolean {
    return this.#options.origin.protocol === 'https:'
  }

  /**
   * Rejects with the system's error where there is no answer, and with that of a body that cannot be read. An answer may come before
   * all of the body was sent.
   */
  send(
    { method, path, query, headers }: RequestHead,
    body?: Uint8Array | SentBody,
    signal?: AbortSignal,
  ): Promise<HttpAnswer> {
    const { origin, idleMilliseconds } = this.#options
    const { hostname, port } = origin
    const request = this.#isSecure ? https.request : http.request
    const options = {
      method,
      agent: this.#agent,
      host: hostname.replaceAll(/^\[|\]$/g, ''),
      ...(port !== '' && { port }),
      path: query === '' ? path : `${path}?${query}`,
      headers: body ? { ...headers, 'content-length': lengthOf(body) } : headers,
      timeout: idleMilliseconds,
      ...(signal && { signal }),
    }
    return new Promise((resolve, reject) => {
      const sent = request(options, (answer) => resolve(answerOf(answer)))
      sent.on('error', reject)
      sent.on('timeout', () => sent.destroy(new Error(`nothing came for ${idleMilliseconds / 1000} s`)))
      if (!body || body instanceof Uint8Array) sent.end(body)
      else sendBody(sent, body.bytes).catch((error: unknown) => sent.destroy(errorOf(error)))
    })
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}

function answerOf(answer: IncomingMessage): HttpAnswer {
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers as Readonly<Record<string, string | undefined>>,
    bytes: answer,
    whole: (mostBytes) => wholeOf(answer, mostBytes),
    giveUp: () => {
      // That it was cut is what it was asked for.
      answer.on('error', () => {})
      answer.destroy()
    },
  }
}

/** Not by iterating, which costs several turns of the event loop for each small body. */
export function wholeOf(answer: IncomingMessage, mostBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      sizeBytes += chunk.length
      if (sizeBytes > mostBytes) answer.destroy(new AnswerTooLong(mostBytes))
    })
    answer.on('error', reject)
    answer.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
  })
}

function lengthOf(body: Uint8Array | SentBody): number {
  return body instanceof Uint8Array ? body.length : body.sizeBytes
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

/** Stops where the answer has come already: what is left would be read by nobody. */
async function sendBody(sent: ClientRequest, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  let isAnswered = false
  sent.on('response', (answer: IncomingMessage) => {
    isAnswered = true
    answer.on('close', () => sent.writableEnded || sent.destroy())
  })
  for await (const chunk of bytes) {
    if (isAnswered || sent.destroyed) return
    await left(sent, chunk)
  }
  sent.end()
}

/** Resolves when the bytes have left, or never will: the source may reuse its buffer then. */
function left(sent: ClientRequest, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      sent.removeListener('close', done)
      resolve()
    }
    sent.once('close', done)
    sent.write(chunk, done)
  })
}
