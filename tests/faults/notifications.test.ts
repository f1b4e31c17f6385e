import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { executable } from '../support/executable.ts'
import { rawRequest, type ServerAddress } from '../support/raw-request.ts'
import { runCommand } from '../support/run-command.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { Webhook } from '../support/webhook.ts'
import { tries } from '../support/sizes.ts'
import { notificationXml, QUEUE, ruleXml } from '../conformance/notification/notification-room.ts'

const KILLS = tries(5)
const WRITES_A_KILL = 20
const AUTHORIZATION = 'Bearer never-to-be-logged'
const SECRET_PATH = 'secret-path'

function configFor(webhook: Webhook) {
  const destination = { arn: QUEUE, url: `${webhook.url}/${SECRET_PATH}`, authorization: AUTHORIZATION }
  return {
    notifications: { destinations: [destination] },
    testing: { enabled: true, processTimeoutSeconds: 2 },
  }
}

async function tell(server: ServerAddress, bucket: string): Promise<void> {
  const body = notificationXml(ruleXml({ events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] }))
  const answer = await rawRequest(server, { method: 'PUT', path: `/${bucket}`, query: 'notification=', body })
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
}

/** Sequencers and entity tags of what was told of each key, in the order in which it came. */
function told(webhook: Webhook): Map<string, { sequencer: string; eTag: unknown }[]> {
  const byKey = new Map<string, { sequencer: string; eTag: unknown }[]>()
  for (const { s3 } of webhook.records) {
    const { key, sequencer, eTag } = s3.object
    byKey.set(String(key), [...(byKey.get(String(key)) ?? []), { sequencer: String(sequencer), eTag }])
  }
  return byKey
}

it(
  'what was told nobody when the server was killed is told by the next one',
  { timeout: 60_000 },
  async () => {
    await using webhook = await Webhook.open()
    await using folder = await temporaryDirectory()
    const options = { dataDirectory: folder.path, config: configFor(webhook) }
    const keys = Array.from({ length: 250 }, (_, at) => `key-${at}`)
    {
      await using server = await startServerProcess(options)
      await createBucket(server, 'kill')
      await tell(server, 'kill')
      webhook.answer = (_request, response) => response.writeHead(503).end()
      for (let start = 0; start < keys.length; start += 50) {
        await Promise.all(keys.slice(start, start + 50).map((key) => putObject(server, 'kill', key, key)))
      }
      await server.end('SIGKILL')
      expect(server.output()).not.toMatch(new RegExp(`${AUTHORIZATION}|${SECRET_PATH}`))
      expect(server.output()).toContain('events were not taken')
    }
    const words = ['workers', '--data', folder.path, '--json']
    const { text } = await runCommand(process.execPath, [executable, ...words])
    expect(JSON.parse(text)).toContainEqual(expect.objectContaining({ name: `events to ${QUEUE}`, done: 0 }))

    webhook.requests.length = 0
    webhook.records.length = 0
    webhook.answer = (_request, response) => response.end()
    await using server = await startServerProcess(options)
    await webhook.until(() => told(webhook).size === keys.length)
    expect([...told(webhook).keys()].toSorted()).toEqual(keys.toSorted())
    expect(webhook.requests.every(({ headers }) => headers.authorization === AUTHORIZATION)).toBe(true)
    expect(server.output()).not.toMatch(new RegExp(`${AUTHORIZATION}|${SECRET_PATH}`))
  },
)

it('kills in the middle of everything lose no event', { timeout: 120_000 }, async () => {
  await using webhook = await Webhook.open()
  await using folder = await temporaryDirectory()
  const options = { dataDirectory: folder.path, config: configFor(webhook) }
  const acknowledged = new Map<string, string>()
  for (let round = 0; round < KILLS; round++) {
    await using server = await startServerProcess(options)
    if (round === 0) {
      await createBucket(server, 'kill')
      await tell(server, 'kill')
    }
    const stop = new AbortController()
    const enough = Promise.withResolvers<void>()
    const goal = acknowledged.size + WRITES_A_KILL
    const write = async (lane: number): Promise<void> => {
      for (let at = 0; !stop.signal.aborted; at++) {
        const key = `${round}/${lane}/${at}`
        const answer = await putObject(server, 'kill', key, key).catch(() => undefined)
        if (answer) acknowledged.set(key, answer.headers.etag ?? '')
        if (acknowledged.size >= goal) enough.resolve()
      }
    }
    const writing = [0, 1, 2, 3].map(write)
    await enough.promise
    await delay(randomInt(50))
    await server.end('SIGKILL')
    stop.abort()
    await Promise.all(writing)
  }
  await using server = await startServerProcess(options)
  const isTold = (): boolean => {
    const byKey = told(webhook)
    return [...acknowledged.keys()].every((key) => byKey.has(key))
  }
  await webhook.until(isTold)
  expect(acknowledged.size).toBeGreaterThanOrEqual(KILLS * WRITES_A_KILL)
  // And of nothing that is not there: what is told was committed.
  for (const [key, [first]] of told(webhook)) {
    const { status, headers } = await getObject(server, 'kill', key)
    expect([key, status, headers.etag]).toEqual([key, 200, `"${String(first?.eTag)}"`])
  }
})

it(
  'two processes tell of what either did, and one takes over from the other',
  { timeout: 60_000 },
  async () => {
    await using webhook = await Webhook.open()
    await using folder = await temporaryDirectory()
    const options = { dataDirectory: folder.path, config: configFor(webhook) }
    await using one = await startServerProcess(options)
    await using two = await startServerProcess(options)
    await createBucket(one, 'together')
    await tell(one, 'together')
    for (let round = 0; round < 40; round++)
      await putObject(round % 2 ? one : two, 'together', 'shared', `${round}`)
    await webhook.until(() => told(webhook).get('shared')?.length === 40)
    const sequencers = (told(webhook).get('shared') ?? []).map(({ sequencer }) => sequencer)
    expect(sequencers.toSorted()).toEqual(sequencers)

    // Whichever it is that delivers.
    await one.end('SIGKILL')
    await putObject(two, 'together', 'after one', 'x')
    await webhook.until(() => told(webhook).has('after+one'))
    await using three = await startServerProcess(options)
    await two.end('SIGTERM')
    await putObject(three, 'together', 'after two', 'x')
    await webhook.until(() => told(webhook).has('after+two'))
  },
)
