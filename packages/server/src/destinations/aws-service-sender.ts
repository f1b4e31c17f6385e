import { hash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { HttpAnswer, HttpClient } from '../http/http-client.ts'
import { unreached } from '../http/webhook-sender.ts'
import { withinDeadline } from '../http/within-deadline.ts'
import { DeliveryFailure, type EventSender } from '../s3/shared/announcing/event-sender.ts'
import type { Invocation } from '../s3/shared/announcing/functions.ts'
import { encodeQueryText, type RequestSigner, signRequest } from '../signature/sign-request.ts'
import { SigningKeyCache } from '../signature/signing-key.ts'
import { type Invocable, MOST_RETURNED_BYTES } from './invocable.ts'

export interface AwsServiceOptions {
  /** Of the queue, topic or function, as it is called there. */
  readonly arn: string
  /** `sqs`, `sns` or `lambda`. */
  readonly service: string
  readonly client: HttpClient
  readonly origin: URL
  readonly signer: RequestSigner
  readonly region: string
  readonly clock: Clock
}

interface ServiceRequest {
  readonly path?: string
  readonly query?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const MOST_ANSWER_BYTES = 64 * 1024

/** Sends messages as S3 does: to a queue by SQS's SendMessage, to a topic by SNS's Publish, to a function by Lambda's Invoke, asynchronously. */
export class AwsServiceSender implements EventSender, Invocable {
  readonly #options: AwsServiceOptions
  readonly #keys = new SigningKeyCache()
  #queueUrl: string | undefined

  constructor(options: AwsServiceOptions) {
    this.#options = options
  }

  async send(_destination: string, message: string, signal: AbortSignal): Promise<void> {
    await withinDeadline(signal, async (either) => {
      switch (this.#options.service) {
        case 'sqs':
          return this.#toQueue(message, either)
        case 'sns':
          return this.#toTopic(message, either)
        default:
          return this.#toFunction(message, either)
      }
    })
  }

  async #toQueue(message: string, signal: AbortSignal): Promise<void> {
    try {
      const QueueUrl = (this.#queueUrl ??= await this.#findQueue(signal))
      await this.#ask(sqs('SendMessage', { QueueUrl, MessageBody: message }), signal)
    } catch (error) {
      // It may be made anew under another URL.
      this.#queueUrl = undefined
      throw error
    }
  }

  async #findQueue(signal: AbortSignal): Promise<string> {
    const [, , , , QueueOwnerAWSAccountId, QueueName] = this.#options.arn.split(':')
    const answer = await this.#ask(sqs('GetQueueUrl', { QueueName, QueueOwnerAWSAccountId }), signal)
    const url: unknown = parsed(answer)['QueueUrl']
    if (typeof url !== 'string') throw new DeliveryFailure('unavailable', 'it told no QueueUrl')
    return url
  }

  async #toTopic(message: string, signal: AbortSignal): Promise<void> {
    const members = {
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: this.#options.arn,
      // As S3 calls it. Source: S3 User Guide, "Walkthrough: Configuring a bucket for notifications".
      Subject: 'Amazon S3 Notification',
      Message: message,
    }
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
    await this.#ask({ headers, body: new URLSearchParams(members).toString() }, signal)
  }

  async invoke(payload: string, qualifier: string | undefined, signal: AbortSignal): Promise<Invocation> {
    const request = this.#invocation('RequestResponse', payload, qualifier)
    const { headers, text } = await this.#answer(request, MOST_RETURNED_BYTES, signal)
    // Source: Lambda API Reference, Invoke: the status is 200 then, too.
    return { payload: text, isError: headers['x-amz-function-error'] !== undefined }
  }

  /** Source: Lambda Developer Guide, "Process Amazon S3 event notifications with Lambda": S3 invokes asynchronously. */
  async #toFunction(message: string, signal: AbortSignal): Promise<void> {
    await this.#ask(this.#invocation('Event', message), signal)
  }

  #invocation(type: string, body: string, asked?: string): ServiceRequest {
    const [, , , , , , name = '', ofConfig] = this.#options.arn.split(':')
    const qualifier = asked ?? ofConfig
    const path = `/2015-03-31/functions/${name}/invocations`
    const query = qualifier === undefined ? '' : `Qualifier=${encodeQueryText(qualifier)}`
    const headers = { 'content-type': 'application/json', 'x-amz-invocation-type': type }
    return { path, query, headers, body }
  }

  async #ask(request: ServiceRequest, signal: AbortSignal): Promise<string> {
    return (await this.#answer(request, MOST_ANSWER_BYTES, signal)).text
  }

  async #answer(
    { path = '/', query = '', headers, body }: ServiceRequest,
    mostBytes: number,
    signal: AbortSignal,
  ) {
    const { client, origin, signer, region, clock, service } = this.#options
    const bytes = Buffer.from(body)
    const head = { method: 'POST', path, query, headers: { ...headers, host: origin.host } }
    const bodySha256 = hash('sha256', bytes, 'hex')
    const signed = signRequest(head, signer, {
      service,
      region,
      now: clock.now(),
      keys: this.#keys,
      bodySha256,
    })
    let answer: HttpAnswer
    let text: string
    try {
      answer = await client.send({ ...head, headers: signed }, bytes, signal)
      text = (await answer.whole(mostBytes)).toString()
    } catch (error) {
      throw unreached(error)
    }
    if (answer.status < 200 || answer.status > 299) throw failureOf(answer, text)
    return { headers: answer.headers, text }
  }
}

/** Source: SQS Developer Guide, "Making Query API requests using AWS JSON protocol in Amazon SQS". */
function sqs(operation: string, input: Readonly<Record<string, string | undefined>>): ServiceRequest {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` }
  return { headers, body: JSON.stringify(input) }
}

/** What says that a message will never be taken. Source: the errors of SendMessage, Publish and Invoke in the API references. */
const REFUSALS = new Set([
  'InvalidMessageContents',
  'InvalidParameter',
  'InvalidParameterValue',
  'InvalidRequestContentException',
  'RequestTooLargeException',
])

function failureOf({ status, headers }: HttpAnswer, text: string): DeliveryFailure {
  const code = codeOf(headers['x-amzn-errortype'], text)
  const isRefusal = status === 413 || (code !== undefined && REFUSALS.has(code))
  const said = code === undefined ? `it answered ${status}` : `it answered ${status} ${code}`
  return new DeliveryFailure(isRefusal ? 'refused' : 'unavailable', said)
}

/** As the protocols have it: a header, `__type` of JSON, `Code` of XML; without the namespace before it. */
function codeOf(header: string | undefined, text: string): string | undefined {
  const said = header ?? parsed(text)['__type'] ?? /<Code>([^<]*)<\/Code>/.exec(text)?.[1]
  return typeof said === 'string' ? /^(?:[\w.]*#)?([\w.]{1,100})/.exec(said)?.[1] : undefined
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
