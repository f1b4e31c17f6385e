import * as http from 'node:http'
import * as https from 'node:https'
import type { RequestHead } from '../base/request-head.ts'

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

export interface HttpClientOptions {
  readonly origin: URL
  readonly mostConnections: number
  /** Takes certificates of anybody. */
  readonly isInsecure?: boolean
  /** A connection on which nothing moves for so long is closed. */
  readonly idleMilliseconds: number
}

/** Sends requests to one server, over connections that are kept. Follows no redirects: they are answers. */
export class HttpClient implements Disposable {
  readonly #options: HttpClientOptions
  readonly #agent: http.Agent

  constructor(options: HttpClientOptions) {
    this.#options = options
    const { isInsecure, mostConnections } = options
    const agent = { keepAlive: true, maxSockets: mostConnections, scheduling: 'lifo' } as const
    this.#agent = this.#isSecure
      ? new https.Agent({ ...agent, rejectUnauthorized: isInsecure !== true })
      : new http.Agent(agent)
  }

  get #isSecure(): boolean {
    return this.#options.origin.protocol === 'https:'
  }

  /** Rejects with the system's error where there is no answer. */
  send({ method, path, query, headers }: RequestHead, body?: Uint8Array): Promise<HttpAnswer> {
    const { origin, idleMilliseconds } = this.#options
    const { hostname, port } = origin
    const request = this.#isSecure ? https.request : http.request
    const options = {
      method,
      agent: this.#agent,
      host: hostname.replaceAll(/^\[|\]$/g, ''),
      ...(port !== '' && { port }),
      path: query === '' ? path : `${path}?${query}`,
      headers: body ? { ...headers, 'content-length': body.length } : headers,
      timeout: idleMilliseconds,
    }
    return new Promise((resolve, reject) => {
      const sent = request(options, (answer) => resolve(answerOf(answer)))
      sent.on('error', reject)
      sent.on('timeout', () => sent.destroy(new Error(`nothing came for ${idleMilliseconds / 1000} s`)))
      sent.end(body)
    })
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}

function answerOf(answer: http.IncomingMessage): HttpAnswer {
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers as Readonly<Record<string, string | undefined>>,
    bytes: answer,
    whole: (mostBytes) => wholeOf(answer, mostBytes),
    giveUp: () => void answer.destroy(),
  }
}

/** Not by iterating, which costs several turns of the event loop for each small body. */
function wholeOf(answer: http.IncomingMessage, mostBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      sizeBytes += chunk.length
      if (sizeBytes > mostBytes) answer.destroy(new Error(`the answer is longer than ${mostBytes} bytes`))
    })
    answer.on('error', reject)
    answer.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
  })
}
