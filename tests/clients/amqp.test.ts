import { hash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  NOTIFICATION,
  notificationXml,
  QUEUE,
  ruleXml,
} from '../conformance/notification/notification-room.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { CertificateAuthority } from '../support/certificate-authority.ts'
import {
  type RabbitMq,
  RABBITMQ_PASSWORD,
  RABBITMQ_SERVER,
  RABBITMQ_USER,
  startRabbitMq,
} from '../support/rabbitmq.ts'
import { type RawAnswer, rawRequest } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { objectPath } from '../support/signature-v4.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { clientTimeoutMilliseconds, isLarge } from '../support/sizes.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

interface Told {
  readonly key: string
  readonly eventName: string
  readonly eTag?: string
}

let folder: TemporaryDirectory
let authority: CertificateAuthority
let broker: RabbitMq | undefined
let made = 0

beforeAll(async () => {
  folder = await temporaryDirectory()
  authority = await CertificateAuthority.make(folder.path)
  return async () => {
    await broker?.[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
})

describe.skipIf(!isLarge)('events in RabbitMQ', { timeout: clientTimeoutMilliseconds }, () => {
  let queue: string
  let servers: AsyncDisposableStack

  beforeEach(async (context) => {
    await requireCommand(context, RABBITMQ_SERVER)
    broker ??= await startRabbitMq(await authority.issue())
    queue = `events-${++made}`
    servers = new AsyncDisposableStack()
  }, clientTimeoutMilliseconds)

  afterEach(() => servers.disposeAsync())

  const rabbitMq = (): RabbitMq => {
    if (!broker) throw new Error('it was not started')
    return broker
  }
  function configOf(more: object = {}): Readonly<Record<string, unknown>> {
    const amqp = {
      url: rabbitMq().url,
      user: RABBITMQ_USER,
      password: RABBITMQ_PASSWORD,
      routingKey: queue,
      ...more,
    }
    return { notifications: { destinations: [{ arn: QUEUE, amqp }] } }
  }

  async function start(more: object = {}, dataDirectory?: string): Promise<ServerProcess> {
    const config = configOf(more)
    return servers.use(await startServerProcess({ config, ...(dataDirectory && { dataDirectory }) }))
  }

  function configure(server: ServerProcess, bucket: string, headers = {}): Promise<RawAnswer> {
    return rawRequest(server, {
      method: 'PUT',
      path: `/${bucket}`,
      ...NOTIFICATION,
      headers,
      body: notificationXml(ruleXml({ events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] })),
    })
  }

  async function remove(server: ServerProcess, bucket: string, key: string): Promise<void> {
    const answer = await rawRequest(server, { method: 'DELETE', path: objectPath(bucket, key) })
    expect(answer).toMatchObject({ status: 204 })
  }

  /** What has come, each event once, as soon as there are so many. */
  async function told(events: number): Promise<Told[]> {
    const bodies = new Set<string>()
    await expect
      .poll(
        async () => {
          for (const { content } of await rabbitMq().take(queue)) {
            const text = content.toString()
            if (text.includes('"Records"')) bodies.add(text)
          }
          return bodies.size
        },
        { timeout: 100_000, interval: 200 },
      )
      .toBe(events)
    return [...bodies].map(toldIn)
  }

  it('a test event, then one for each put and delete, kept by the queue', async () => {
    await rabbitMq().declare(queue)
    const server = await start()
    const bucket = await createBucket(server, 'amqp-events')
    expect(await configure(server, bucket)).toMatchObject({ status: 200 })
    const [test] = await rabbitMq().take(queue)
    expect(JSON.parse(String(test?.content))).toMatchObject({
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Bucket: bucket,
    })
    await putObject(server, bucket, 'a folder/ž+.txt', 'some bytes')
    await remove(server, bucket, 'a folder/ž+.txt')
    const waiting = () => rabbitMq().use(async (channel) => (await channel.checkQueue(queue)).messageCount)
    await expect.poll(waiting, { timeout: 20_000 }).toBe(2)
    const messages = await rabbitMq().take(queue)
    const ids = messages.map(({ properties }) => String(properties.messageId))
    expect(new Set(ids).size).toBe(2)
    for (const { fields, properties } of messages) {
      expect(fields).toMatchObject({ exchange: '', routingKey: queue })
      expect(properties).toMatchObject({
        contentType: 'application/json',
        deliveryMode: 2,
        messageId: expect.stringMatching(/^[0-9a-f]{64}$/),
        headers: { 'x-holdfast-destination': QUEUE },
      })
    }
    const [created, removed] = messages.map(({ content }) => {
      const { Records } = JSON.parse(content.toString()) as { Records: Record<string, unknown>[] }
      expect(Records).toHaveLength(1)
      return Records[0]
    })
    // Source: S3 User Guide, "Event message structure": the key is URL-encoded.
    const object = { key: 'a+folder/%C5%BE%2B.txt', sequencer: expect.stringMatching(/^[0-9A-F]+$/) }
    expect(created).toMatchObject({
      eventVersion: '2.5',
      eventSource: 'aws:s3',
      awsRegion: 'us-east-1',
      eventName: 'ObjectCreated:Put',
      s3: {
        s3SchemaVersion: '1.0',
        bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
        object: { ...object, size: 10, eTag: hash('md5', 'some bytes', 'hex') },
      },
    })
    expect(removed).toMatchObject({ eventName: 'ObjectRemoved:Delete', s3: { object } })
  })

  it('through an exchange, and over TLS', async () => {
    await rabbitMq().use(async (channel) => {
      await channel.assertExchange('storage.events', 'topic', { durable: true })
      await channel.assertQueue(queue, { durable: true })
      await channel.bindQueue(queue, 'storage.events', 'uploads.*')
    })
    await writeFile(join(folder.path, 'mq-password'), `${RABBITMQ_PASSWORD}\n`)
    const passwordFile = join(folder.path, 'mq-password')
    const place = {
      password: undefined,
      passwordFile,
      exchange: 'storage.events',
      routingKey: 'uploads.all',
      url: rabbitMq().tlsUrl,
    }
    await writeFile(join(folder.path, 'ca.pem'), await authority.root)
    const server = await start({ ...place, certificateAuthorityFile: join(folder.path, 'ca.pem') })
    const bucket = await createBucket(server, 'amqp-exchange')
    expect(await configure(server, bucket)).toMatchObject({ status: 200 })
    await putObject(server, bucket, 'a', 'some bytes')
    expect(await told(1)).toMatchObject([{ key: 'a' }])
    const stranger = await start(place)
    expect(await configure(stranger, await createBucket(stranger, 'amqp-stranger'))).toMatchObject({
      status: 400,
    })
  })

  it('but for one that is too large, and while the broker is short of memory', async () => {
    await rabbitMq().declare(queue)
    const server = await start()
    const bucket = await createBucket(server, 'amqp-limits')
    expect(await configure(server, bucket)).toMatchObject({ status: 200 })
    await putObject(server, bucket, 'ž'.repeat(400), 'some bytes')
    await expect
      .poll(() => server.output(), { timeout: 20_000 })
      .toContain('it answered 406 PRECONDITION-FAILED')
    await putObject(server, bucket, 'a', 'some bytes')
    expect(await told(1)).toMatchObject([{ key: 'a' }])
    await rabbitMq().control('set_vm_memory_high_watermark', '0.000001')
    await putObject(server, bucket, 'b', 'some bytes')
    await expect.poll(() => server.output(), { timeout: 20_000 }).toContain('it takes nothing for now')
    await rabbitMq().control('set_vm_memory_high_watermark', '0.4')
    expect(await told(1)).toMatchObject([{ key: 'b' }])
  })

  it('after a crash of the broker: none is lost, and those of a key are in order', async () => {
    await rabbitMq().declare(queue)
    const server = await start()
    const bucket = await createBucket(server, 'amqp-crash')
    expect(await configure(server, bucket)).toMatchObject({ status: 200 })
    const done: Told[] = []
    for (let round = 0; round < 30; round++) {
      if (round === 10) await rabbitMq().kill()
      if (round === 20) await rabbitMq().start()
      const keys = ['a', 'b', `single-${round}`]
      const etags = await Promise.all(
        keys.map(async (key) => {
          const { headers } = await putObject(server, bucket, key, `${key} ${round}`)
          return String(headers['etag']).replaceAll('"', '')
        }),
      )
      for (const [index, key] of keys.entries())
        done.push({ key, eventName: 'ObjectCreated:Put', eTag: etags[index] ?? '' })
      if (round % 3 !== 0) continue
      await remove(server, bucket, 'a')
      done.push({ key: 'a', eventName: 'ObjectRemoved:Delete' })
    }
    const found = await told(done.length)
    for (const key of new Set(done.map(({ key }) => key))) {
      const ofKey = (event: Told): boolean => event.key === key
      expect(found.filter(ofKey)).toEqual(done.filter(ofKey))
    }
  })

  it('not with a wrong password, or to a queue that is not there; what waits comes as soon as that is mended', async () => {
    const dataDirectory = join(folder.path, queue)
    const wrong = await start({ password: 'not-the-password' }, dataDirectory)
    const bucket = await createBucket(wrong, 'amqp-mended')
    const refused = await configure(wrong, bucket)
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('<Code>InvalidArgument</Code>')
    expect(refused.text).toContain('did not take the test message')
    const unchecked = { 'x-amz-skip-destination-validation': 'true' }
    expect(await configure(wrong, bucket, unchecked)).toMatchObject({ status: 200 })
    await putObject(wrong, bucket, 'a', 'some bytes')
    await expect.poll(() => wrong.output(), { timeout: 20_000 }).toContain('it answered 403 ACCESS-REFUSED')
    expect(wrong.output()).not.toContain('not-the-password')
    await wrong.end('SIGTERM')

    const server = await start({}, dataDirectory)
    expect((await configure(server, bucket)).text).toContain('<Code>InvalidArgument</Code>')
    await expect.poll(() => server.output(), { timeout: 20_000 }).toContain('it has no queue for the message')
    await rabbitMq().declare(queue)
    expect(await told(1)).toMatchObject([{ key: 'a', eventName: 'ObjectCreated:Put' }])
    expect(await configure(server, bucket)).toMatchObject({ status: 200 })
  })

  it('a server ends at once, with the broker there or dead', async () => {
    await rabbitMq().declare(queue)
    const endings: number[] = []
    for (const isDead of [false, true]) {
      const server = await start()
      const bucket = await createBucket(server, `amqp-end-${isDead}`)
      expect(await configure(server, bucket)).toMatchObject({ status: 200 })
      if (isDead) await rabbitMq().kill()
      await putObject(server, bucket, 'a', 'some bytes')
      const begun = Date.now()
      expect(await server.end('SIGTERM')).toMatchObject({ exitCode: 0 })
      endings.push(Date.now() - begun)
    }
    await rabbitMq()[Symbol.asyncDispose]()
    broker = undefined
    expect(Math.max(...endings)).toBeLessThan(2000)
  })
})

function toldIn(body: string): Told {
  const { Records } = JSON.parse(body) as {
    Records: { eventName: string; s3: { object: Omit<Told, 'eventName'> } }[]
  }
  const [record] = Records
  if (!record) throw new Error(`no record in ${body}`)
  const { key, eTag } = record.s3.object
  return { key, eventName: record.eventName, ...(eTag !== undefined && { eTag }) }
}
