import type { Agent, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import * as https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { errorCode } from '../base/storage-fault.ts'
import type { WebhookConfig } from '../config/webhook-config.ts'
import { DeliveryFailure, type EventSender } from '../s3/shared/announcing/event-sender.ts'
import { AnswerTooLong, wholeOf } from './http-client.ts'
import { http } from './node-http.ts'
import { publicLookup } from './public-lookup.ts'
import { ANSWER_MILLISECONDS, withinDeadline } from './within-deadline.ts'

interface Posted {
  readonly destination: string
  /** In the request. Default: as it is. */
  readonly calledAs?: string
  readonly message: string
}

/** Posts messages to webhooks. What it throws names neither the URL nor the header: both may be secrets. */
export class WebhookSender implements EventSender {
  readonly #webhooks: ReadonlyMap<string, WebhookConfig>
  readonly #timeoutMilliseconds: number
  readonly #contentType: string
  readonly #anywhere: Connections
  readonly #public: Connections

  constructor(
    webhooks: ReadonlyMap<string, WebhookConfig>,
    {
      timeoutMilliseconds = ANSWER_MILLISECONDS,
      lookup = publicLookup(),
      contentType = 'application/json',
    }: {
      readonly timeoutMilliseconds?: number
      readonly lookup?: LookupFunction
      readonly contentType?: string
    } = {},
  ) {
    this.#webhooks = webhooks
    this.#timeoutMilliseconds = timeoutMilliseconds
    this.#contentType = contentType
    this.#anywhere = new Connections(undefined)
    this.#public = new Connections(lookup)
  }

  async send(destination: string, message: string, signal: AbortSignal): Promise<void> {
    const post = (either: AbortSignal) => this.#post({ destination, message }, either, passOver)
    await withinDeadline(signal, post, this.#timeoutMilliseconds)
  }

  /** Resolves with what it answers, however long that takes; rejects as `send` does. */
  async ask(posted: Posted, mostBytes: number, signal: AbortSignal): Promise<string> {
    return this.#post(posted, signal, async (answer) => (await wholeOf(answer, mostBytes)).toString())
  }

  async #post<Read>(
    posted: Posted,
    signal: AbortSignal,
    read: (answer: IncomingMessage) => Read | Promise<Read>,
  ): Promise<Read> {
    try {
      const answer = await this.#answerTo(posted, signal)
      const { statusCode: status = 0 } = answer
      if (status >= 200 && status <= 299) return await read(answer)
      passOver(answer)
      throw failureOf(status)
    } catch (error) {
      throw unreached(error)
    }
  }

  async #answerTo(
    { destination, calledAs = destination, message }: Posted,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const webhook = this.#webhooks.get(destination)
    if (!webhook) throw new DeliveryFailure('unavailable', 'the config has no such destination')
    const { url: text, authorization, privateAddresses } = webhook
    const url = new URL(text)
    const connections = mayBePrivate({ url, privateAddresses }) ? this.#anywhere : this.#public
    const headers = {
      'content-type': this.#contentType,
      'content-length': Buffer.byteLength(message),
      'user-agent': 'Holdfast',
      // Several destinations may share a URL.
      'x-holdfast-destination': calledAs,
      ...(authorization !== undefined && { authorization }),
    }
    return connections.post(url, headers, message, signal)
  }
}

/** A connection without anything to send is kept for so long. */
const IDLE_MILLISECONDS = 4000
/** What is longer is not read to its end. */
const MOST_ANSWER_BYTES = 64 * 1024

/** Connections that are kept for the next message. */
class Connections {
  readonly #agents: Readonly<Record<string, Agent>>

  constructor(lookup: LookupFunction | undefined) {
    const options = { keepAlive: true, timeout: IDLE_MILLISECONDS, ...(lookup && { lookup }) }
    this.#agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) }
  }

  /** Resolves to the answer. A redirect is one: to follow it would send the secret elsewhere. */
  post(url: URL, headers: OutgoingHttpHeaders, body: string, signal: AbortSignal): Promise<IncomingMessage> {
    const request = url.protocol === 'https:' ? https.request : http.request
    const agent = this.#agents[url.protocol]
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', headers, signal, ...(agent && { agent }) }, resolve)
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

/** What it says besides does not matter, and may be endless. */
function passOver(answer: IncomingMessage): void {
  answer.on('error', () => {})
  if (Number(answer.headers['content-length'] ?? Infinity) <= MOST_ANSWER_BYTES) answer.resume()
  else answer.destroy()
}

/** Whether a webhook may be at an address that is not public: so the config says, or the URL itself, by an address or a name of this machine. */
export function mayBePrivate({
  url: { hostname },
  privateAddresses = false,
}: {
  readonly url: URL
  readonly privateAddresses?: boolean | undefined
}): boolean {
  return privateAddresses || /(?:^|\.)localhost$|^\[/.test(hostname) || isIP(hostname) !== 0
}

/** What a server answers to a message that it will never take, as far as that can be told. */
function failureOf(status: number): DeliveryFailure {
  const isRefusal = status >= 400 && status < 500 && ![408, 425, 429].includes(status)
  return new DeliveryFailure(isRefusal ? 'refused' : 'unavailable', `it answered ${status}`)
}

/** The failure to reach a destination; one that is known stays. */
export function unreached(error: unknown): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error
  if (error instanceof AnswerTooLong) return new DeliveryFailure('unavailable', error.message)
  const code = errorCode(error)
  if (code === 'EPRIVATE') return new DeliveryFailure('unavailable', PRIVATE_ADDRESS)
  const reason = code === undefined ? 'it could not be reached' : `it could not be reached (${code})`
  return new DeliveryFailure('unavailable', reason)
}

export const PRIVATE_ADDRESS =
  'its name leads to a private address; "privateAddresses": true beside its URL in the config allows that'
