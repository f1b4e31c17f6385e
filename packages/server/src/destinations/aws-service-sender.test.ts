import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { freePort } from '../../../../tests/support/free-port.ts'
import { signHeaders } from '../../../../tests/support/signature-v4.ts'
import { Webhook, type WebhookRequest } from '../../../../tests/support/webhook.ts'
import { MovableClock } from '../base/clock.ts'
import { HttpClient } from '../http/http-client.ts'
import type { DeliveryFailure } from '../s3/shared/announcing/event-sender.ts'
import { AwsServiceSender } from './aws-service-sender.ts'

const signer = { accessKeyId: 'AKIAQUEUES', secretAccessKey: 'never-to-be-told', sessionToken: 'a-token' }
const clock = new MovableClock(new Date('2026-11-30T19:00:00Z'))
const live = new AbortController().signal
const QUEUE = 'arn:aws:sqs:eu-north-1:123456789012:uploads'
const MESSAGE = '{"Records":[{"s3":{"object":{"key":"a+b/%C5%BE"}}}]}'

function senderTo(url: string, arn = QUEUE): AwsServiceSender {
  const origin = new URL(url)
  const client = new HttpClient({ origin, mostConnections: 2, idleMilliseconds: 5000 })
  const [, , service = '', region = ''] = arn.split(':')
  return new AwsServiceSender({ arn, service, client, origin, signer, region, clock })
}

const queueUrl = 'http://elsewhere.example/123456789012/uploads'

/** An SQS of a few lines; `answer` says what SendMessage comes to. */
function queues(answer: (body: string) => [status: number, body: string] = () => [200, '{}']) {
  return Webhook.open(({ headers, body }, response) => {
    const [status, text] =
      headers['x-amz-target'] === 'AmazonSQS.GetQueueUrl'
        ? [200, JSON.stringify({ QueueUrl: queueUrl })]
        : answer(body)
    response.writeHead(status).end(text)
  })
}

/** The Authorization that the rules of Signature Version 4 give, worked out apart from the server. */
function expectSigned({ method, path, headers, body }: WebhookRequest, service: string): void {
  const [, names = ''] = /SignedHeaders=([^,]*)/.exec(headers.authorization ?? '') ?? []
  const signed = Object.fromEntries(names.split(';').map((name) => [name, String(headers[name])]))
  const [pathname = '', query = ''] = path.split('?')
  const credentials = signer
  const toSign = {
    method,
    path: pathname,
    query,
    headers: signed,
    credentials,
    date: clock.now(),
    region: 'eu-north-1',
    service,
  }
  const { headers: expected } = signHeaders(toSign, hash('sha256', body, 'hex'))
  expect(headers.authorization?.replaceAll(', ', ',')).toBe(expected['authorization'])
  expect(names).toContain('x-amz-security-token')
}

it('sends to a queue as SQS is asked, whose URL it looks up once', async () => {
  await using sqs = await queues()
  const sender = senderTo(sqs.url)
  await sender.send('any', MESSAGE, live)
  await sender.send('any', '{}', live)
  const asked = sqs.requests.map(({ headers, body }) => [
    headers['x-amz-target'],
    JSON.parse(body) as unknown,
  ])
  expect(asked).toEqual([
    ['AmazonSQS.GetQueueUrl', { QueueName: 'uploads', QueueOwnerAWSAccountId: '123456789012' }],
    ['AmazonSQS.SendMessage', { QueueUrl: queueUrl, MessageBody: MESSAGE }],
    ['AmazonSQS.SendMessage', { QueueUrl: queueUrl, MessageBody: '{}' }],
  ])
  for (const request of sqs.requests) expectSigned(request, 'sqs')
})

it('publishes to a topic as SNS is asked', async () => {
  await using sns = await Webhook.open()
  await senderTo(sns.url, 'arn:aws:sns:eu-north-1:123456789012:news').send('any', MESSAGE, live)
  const [request] = sns.requests
  expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
    Action: 'Publish',
    Version: '2010-03-31',
    TopicArn: 'arn:aws:sns:eu-north-1:123456789012:news',
    Subject: 'Amazon S3 Notification',
    Message: MESSAGE,
  })
  if (request) expectSigned(request, 'sns')
})

it.each([
  ['resize', '/2015-03-31/functions/resize/invocations'],
  ['resize:$LATEST', '/2015-03-31/functions/resize/invocations?Qualifier=%24LATEST'],
])('invokes the function %s asynchronously', async (name, path) => {
  await using lambda = await Webhook.open((_request, response) => response.writeHead(202).end())
  await senderTo(lambda.url, `arn:aws:lambda:eu-north-1:123456789012:function:${name}`).send(
    'any',
    MESSAGE,
    live,
  )
  const [request] = lambda.requests
  expect(request).toMatchObject({
    method: 'POST',
    path,
    body: MESSAGE,
    headers: { 'x-amz-invocation-type': 'Event' },
  })
  if (request) expectSigned(request, 'lambda')
})

async function failureOf(sending: Promise<void>): Promise<unknown> {
  const error = await sending.then(
    () => undefined,
    (reason: DeliveryFailure) => reason,
  )
  expect(`${error?.message} ${error?.stack}`).not.toContain(signer.secretAccessKey)
  return error && [error.kind, error.message]
}

describe('a failure', () => {
  it.each([
    [
      400,
      '{"__type":"com.amazonaws.sqs#InvalidMessageContents"}',
      'refused',
      'it answered 400 InvalidMessageContents',
    ],
    [
      400,
      '{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}',
      'unavailable',
      'it answered 400 QueueDoesNotExist',
    ],
    [
      403,
      '<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>',
      'unavailable',
      'it answered 403 SignatureDoesNotMatch',
    ],
    [413, '', 'refused', 'it answered 413'],
    [500, 'null', 'unavailable', 'it answered 500'],
    [302, '<html>', 'unavailable', 'it answered 302'],
    [400, '{"__type":"\\u001b[31m"}', 'unavailable', 'it answered 400'],
  ])('%i %s', async (status, body, ...failure) => {
    await using sqs = await queues(() => [status, body])
    expect(await failureOf(senderTo(sqs.url).send('any', MESSAGE, live))).toEqual(failure)
  })

  it('a queue that was made anew is found by its next message', async () => {
    let isGone = true
    await using sqs = await queues(() => (isGone ? [400, '{"__type":"x#QueueDoesNotExist"}'] : [200, '{}']))
    const sender = senderTo(sqs.url)
    await failureOf(sender.send('any', MESSAGE, live))
    isGone = false
    await sender.send('any', MESSAGE, live)
    expect(
      sqs.requests.filter(({ headers }) => headers['x-amz-target'] === 'AmazonSQS.GetQueueUrl'),
    ).toHaveLength(2)
  })

  it('what tells no URL, nobody there, an answer without end, a server that is to end', async () => {
    await using silent = await Webhook.open((_request, response) => response.end('{}'))
    expect(await failureOf(senderTo(silent.url).send('any', MESSAGE, live))).toEqual([
      'unavailable',
      'it told no QueueUrl',
    ])
    const nobody = senderTo(`http://127.0.0.1:${await freePort()}`)
    expect(await failureOf(nobody.send('any', MESSAGE, live))).toEqual([
      'unavailable',
      'it could not be reached (ECONNREFUSED)',
    ])
    await using endless = await Webhook.open((_request, response) => {
      response.on('close', () => response.destroy())
      const write = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(65_536), () => setImmediate(write))
      }
      write()
    })
    expect(await failureOf(senderTo(endless.url).send('any', MESSAGE, live))).toEqual([
      'unavailable',
      'the answer is longer than 65536 bytes',
    ])
    await using deaf = await Webhook.open(() => {})
    const stop = new AbortController()
    const sending = failureOf(senderTo(deaf.url).send('any', MESSAGE, stop.signal))
    await deaf.until((requests) => requests.length > 0)
    stop.abort()
    expect(await sending).toEqual(['unavailable', 'it did not answer in time'])
  })
})
