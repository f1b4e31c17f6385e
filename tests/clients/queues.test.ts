import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { TestServer } from 'holdfast'
import { afterEach, describe, expect, it, type TestContext } from 'vitest'
import { notificationXml, ruleXml } from '../conformance/notification/notification-room.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { freePort } from '../support/free-port.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { clientTimeoutMilliseconds, isLarge } from '../support/sizes.ts'
import { requireFurtherClient } from './further-clients.ts'

/* SQS and SNS as moto has them, an emulator that is not ours: events reach them, and who reads from them. */

const ACCOUNT = '123456789012'
const QUEUE = 'arn:aws:sqs:us-east-1:100000000001:uploads'
const TOPIC = 'arn:aws:sns:us-east-1:100000000001:news'

let emulator: ChildProcess | undefined

afterEach(async () => {
  if (!emulator || emulator.exitCode !== null) return
  emulator.kill()
  await once(emulator, 'exit')
})

/** Asks the emulator, which believes any signature, by SQS's JSON protocol. */
async function sqs(url: string, operation: string, input: object): Promise<Record<string, unknown>> {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AmazonSQS.${operation}`,
    authorization:
      'AWS4-HMAC-SHA256 Credential=any/20261130/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=00',
  }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(input) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return JSON.parse(text || '{}') as Record<string, unknown>
}

async function sns(url: string, members: Record<string, string>): Promise<void> {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=any/20261130/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=00'
  const body = new URLSearchParams({ Version: '2010-03-31', ...members })
  const answer = await fetch(url, { method: 'POST', headers: { authorization }, body })
  if (!answer.ok) throw new Error(await answer.text())
}

async function startEmulator(context: TestContext): Promise<string> {
  const program = await requireFurtherClient(context, 'python/bin/moto_server')
  const port = await freePort()
  emulator = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}/`
  for (;;) {
    try {
      await sqs(url, 'ListQueues', {})
      return url
    } catch (error) {
      if (emulator.exitCode !== null) throw error
      await delay(100)
    }
  }
}

const text = (message: Record<string, unknown>): string => String(message['Body'])

/** Everything that is in a queue, oldest first, until so many are there. */
async function received(url: string, queue: string, count: number): Promise<string[]> {
  const QueueUrl = `${url}${ACCOUNT}/${queue}`
  const found: string[] = []
  while (found.length < count) {
    const { Messages = [] } = await sqs(url, 'ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 })
    for (const message of Messages as Record<string, unknown>[]) {
      found.push(text(message))
      await sqs(url, 'DeleteMessage', { QueueUrl, ReceiptHandle: message['ReceiptHandle'] })
    }
    if (found.length < count) await delay(50)
  }
  return found
}

function startTelling(endpoint: string): Promise<TestServer> {
  const accessKey = { accessKeyId: 'AKIAQUEUES0000000001', secretAccessKey: 'secret-of-the-queues' }
  const service = (arn: string) => ({ arn, endpoint, accessKey })
  return startTestServer({
    notifications: {
      destinations: [
        { arn: QUEUE, service: service(`arn:aws:sqs:us-east-1:${ACCOUNT}:uploads`) },
        { arn: TOPIC, service: service(`arn:aws:sns:us-east-1:${ACCOUNT}:news`) },
      ],
    },
  })
}

function tell(server: TestServer, ...rules: string[]) {
  const body = notificationXml(...rules)
  return rawRequest(server, { method: 'PUT', path: '/photos', query: 'notification=', body })
}

describe.skipIf(!isLarge)('queues and topics of moto', { timeout: clientTimeoutMilliseconds }, () => {
  it('get the test message and what happens in a bucket', async (context) => {
    const url = await startEmulator(context)
    await sqs(url, 'CreateQueue', { QueueName: 'uploads' })
    await sqs(url, 'CreateQueue', { QueueName: 'readers' })
    await sns(url, { Action: 'CreateTopic', Name: 'news' })
    const Endpoint = `arn:aws:sqs:us-east-1:${ACCOUNT}:readers`
    const TopicArn = `arn:aws:sns:us-east-1:${ACCOUNT}:news`
    await sns(url, { Action: 'Subscribe', TopicArn, Protocol: 'sqs', Endpoint })
    await using server = await startTelling(url)
    await createBucket(server, 'photos')
    const answer = await tell(
      server,
      ruleXml({ arn: QUEUE }),
      ruleXml({ arn: TOPIC, events: ['s3:ObjectRemoved:*'] }),
    )
    expect(answer).toMatchObject({ status: 200 })
    await putObject(server, 'photos', 'a b/ž.jpg', 'x')
    await rawRequest(server, { method: 'DELETE', path: '/photos/a%20b/%C5%BE.jpg' })
    const told = (await received(url, 'uploads', 2)).map(
      (body) => JSON.parse(body) as Record<string, unknown>,
    )
    expect(told).toMatchObject([
      { Event: 's3:TestEvent', Bucket: 'photos' },
      { Records: [{ eventName: 'ObjectCreated:Put', s3: { object: { key: 'a+b/%C5%BE.jpg', size: 1 } } }] },
    ])
    const published = (await received(url, 'readers', 2)).map(
      (body) => JSON.parse(body) as Record<string, string>,
    )
    expect(published).toMatchObject([
      { Type: 'Notification' },
      { Subject: 'Amazon S3 Notification', TopicArn },
    ])
    expect(JSON.parse(published[1]?.['Message'] ?? '')).toMatchObject({
      Records: [{ eventName: 'ObjectRemoved:Delete' }],
    })
  })

  it('that are not there refuse a configuration, and get what waits once they are', async (context) => {
    const url = await startEmulator(context)
    await using server = await startTelling(url)
    await createBucket(server, 'photos')
    const refused = await tell(server, ruleXml({ arn: QUEUE }))
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('did not take the test message'),
    ])
    await sqs(url, 'CreateQueue', { QueueName: 'uploads' })
    expect(await tell(server, ruleXml({ arn: QUEUE }))).toMatchObject({ status: 200 })
    await sqs(url, 'DeleteQueue', { QueueUrl: `${url}${ACCOUNT}/uploads` })
    await putObject(server, 'photos', 'waits', 'x')
    await server.settle()
    await sqs(url, 'CreateQueue', { QueueName: 'uploads' })
    server.clock.advance(60_000)
    const [event = ''] = await received(url, 'uploads', 1)
    expect(JSON.parse(event)).toMatchObject({ Records: [{ s3: { object: { key: 'waits' } } }] })
  })
})
