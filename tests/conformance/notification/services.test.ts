import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createBucket, putObject } from '../../support/buckets.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { Webhook } from '../../support/webhook.ts'
import { notificationXml, QUEUE, ruleXml } from './notification-room.ts'

/** An SQS of a few lines that takes everything. */
const openQueues = () =>
  Webhook.open((_request, response) => response.end('{"QueueUrl":"http://elsewhere.example/queue"}'))

it('a queue behind SQS gets the test message and the events, signed with the key of a file', async () => {
  await using folder = await temporaryDirectory()
  const file = '[default]\n[queues]\naws_access_key_id = AKIAQUEUES\naws_secret_access_key = of-the-queues\n'
  await writeFile(join(folder.path, 'queues'), file)
  await using queues = await openQueues()
  const service = { endpoint: queues.url, credentialsFile: join(folder.path, 'queues'), profile: 'queues' }
  await using server = await startTestServer({ notifications: { destinations: [{ arn: QUEUE, service }] } })
  await createBucket(server, 'photos')
  const body = notificationXml(ruleXml())
  const put = { method: 'PUT', path: '/photos', query: 'notification=', body }
  expect((await rawRequest(server, put)).status).toBe(200)
  await putObject(server, 'photos', 'a.jpg', 'x')
  await server.settle()
  const sent = queues.requests.filter(({ headers }) => headers['x-amz-target'] === 'AmazonSQS.SendMessage')
  expect(
    sent.map(({ body }) => JSON.parse((JSON.parse(body) as { MessageBody: string }).MessageBody) as unknown),
  ).toMatchObject([
    { Event: 's3:TestEvent' },
    { Records: [{ eventName: 'ObjectCreated:Put', s3: { object: { key: 'a.jpg' } } }] },
  ])
  for (const { headers } of sent)
    expect(headers.authorization).toMatch(/Credential=AKIAQUEUES\/\d{8}\/us-east-1\/sqs\/aws4_request/)
})

it('a key that cannot be read ends the start, and the error names the destination', async () => {
  const service = { endpoint: 'http://127.0.0.1:9', credentialsFile: '/nowhere/queues' }
  const starting = startTestServer({ notifications: { destinations: [{ arn: QUEUE, service }] } })
  await expect(starting).rejects.toThrow(`notifications.destinations, ${QUEUE}`)
})
