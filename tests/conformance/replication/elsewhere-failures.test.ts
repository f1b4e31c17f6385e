import { HeadObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { makeUser } from '../../support/identity-clients.ts'
import { freePort } from '../../support/free-port.ts'
import { listen } from '../../support/listen.ts'
import { Destinations, QUEUE, withDestinations } from '../notification/notification-room.ts'
import { ReplicationRoom, ruleTo } from './replication-room.ts'
import { makeBucket, remoteOf, TwoSites } from './two-sites.ts'
import { PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3'

const HOUR = 3600_000

/** A server that answers as it is told, and notes what it was asked. */
class Stranger implements AsyncDisposable {
  readonly asked: string[] = []
  answer: (request: IncomingMessage, response: ServerResponse) => void
  readonly #server: Server
  url = ''

  constructor(answer: Stranger['answer']) {
    this.answer = answer
    this.#server = createServer((request, response) => {
      this.asked.push(`${request.method} ${request.url}`)
      this.answer(request, response)
    })
  }

  async open(): Promise<this> {
    this.url = await listen(this.#server)
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

const errorDocument = (code: string) => `<Error><Code>${code}</Code><Message>no</Message></Error>`

const refusing =
  (status: number, code: string): Stranger['answer'] =>
  (request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(status).end(errorDocument(code)))
  }

async function siteWith(url: string, more = {}, here = {}): Promise<ReplicationRoom> {
  const destinations = [{ ...remoteOf(url), isHoldfast: false, ...more }]
  const room = await ReplicationRoom.open({ ...here, replication: { destinations } })
  await makeBucket(room, 'here')
  await room.replicate('here', await room.role(), ruleTo('away'))
  return room
}

it(
  'a destination that is away for an hour gets all of it in the end, each version once',
  { timeout: 60_000 },
  async () => {
    const port = await freePort()
    await using here = await siteWith(`http://127.0.0.1:${port}`, { isHoldfast: undefined })
    const local = await here.bucket()
    const first = await here.put('here', 'key', { Body: 'one' })
    await here.server.settle()
    expect(await here.status('here', 'key', first)).toBe('PENDING')
    for (let minute = 0; minute < 60; minute += 15) {
      here.server.clock.advance(15 * 60_000)
      await here.put('here', minute % 30 === 0 ? 'key' : `key ${minute}`, { Body: `${minute}` })
      await here.server.settle()
    }
    // Whoever goes elsewhere does not wait.
    await here.replicate('here', await here.role(), ruleTo('away'), ruleTo(local, { Priority: 2 }))
    const both = await here.put('here', 'both')
    await here.server.settle()
    expect(await here.status(local, 'both', both)).toBe('REPLICA')
    await using there = await ReplicationRoom.open({ port })
    await makeBucket(there, 'there')
    here.server.clock.advance(5 * 60_000)
    // The clocks of the two are an hour apart, which no signature outlives.
    there.server.clock.advance(here.server.clock.now().getTime() - there.server.clock.now().getTime())
    await here.server.settle()
    const plain = (seen: Awaited<ReturnType<ReplicationRoom['versions']>>) =>
      seen.map(({ key, id, body, isLatest }) => [key, id, body, isLatest])
    expect(plain(await there.versions('there'))).toEqual(plain(await here.versions('here')))
    const statuses = (await here.versions('here')).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set(['COMPLETED']))
  },
)

it('what is not taken for a day is FAILED and told, and goes when it is left to the rules once more', async () => {
  const destinations = new Destinations()
  await using stranger = await new Stranger(refusing(503, 'SlowDown')).open()
  await using here = await siteWith(stranger.url, {}, withDestinations(destinations))
  await here.replicate(
    'here',
    await here.role(),
    ruleTo('away', { Destination: { Bucket: '', Metrics: { Status: 'Enabled' } } }),
  )
  const rule = { QueueArn: QUEUE, Id: 'q', Events: ['s3:Replication:*' as const] }
  const NotificationConfiguration = { QueueConfigurations: [rule] }
  await here.client.send(
    new PutBucketNotificationConfigurationCommand({ Bucket: 'here', NotificationConfiguration }),
  )
  const id = await here.put('here', 'key')
  await here.server.settle()
  here.server.clock.advance(23 * HOUR)
  await here.server.settle()
  expect(await here.status('here', 'key', id)).toBe('PENDING')
  const later = await here.put('here', 'later')
  here.server.clock.advance(HOUR + 60_000)
  await here.server.settle()
  expect(await here.status('here', 'key', id)).toBe('FAILED')
  expect(await here.status('here', 'later', later)).toBe('PENDING')
  expect(destinations.records(QUEUE)).toMatchObject([
    {
      eventName: 'Replication:OperationFailedReplication',
      replicationEventData: { failureReason: 'DstUnavailable', destinationBucket: 'arn:aws:s3:::away' },
    },
  ])
})

it.each([
  [403, 'AccessDenied', 'DstPutObjectNotPermitted'],
  [404, 'NoSuchBucket', 'DstBucketNotFound'],
  [400, 'KMS.NotFoundException', 'DstKmsKeyNotFound'],
  [501, 'NotImplemented', 'DstPutObjectNotPermitted'],
])('what is refused with %i %s is FAILED at once: %s', async (status, code, reason) => {
  await using stranger = await new Stranger(refusing(status, code)).open()
  await using here = await siteWith(stranger.url)
  const id = await here.put('here', 'key')
  await here.server.settle()
  expect(await here.status('here', 'key', id)).toBe('FAILED')
  const text = await (await fetch(`${here.server.url}/-/metrics`)).text()
  expect(text).toContain(`holdfast_replication_failures_total{reason="${reason}"} 1`)
  expect(stranger.asked).toEqual(['PUT /there/key'])
})

it.each([
  [403, 'InvalidAccessKeyId'],
  [403, 'RequestTimeTooSkewed'],
  [503, 'ServiceUnavailable'],
  [429, 'TooManyRequests'],
])('what is refused with %i %s waits for all of the destination', async (status, code) => {
  await using stranger = await new Stranger(refusing(status, code)).open()
  await using here = await siteWith(stranger.url, { parallel: 1 })
  for (const key of ['a', 'b', 'c']) await here.put('here', key)
  await here.server.settle()
  expect(stranger.asked).toHaveLength(1)
  stranger.answer = (request, response) => request.resume().on('end', () => response.writeHead(200).end())
  here.server.clock.advance(2000)
  await here.server.settle()
  for (const key of ['a', 'b', 'c']) expect(await here.status('here', key)).toBe('COMPLETED')
})

it.each([
  [500, 'InternalError'],
  [403, 'QuotaExceeded'],
  [507, 'XMinioStorageFull'],
])('one that is refused with %i %s holds up its own key alone', async (status, code) => {
  let isMended = false
  await using stranger = await new Stranger((request, response) => {
    request.resume().on('end', () => {
      const isBad = request.url?.includes('bad') === true && !isMended
      response.writeHead(isBad ? status : 200).end(isBad ? errorDocument(code) : '')
    })
  }).open()
  await using here = await siteWith(stranger.url)
  await here.put('here', 'bad', { Body: 'one' })
  await here.put('here', 'bad', { Body: 'two' })
  const good = await here.put('here', 'good')
  await here.server.settle()
  expect(await here.status('here', 'bad')).toBe('PENDING')
  expect(await here.status('here', 'good', good)).toBe('COMPLETED')
  expect(stranger.asked.filter((line) => line.includes('bad'))).toHaveLength(1)
  isMended = true
  here.server.clock.advance(2000)
  await here.server.settle()
  expect(await here.status('here', 'bad')).toBe('COMPLETED')
  expect(stranger.asked.filter((line) => line.includes('bad'))).toHaveLength(3)
})

it('an answer that is cut, and a body that is, are tried again', async () => {
  let cuts = 0
  await using stranger = await new Stranger((request, response) => {
    if (cuts++ < 3) {
      request.once('data', () => request.destroy())
      return
    }
    request.resume().on('end', () => response.writeHead(200, { 'x-amz-version-id': 'of-there' }).end())
  }).open()
  await using here = await siteWith(stranger.url)
  const id = await here.put('here', 'large', { Body: randomBytes(2_000_000) })
  for (let time = 0; time < 4; time++) {
    await here.server.settle()
    here.server.clock.advance(10_000)
  }
  expect(await here.status('here', 'large', id)).toBe('COMPLETED')
  expect(cuts).toBe(4)
})

it('a name that leads into the own network is not connected to, unless the config says so', async () => {
  await using stranger = await new Stranger(refusing(403, 'AccessDenied')).open()
  const { port } = new URL(stranger.url)
  // Resolves to the loopback on every machine, and is not called localhost.
  const name = (await import('node:os')).hostname()
  await using here = await siteWith(`http://${name}:${port}`)
  await here.put('here', 'key')
  await here.server.settle()
  expect(stranger.asked).toEqual([])
  expect(await here.status('here', 'key')).toBe('PENDING')
})

it('a key that may not do all of it is told by its reason', async () => {
  await using there = await ReplicationRoom.open()
  await makeBucket(there, 'there')
  const may = { Effect: 'Allow', Action: ['s3:ReplicateObject'], Resource: '*' }
  const accessKey = { ...(await makeUser(there.server, 'site', may)) }
  await using here = await siteWith(there.server.url, { accessKey, isHoldfast: undefined })
  const plain = await here.put('here', 'plain')
  const tagged = await here.put('here', 'tagged', { Tagging: 'a=b' })
  await here.server.settle()
  expect(await here.status('here', 'plain', plain)).toBe('COMPLETED')
  expect(await here.status('here', 'tagged', tagged)).toBe('FAILED')
  expect(await there.status('there', 'plain', plain)).toBe('REPLICA')
})

it('objects under a key of the client are FAILED, for nobody here can open them', async () => {
  await using sites = await TwoSites.open({ here: { encryption: { requireTls: false } } })
  await sites.replicate()
  const key = randomBytes(32)
  const sealed = {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: key.toString('base64'),
  }
  const id = await sites.here.put('here', 'key', sealed)
  await sites.here.server.settle()
  const head = new HeadObjectCommand({ Bucket: 'here', Key: 'key', VersionId: id, ...sealed })
  expect((await sites.here.client.send(head)).ReplicationStatus).toBe('FAILED')
  const listed = await sites.there.client.send(new ListObjectVersionsCommand({ Bucket: 'there' }))
  expect(listed.Versions).toBeUndefined()
})
