import * as http from 'node:http'
import { listen } from './listen.ts'

export interface WebhookRequest {
  readonly method: string
  readonly path: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** What tests look at of an event. */
export interface PostedRecord {
  readonly eventName: string
  readonly s3: { readonly object: Readonly<Record<string, unknown>> }
}

type Answer = (request: WebhookRequest, response: http.ServerResponse) => void

const ok: Answer = (_request, response) => response.end()

/** A webhook on the loopback that remembers what is posted to it. */
export class Webhook implements AsyncDisposable {
  readonly url: string
  readonly requests: WebhookRequest[] = []
  /** The records of all that was posted. */
  readonly records: PostedRecord[] = []
  answer: Answer
  readonly #server: http.Server
  #arrived: (() => void) | undefined

  private constructor(server: http.Server, url: string, answer: Answer) {
    this.#server = server
    this.url = url
    this.answer = answer
  }

  static async open(answer: Answer = ok): Promise<Webhook> {
    const server = http.createServer()
    const webhook = new Webhook(server, await listen(server), answer)
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      void webhook.#take(request, response)
    })
    return webhook
  }

  /** Resolves when this is true of the requests so far. */
  async until(isEnough: (requests: readonly WebhookRequest[]) => boolean): Promise<void> {
    while (!isEnough(this.requests)) {
      await new Promise<void>((resolve) => (this.#arrived = resolve))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = '', url: path = '', headers } = request
    const taken = { method, path, headers, body: Buffer.concat(chunks).toString() }
    this.answer(taken, response)
    this.requests.push(taken)
    if (headers['content-type'] === 'application/json') this.records.push(...recordsOf(taken.body))
    this.#arrived?.()
  }
}

function recordsOf(body: string): readonly PostedRecord[] {
  return (JSON.parse(body) as { Records?: PostedRecord[] }).Records ?? []
}
