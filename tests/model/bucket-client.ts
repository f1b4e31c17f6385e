import { hash } from 'node:crypto'
import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http'
import type { Credentials } from '../support/accounts.ts'
import { signHeaders } from '../support/signature-v4.ts'
import type { ModelServer } from './model-server.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Call {
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly credentials?: Credentials
}

/** Signed requests at the server's own time, over connections that are kept: many thousands in a test. */
export class BucketClient implements Disposable {
  readonly #server: ModelServer
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 })

  constructor(server: ModelServer) {
    this.#server = server
  }

  send(
    method: string,
    path: string,
    { query = '', headers, body = '', credentials }: Call = {},
  ): Promise<Answer> {
    const { hostname, port, host } = new URL(this.#server.url)
    const signed = signHeaders(
      {
        method,
        path,
        query,
        headers: {
          host,
          'content-length': String(Buffer.byteLength(body)),
          'content-md5': hash('md5', body, 'base64'),
          ...headers,
        },
        credentials: credentials ?? this.#server.credentials,
        date: this.#server.now(),
      },
      hash('sha256', body, 'hex'),
    )
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        {
          host: hostname,
          port,
          method,
          path: query === '' ? path : `${path}?${query}`,
          headers: signed.headers,
          agent: this.#agent,
        },
        (incoming) => {
          let text = ''
          incoming.setEncoding('utf8')
          incoming.on('data', (chunk: string) => (text += chunk))
          incoming.on('error', reject)
          incoming.on('end', () => {
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text })
          })
        },
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}
