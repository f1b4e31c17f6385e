import { hash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, type TestContext } from 'vitest'
import { notificationXml, QUEUE, ruleXml } from '../conformance/notification/notification-room.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { rawRequest } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { objectPath } from '../support/signature-v4.ts'
import { clientTimeoutMilliseconds, tries, isLarge } from '../support/sizes.ts'

export const SECRET = 'never-to-be-told'
export const USER = 'holdfast'

/** A broker of a test's own, whose password is SECRET. */
export interface TestBroker extends AsyncDisposable {
  /** What a destination says of where its messages go. */
  readonly destination: (more?: object) => object
  /** Once more after `kill`, with what it had. */
  start(): Promise<void>
  kill(): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** What the messages go to is gone, or of another kind; and there again. */
  takeAway(): Promise<void>
  bringBack(): Promise<void>
  /** All that it has been told, the oldest first. */
  messages(): Promise<string[]>
}

interface Message {
  readonly Event?: string
  readonly Records?: readonly {
    readonly eventName: string
    readonly s3: {
      readonly bucket: { readonly name: string }
      readonly object: { readonly key: string; readonly sequencer: string; readonly size?: number }
    }
  }[]
}

export function withBroker(destination: object): Promise<ServerProcess> {
  return startServerProcess({ config: { notifications: { destinations: [{ arn: QUEUE, ...destination }] } } })
}

export async function putNotification(
  server: ServerProcess,
  bucket: string,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*']
  const { status, errorCode } = await rawRequest(server, {
    method: 'PUT',
    path: `/${bucket}`,
    query: 'notification=',
    headers,
    body: notificationXml(ruleXml({ events })),
  })
  return status === 200 ? 'taken' : errorCode
}

const unvalidated = { 'x-amz-skip-destination-validation': 'true' }

/** What it was told of buckets, once each; repetitions are allowed where the broker cannot tell them. */
async function recordsOf(broker: TestBroker, allowsRepetition: boolean) {
  const messages = (await broker.messages()).filter((text) => text.includes('"Records"'))
  if (!allowsRepetition) expect(new Set(messages).size).toBe(messages.length)
  return [...new Set(messages)].flatMap((text) => (JSON.parse(text) as Message).Records ?? [])
}

export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(50)
}

export function describeBroker(
  command: string,
  openBroker: (context: TestContext) => Promise<TestBroker>,
  { repeats }: { readonly repeats: boolean },
): void {
  const open = async (context: TestContext): Promise<TestBroker> => {
    await requireCommand(context, command)
    return openBroker(context)
  }
  const records = (broker: TestBroker) => recordsOf(broker, repeats)

  describe.skipIf(!isLarge)(`events by ${command}`, { timeout: clientTimeoutMilliseconds }, () => {
    it('come as S3 documents them, the test event first', async (context) => {
      await using broker = await open(context)
      await using server = await withBroker(broker.destination())
      const bucket = await createBucket(server, 'told')
      expect(await putNotification(server, bucket)).toBe('taken')
      expect((await broker.messages()).map((text) => JSON.parse(text) as Message)).toEqual([
        expect.objectContaining({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: bucket }),
      ])
      await putObject(server, bucket, 'a b/ž.txt', 'hello')
      await rawRequest(server, { method: 'DELETE', path: objectPath(bucket, 'a b/ž.txt') })
      await until(async () => (await records(broker)).length === 2)
      const object = { key: 'a+b/%C5%BE.txt' }
      expect(await records(broker)).toMatchObject([
        {
          eventVersion: '2.5',
          eventSource: 'aws:s3',
          eventName: 'ObjectCreated:Put',
          s3: { bucket: { name: bucket }, object: { ...object, size: 5, eTag: hash('md5', 'hello', 'hex') } },
        },
        { eventName: 'ObjectRemoved:Delete', s3: { bucket: { name: bucket }, object } },
      ])
      expect(server.output()).not.toContain(SECRET)
    })

    it('are all told, in the order of each key, where the broker is killed in between', async (context) => {
      await using broker = await open(context)
      await using server = await withBroker(broker.destination())
      const bucket = await createBucket(server, 'kept')
      await putNotification(server, bucket)
      const rounds = tries(60)
      for (let round = 0; round < rounds; round++) {
        if (round === Math.floor(rounds / 3)) await broker.kill()
        if (round === Math.floor((2 * rounds) / 3)) await broker.start()
        await Promise.all(
          ['a', 'b', 'c', 'd'].map((key) => putObject(server, bucket, key, 'x'.repeat(round))),
        )
      }
      await until(async () => (await records(broker)).length >= 4 * rounds)
      const told = await records(broker)
      for (const key of ['a', 'b', 'c', 'd']) {
        const ofKey = told.flatMap(({ s3: { object } }) => (object.key === key ? [object] : []))
        expect(ofKey.map(({ size }) => size)).toEqual(Array.from({ length: rounds }, (_, round) => round))
        const sequencers = ofKey.map(({ sequencer }) => sequencer)
        expect(sequencers.toSorted()).toEqual(sequencers)
      }
    })

    it('a wrong password is refused, and what waits for a broker comes when it takes it', async (context) => {
      await using broker = await open(context)
      {
        await using server = await withBroker(broker.destination({ password: 'wrong' }))
        const bucket = await createBucket(server, 'refused')
        expect(await putNotification(server, bucket)).toBe('InvalidArgument')
        expect(server.output()).not.toContain('wrong')
      }
      await using server = await withBroker(broker.destination())
      const bucket = await createBucket(server, 'waiting')
      await broker.takeAway()
      expect(await putNotification(server, bucket)).toBe('InvalidArgument')
      expect(await putNotification(server, bucket, unvalidated)).toBe('taken')
      await putObject(server, bucket, 'a', 'hello')
      await until(async () => server.output().includes('were not taken'))
      await broker.bringBack()
      await until(async () => (await records(broker)).length === 1)
      expect(server.output()).not.toContain(SECRET)
    })

    it.for(['SIGKILL', 'SIGSTOP'] as const)(
      'let the server end after %s of the broker',
      async (signal, context) => {
        await using broker = await open(context)
        await using server = await withBroker(broker.destination())
        const bucket = await createBucket(server, 'ended')
        expect(await putNotification(server, bucket)).toBe('taken')
        broker.signal(signal)
        await putObject(server, bucket, 'a', 'hello')
        await delay(200)
        const began = performance.now()
        expect(await server.end('SIGTERM')).toEqual({ exitCode: 0, signal: null })
        expect(performance.now() - began).toBeLessThan(5000)
        expect(server.output()).not.toMatch(/^[^{\n].*Error/m)
      },
    )
  })
}
