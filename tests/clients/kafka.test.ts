import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, describe, expect, it, type TestContext } from 'vitest'
import { systemClock } from '../../packages/server/src/base/clock.ts'
import { systemDisk } from '../../packages/server/src/base/disk.ts'
import type { KafkaConfig } from '../../packages/server/src/config/kafka-config.ts'
import { openKafka } from '../../packages/server/src/destinations/open-kafka.ts'
import type {
  DeliveryFailure,
  EventSender,
} from '../../packages/server/src/s3/shared/announcing/event-sender.ts'
import { TOPIC as ARN, notificationXml, ruleXml } from '../conformance/notification/notification-room.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { KAFKA_LOGIN, type KafkaBroker, type KafkaRecord, startKafka } from '../support/kafka-broker.ts'
import { type RawAnswer, rawRequest, type ServerAddress } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { objectPath } from '../support/signature-v4.ts'
import { clientTimeoutMilliseconds, isLarge } from '../support/sizes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { requireFurtherClient } from './further-clients.ts'

/* A broker of Apache Kafka that `.ci/clients` brings; what is in its topics is read by Kafka's own client. */

let started: KafkaBroker | undefined
afterAll(() => started?.[Symbol.asyncDispose]())

/** One for all tests: its start takes longer than they do. */
async function brokerFor(context: TestContext): Promise<KafkaBroker> {
  await requireCommand(context, 'java')
  return (started ??= await startKafka(await requireFurtherClient(context, 'kafka')))
}

function serverTelling(kafka: KafkaConfig): Promise<ServerProcess> {
  return startServerProcess({ config: { notifications: { destinations: [{ arn: ARN, kafka }] } } })
}

/** Answers once the destination has taken the test event, unless it is told not to look. */
function tellAll(server: ServerAddress, bucket: string, headers = {}): Promise<RawAnswer> {
  const events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*']
  const body = notificationXml(ruleXml({ arn: ARN, id: 'all', events }))
  return rawRequest(server, { method: 'PUT', path: `/${bucket}`, query: 'notification=', headers, body })
}

const UNSEEN = { 'x-amz-skip-destination-validation': 'true' }

const deleteObject = (server: ServerAddress, bucket: string, key: string): Promise<RawAnswer> =>
  rawRequest(server, { method: 'DELETE', path: objectPath(bucket, key) })

interface Event {
  readonly eventName: string
  readonly s3: { readonly object: { readonly key: string; readonly sequencer: string } }
}

const eventOf = ({ value }: KafkaRecord): Event => {
  const { Records } = JSON.parse(value) as { Records: [Event] }
  return Records[0]
}

describe.skipIf(!isLarge)('Apache Kafka', { timeout: clientTimeoutMilliseconds }, () => {
  it('gets events as S3 documents them, each key in its order, and none is lost when the broker is killed', async (context) => {
    const broker = await brokerFor(context)
    await broker.createTopic('uploads', 3)
    await using server = await serverTelling({ brokers: [broker.address], topic: 'uploads' })
    const bucket = await createBucket(server, 'photos')
    expect((await tellAll(server, bucket)).status).toBe(200)
    await putObject(server, bucket, 'a cat/ž.jpg', 'a cat')
    await deleteObject(server, bucket, 'a cat/ž.jpg')
    const [test, ...records] = await broker.records('uploads', 3)
    expect(test?.key).toBeUndefined()
    expect(JSON.parse(test?.value ?? '')).toMatchObject({
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Bucket: bucket,
    })
    expect(records.map(({ key }) => key)).toEqual(Array(2).fill('photos/a+cat/%C5%BE.jpg'))
    const object = { key: 'a+cat/%C5%BE.jpg', size: 5, eTag: 'c1d0e44b09d5ac52f90f463fe410fc88' }
    expect(records.map(eventOf)).toMatchObject([
      {
        eventVersion: '2.5',
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        s3: { s3SchemaVersion: '1.0', configurationId: 'all', bucket: { name: bucket }, object },
      },
      { eventName: 'ObjectRemoved:Delete', s3: { object: { key: object.key } } },
    ])

    const keys = Array.from({ length: 6 }, (_, at) => `key-${at}`)
    const changeAll = async (): Promise<void> => {
      for (const key of keys) {
        await putObject(server, bucket, key, 'new')
        await deleteObject(server, bucket, key)
      }
    }
    const before = changeAll()
    await delay(100)
    await broker.kill()
    await before
    await changeAll()
    await broker.start()
    await changeAll()
    await until(async () => (await metrics(server)).includes('holdfast_undelivered_events 0\n'))
    const all = (await broker.records('uploads', 39)).filter(({ key }) => key?.startsWith('photos/key-'))
    for (const key of keys) {
      const events = all.filter((record) => record.key === `photos/${key}`)
      expect(new Set(events.map(({ partition }) => partition)).size).toBe(1)
      const sequencers = events.map((record) => eventOf(record).s3.object.sequencer)
      // An answer that the broker could not give any more lets the event come again.
      const once = [...new Set(sequencers)]
      expect(once).toHaveLength(6)
      expect(once).toEqual(once.toSorted())
    }
    expect(all.filter(({ partition, chosen }) => partition !== chosen)).toEqual([])
    expect(new Set(all.map(({ partition }) => partition)).size).toBeGreaterThan(1)
  })

  it('a wrong password and a missing topic are refused; what waits is delivered once they are mended', async (context) => {
    const broker = await brokerFor(context)
    await using folder = await temporaryDirectory()
    const passwordFile = join(folder.path, 'password')
    await writeFile(passwordFile, 'not-it')
    const { address, secureAddress, certificateAuthorityFile } = broker
    const login = { mechanism: 'SCRAM-SHA-512', user: KAFKA_LOGIN.user, passwordFile } as const
    const secure = { tls: true, certificateAuthorityFile, sasl: login }
    await using server = await serverTelling({ brokers: [secureAddress], topic: 'late', ...secure })
    const bucket = await createBucket(server, 'photos')
    const refused = [400, 'InvalidArgument']
    const put = await tellAll(server, bucket)
    expect([put.status, put.errorCode]).toEqual(refused)
    await writeFile(passwordFile, `${KAFKA_LOGIN.password}\n`)
    const again = await tellAll(server, bucket)
    expect([again.status, again.errorCode]).toEqual(refused)
    expect((await tellAll(server, bucket, UNSEEN)).status).toBe(200)
    await putObject(server, bucket, 'waits', 'for a topic')
    await until(async () => server.output().includes('UNKNOWN_TOPIC_OR_PARTITION'))
    await broker.createTopic('late', 1)
    expect((await broker.records('late', 1)).map(({ key }) => key)).toEqual(['photos/waits'])
    for (const secret of ['not-it', KAFKA_LOGIN.password, KAFKA_LOGIN.user, secureAddress])
      expect(server.output()).not.toContain(secret)

    const failure = (kafka: Partial<KafkaConfig>, message = '{}') =>
      failureOf({ brokers: [address], topic: 'late', ...kafka }, message)
    expect(await failure({})).toBeUndefined()
    expect(await failure({}, JSON.stringify('x'.repeat(5000)))).toEqual([
      'refused',
      'it answered MESSAGE_TOO_LARGE',
    ])
    const wrong = { ...secure, sasl: { ...KAFKA_LOGIN, mechanism: login.mechanism, password: 'not-it' } }
    expect(await failure({ brokers: [secureAddress], ...wrong })).toEqual([
      'unavailable',
      'it answered SASL_AUTHENTICATION_FAILED',
    ])
    const plain = { ...login, mechanism: 'PLAIN' } as const
    expect(await failure({ brokers: [secureAddress], ...secure, sasl: plain })).toBeUndefined()
    const scram256 = { ...login, mechanism: 'SCRAM-SHA-256' } as const
    expect(await failure({ brokers: [secureAddress], ...secure, sasl: scram256 })).toEqual([
      'unavailable',
      'it answered UNSUPPORTED_SASL_MECHANISM',
    ])
    expect(await failure({ brokers: [secureAddress], tls: true, sasl: login })).toEqual([
      'unavailable',
      'it could not be reached (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)',
    ])
  })

  it('goes on when its topic is made anew with fewer partitions', async (context) => {
    const broker = await brokerFor(context)
    await broker.createTopic('anew', 7)
    await using resources = new AsyncDisposableStack()
    const sender = await senderTo({ brokers: [broker.address], topic: 'anew' }, resources)
    const live = new AbortController().signal
    const sendAll = async (): Promise<void> => {
      for (const key of Array(7).keys()) {
        const record = { s3: { bucket: { name: 'photos' }, object: { key: `key-${key}` } } }
        await sender.send(ARN, JSON.stringify({ Records: [record] }), live)
      }
    }
    await sendAll()
    await broker.createTopic('anew', 1)
    await until(() =>
      sendAll().then(
        () => true,
        () => false,
      ),
    )
    expect(new Set((await broker.records('anew', 7)).map(({ key }) => key)).size).toBe(7)
  })

  it('a server ends at once while its broker answers no more, and when it is gone', async (context) => {
    const broker = await brokerFor(context)
    await broker.createTopic('stopped', 1)
    for (const stop of [async () => broker.signal('SIGSTOP'), () => broker.kill()]) {
      await using server = await serverTelling({ brokers: [broker.address], topic: 'stopped' })
      const bucket = await createBucket(server, 'photos')
      expect((await tellAll(server, bucket)).status).toBe(200)
      await stop()
      await putObject(server, bucket, 'waits', 'for ever')
      await delay(300)
      const begun = performance.now()
      expect(await server.end('SIGTERM')).toEqual({ exitCode: 0, signal: null })
      expect(performance.now() - begun).toBeLessThan(2000)
      broker.signal('SIGCONT')
    }
  })
})

function senderTo(kafka: KafkaConfig, resources: AsyncDisposableStack): Promise<EventSender> {
  const disk = systemDisk
  return openKafka(kafka, {
    config: { arn: ARN },
    setting: 'kafka',
    dataDirectory: undefined,
    disk,
    clock: systemClock,
    resources,
  })
}

/** What comes of a message that is sent without a server. */
async function failureOf(kafka: KafkaConfig, message: string): Promise<unknown> {
  await using resources = new AsyncDisposableStack()
  const sender = await senderTo(kafka, resources)
  return await sender.send(ARN, message, new AbortController().signal).then(
    () => undefined,
    ({ kind, message: said }: DeliveryFailure) => [kind, said],
  )
}

/** What Prometheus would read. */
async function metrics(server: ServerAddress): Promise<string> {
  return (await rawRequest(server, { path: '/-/metrics', anonymous: true })).text
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await delay(100)
}
