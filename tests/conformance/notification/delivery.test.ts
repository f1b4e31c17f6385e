import { describe, expect, it } from 'vitest'
import { MovableClock } from '../../../packages/server/src/base/clock.ts'
import { jsonLog } from '../../../packages/server/src/base/log.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { DAY_MILLISECONDS, expectStatus, type TimeRoomOptions } from '../../support/time-room.ts'
import { EventRoom } from './event-room.ts'
import {
  type Destinations,
  notificationXml,
  OTHER_QUEUE,
  QUEUE,
  refused,
  ruleXml,
  TOPIC,
  unavailable,
} from './notification-room.ts'

/** A clock that stands still unless it is moved. */
const still = (): TimeRoomOptions => ({ clock: new MovableClock() })

const CREATED_AND_REMOVED = notificationXml(
  ruleXml({ id: 'created' }),
  ruleXml({ id: 'removed', arn: TOPIC, events: ['s3:ObjectRemoved:*'] }),
)

function keysOf(destinations: Destinations, destination = QUEUE): string[] {
  return destinations.records(destination).map(({ s3 }) => s3.object.key)
}

/** How often a destination is tried while time goes on in steps of a second. */
async function attemptsIn(room: EventRoom, seconds: number): Promise<number[]> {
  const times: number[] = []
  for (let second = 1; second <= seconds; second++) {
    const before = room.destinations.attempts.length
    room.server.clock.advance(1000)
    await room.server.settle()
    if (room.destinations.attempts.length > before) times.push(second)
  }
  return times
}

describe('a destination that is down', () => {
  it('is tried after 1, 2, 4 … seconds, and gets all of it in the end', async () => {
    await using room = await EventRoom.tellingAll(still())
    await room.tell(notificationXml(ruleXml()))
    room.destinations.fail = unavailable
    await room.put('a')
    await room.put('b')
    await room.server.settle()
    expect(await attemptsIn(room, 40)).toEqual([1, 3, 7, 15, 31])
    room.destinations.fail = () => undefined
    room.server.clock.advance(60_000)
    await room.server.settle()
    expect(keysOf(room.destinations)).toEqual(['a', 'b'])
  })

  it('is tried every five minutes at the least', async () => {
    await using room = await EventRoom.tellingAll(still())
    await room.tell(notificationXml(ruleXml()))
    room.destinations.fail = unavailable
    await room.put('a')
    for (let hour = 0; hour < 2 * 60; hour++) {
      room.server.clock.advance(60_000)
      await room.server.settle()
    }
    room.destinations.fail = () => undefined
    room.server.clock.advance(5 * 60_000)
    await room.server.settle()
    expect(keysOf(room.destinations)).toEqual(['a'])
  })

  it('does not hold up others, nor one that never answers', async () => {
    await using room = await EventRoom.tellingAll()
    await room.tell(
      notificationXml(
        ruleXml({ filter: [['prefix', 'down/']] }),
        ruleXml({ filter: [['prefix', 'hangs/']], arn: OTHER_QUEUE }),
        ruleXml({ filter: [['prefix', 'well/']], arn: TOPIC }),
      ),
    )
    const { destinations } = room
    const told = Promise.withResolvers<string>()
    const hung = Promise.withResolvers<void>()
    destinations.fail = (destination) => (destination === QUEUE ? unavailable() : undefined)
    destinations.wait = (destination) => {
      if (destination === OTHER_QUEUE) return hung.promise
      told.resolve(destination)
      return undefined
    }
    await room.put('hangs/a')
    await room.put('down/a')
    await room.put('well/a')
    expect([await told.promise, keysOf(destinations, OTHER_QUEUE)]).toEqual([QUEUE, []])
    const well = Promise.withResolvers<string>()
    destinations.wait = (destination) => {
      if (destination === OTHER_QUEUE) return hung.promise
      if (destination === TOPIC) well.resolve(destination)
      return undefined
    }
    await room.put('well/b')
    expect(await well.promise).toBe(TOPIC)
    hung.resolve()
    await room.server.settle()
    expect(keysOf(destinations, TOPIC)).toEqual(['well/a', 'well/b'])
  })
})

describe('a message that is refused', () => {
  it('holds up the later ones of its key alone, which keep their order', async () => {
    await using room = await EventRoom.tellingAll(still())
    await room.tell(notificationXml(ruleXml({ events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] })))
    const { destinations } = room
    destinations.fail = (_destination, message) => (message.includes('"key":"bad"') ? refused() : undefined)
    await room.put('bad')
    await room.put('good')
    await room.request('DELETE', 'bad')
    await room.put('bad')
    await room.put('later')
    await room.server.settle()
    expect(keysOf(destinations)).toEqual(['good', 'later'])
    destinations.fail = () => undefined
    room.server.clock.advance(1000)
    const records = await room.records()
    expect(records.map(({ eventName }) => eventName)).toEqual([
      'ObjectCreated:Put',
      'ObjectRemoved:Delete',
      'ObjectCreated:Put',
    ])
  })

  it('is tried less and less often', async () => {
    await using room = await EventRoom.tellingAll(still())
    await room.tell(notificationXml(ruleXml()))
    room.destinations.fail = refused
    await room.put('bad')
    await room.server.settle()
    expect(await attemptsIn(room, 20)).toEqual([1, 3, 7, 15])
  })
})

it.each([
  ['cannot be reached', unavailable],
  ['refuses it', refused],
])(
  'after a day an event is dropped where the destination %s: said in the log and counted',
  async (_case, why) => {
    const lines: string[] = []
    const log = jsonLog('warn', { write: (line) => lines.push(line) })
    await using room = await EventRoom.tellingAll({ ...still(), log })
    await room.tell(notificationXml(ruleXml()))
    const { destinations, server } = room
    destinations.fail = why
    await room.put('old')
    await server.settle()
    server.clock.advance(DAY_MILLISECONDS - 3_600_000)
    await server.settle()
    await room.put('young')
    server.clock.advance(2 * 3_600_000)
    await server.settle()
    const metrics = (await rawRequest(server, { path: '/-/metrics', anonymous: true })).text
    expect(metrics).toContain(`holdfast_events_dropped_total{destination="${QUEUE}"} 1\n`)
    expect(metrics).toMatch(/holdfast_event_failures_total\{destination="[^"]*:queue"\} [1-9]/)
    expect(metrics).toContain('holdfast_undelivered_events 1\n')
    expect(
      lines.filter((line) => line.includes('dropped')).map((line) => JSON.parse(line) as unknown),
    ).toEqual([expect.objectContaining({ level: 50, destination: QUEUE, events: 1 })])
    destinations.fail = () => undefined
    server.clock.advance(10 * 60_000)
    await server.settle()
    expect(keysOf(destinations)).toEqual(['young'])
  },
)

it('what is old is tried once before it is dropped', async () => {
  await using folder = await temporaryDirectory()
  const options = { ...still(), dataDirectory: folder.path }
  {
    await using room = await EventRoom.tellingAll(options)
    await room.tell(notificationXml(ruleXml()))
    room.destinations.fail = unavailable
    await room.put('k')
    await room.server.settle()
  }
  await using room = await EventRoom.again(options)
  room.server.clock.set(new Date('2030-06-09T00:00:00Z'))
  expect((await room.records()).map(({ s3 }) => s3.object.key)).toEqual(['k'])
})

it('events for a destination that the config lacks wait a day for it', async () => {
  await using folder = await temporaryDirectory()
  const missing = 'arn:aws:sqs:us-east-1:100000000001:missing'
  const options = { ...still(), dataDirectory: folder.path }
  await using room = await EventRoom.tellingAll(options)
  const document = notificationXml(ruleXml({ arn: missing }))
  const headers = { 'x-amz-skip-destination-validation': 'true' }
  expectStatus(await room.putDocument('', 'notification=', document, { headers }))
  await room.put('old')
  await room.afterDays(0.9)
  await room.put('young')
  await room.afterDays(0.2)
  const { text } = await rawRequest(room.server, { path: '/-/metrics', anonymous: true })
  expect(text).toContain('holdfast_undelivered_events 1\n')
  expect(text).toContain(`holdfast_events_dropped_total{destination="${missing}"} 1\n`)
})

it('a backlog goes out in pages, eight at once, those of one key one after the other', async () => {
  await using room = await EventRoom.tellingAll(still())
  await room.tell(CREATED_AND_REMOVED)
  const { destinations, server } = room
  destinations.fail = unavailable
  for (let round = 0; round < 30; round++) {
    await Promise.all(Array.from({ length: 9 }, (_, at) => room.put(`key-${at}`, `round ${round}`)))
  }
  await server.settle()
  destinations.fail = () => undefined
  let underWay = 0
  let most = 0
  destinations.wait = async () => {
    most = Math.max(most, ++underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay--
  }
  server.clock.advance(10 * 60_000)
  const records = await room.records()
  expect(most).toBe(8)
  expect(records).toHaveLength(270)
  for (let at = 0; at < 9; at++) {
    const sequencers = records
      .filter(({ s3 }) => s3.object.key === `key-${at}`)
      .map(({ s3 }) => s3.object.sequencer ?? '')
    expect(sequencers).toHaveLength(30)
    expect(sequencers.toSorted()).toEqual(sequencers)
  }
})

it('metrics and reports tell what a destination was sent and what is left', async () => {
  await using room = await EventRoom.tellingAll(still())
  await room.tell(CREATED_AND_REMOVED)
  room.destinations.fail = (destination) => (destination === TOPIC ? unavailable() : undefined)
  for (const key of ['a', 'b', 'c']) await room.put(key)
  for (const key of ['a', 'b']) await room.request('DELETE', key)
  await room.server.settle()
  const { text } = await rawRequest(room.server, { path: '/-/metrics', anonymous: true })
  expect(text).toContain(`holdfast_worker_done_total{worker="events to ${QUEUE}"} 3\n`)
  expect(text).toContain(`holdfast_worker_left{worker="events to ${QUEUE}"} 0\n`)
  expect(text).toContain(`holdfast_worker_left{worker="events to ${TOPIC}"} 2\n`)
})
