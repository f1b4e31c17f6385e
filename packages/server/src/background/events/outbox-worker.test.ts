import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { jsonLog } from '../../base/log.ts'
import { FaultyStore } from '../../metadata/engines/faulty.ts'
import { openMemory } from '../../metadata/engines/memory.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { outbox } from '../../metadata/tables/event-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { DeliveryFailure } from '../../s3/shared/announcing/event-sender.ts'
import { DeliveryCounts } from './delivery-counts.ts'
import { type OutboxOptions, OutboxWorker } from './outbox-worker.ts'

const DESTINATION = 'arn:aws:sqs:us-east-1:100000000001:queue'

/** A worker whose destination does with each message what `answer` says. Messages are called `key number`. */
class Room {
  readonly clock = new MovableClock(new Date('2026-01-01'))
  readonly metadata: OrderedStore
  readonly sent: string[] = []
  readonly taken: string[] = []
  readonly stop = new AbortController()
  readonly worker: OutboxWorker
  answer: (message: string) => Promise<void> | void = () => {}
  #sequence = 0

  constructor(options: Partial<OutboxOptions> = {}, metadata: OrderedStore = openMemory()) {
    this.metadata = metadata
    const sender = {
      send: async (_destination: string, message: string) => {
        this.sent.push(message)
        await turn()
        await this.answer(message)
        this.taken.push(message)
      },
    }
    const log = jsonLog('silent')
    const counts = new DeliveryCounts()
    this.worker = new OutboxWorker(DESTINATION, {
      metadata,
      clock: this.clock,
      log,
      counts,
      sender,
      ...options,
    })
  }

  async add(...messages: string[]): Promise<void> {
    await transact(this.metadata, async (transaction) => {
      for (const message of messages) {
        const [key = ''] = message.split(' ')
        const sequence = String(this.#sequence++).padStart(12, '0')
        const createdMilliseconds = this.clock.now().getTime()
        transaction.put(outbox, [DESTINATION, sequence], {
          bucketId: 'bucket',
          key,
          message,
          createdMilliseconds,
        })
      }
    })
  }

  step(): Promise<'progressed' | 'idle'> {
    return this.worker.step(this.stop.signal)
  }

  async untilIdle(): Promise<void> {
    while ((await this.step()) === 'progressed');
  }

  async left(): Promise<string[]> {
    const entries = await this.metadata.scan({ ...outbox.range(DESTINATION), limit: 10_000 })
    return entries.map((entry) => outbox.decode(entry).message)
  }
}

const numbered = (key: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${key} ${at}`)
const unavailable = () => new DeliveryFailure('unavailable', 'it answered 500')

describe('what waits for a destination', () => {
  it('is delivered behind a message that takes long, over many pages, and what comes meanwhile too', async () => {
    const room = new Room()
    const { promise: slow, resolve } = Promise.withResolvers<void>()
    room.answer = (message) => (message.startsWith('slow') ? slow : undefined)
    await room.add('slow 0', ...numbered('a', 250), ...numbered('b', 1), 'slow 1')
    const stepping = (async () => {
      for (let step = 0; step < 20; step++) {
        const stepped = room.step()
        // The end of a pass waits a little for what is under way.
        for (let time = 0; time < 300; time++) await turn()
        room.clock.advance(250)
        await stepped
      }
    })()
    await stepping
    expect(room.taken.filter((message) => message.startsWith('a'))).toEqual(numbered('a', 250))
    expect(room.taken).toContain('b 0')
    expect(await room.left()).toEqual(['slow 0', 'slow 1'])
    resolve()
    await room.untilIdle()
    expect(room.taken.slice(-2)).toEqual(['slow 0', 'slow 1'])
    expect(room.sent).toHaveLength(253)
    expect(await room.left()).toEqual([])
    expect(room.worker.status()).toEqual({ done: 253, left: 0 })
  })

  it('rests where the destination is told to be away between two steps', async () => {
    const room = new Room()
    const { promise, reject } = Promise.withResolvers<void>()
    room.answer = () => promise
    await room.add('a 0', 'b 0')
    const stepping = room.step()
    for (let time = 0; time < 10; time++) await turn()
    room.clock.advance(50)
    expect(await stepping).toBe('progressed')
    reject(unavailable())
    for (let time = 0; time < 10; time++) await turn()
    const sent = room.sent.length
    expect(await room.step()).toBe('idle')
    expect(room.sent).toHaveLength(sent)
    expect(room.worker.restMilliseconds).toBe(1000)
    room.answer = () => {}
    room.clock.advance(1000)
    await room.untilIdle()
    expect(room.taken).toEqual(['a 0', 'b 0'])
  })

  it('goes on beside messages that fail now and then, each of which is tried again after a second', async () => {
    const room = new Room()
    const failed = new Set<string>()
    room.answer = (message) => {
      if (Number(message.split(' ')[1]) % 7 !== 3 || failed.has(message)) return
      failed.add(message)
      throw unavailable()
    }
    await room.add('first 0')
    await room.untilIdle()
    await room.add(...Array.from({ length: 400 }, (_, at) => `key${at} ${at}`))
    await room.untilIdle()
    expect(room.taken).toHaveLength(1 + 400 - failed.size)
    expect(room.worker.restMilliseconds).toBe(1000)
    room.clock.advance(1000)
    await room.untilIdle()
    expect(room.taken).toHaveLength(401)
    expect(room.sent).toHaveLength(401 + failed.size)
  })

  it('waits while the destination takes nothing, and none of it longer than the rest when it is back', async () => {
    const room = new Room()
    await room.add('first 0')
    await room.untilIdle()
    room.answer = () => {
      throw unavailable()
    }
    await room.add(...Array.from({ length: 50 }, (_, at) => `key${at} ${at}`))
    await room.untilIdle()
    const tried = room.sent.length - 1
    expect(tried).toBeGreaterThanOrEqual(8)
    expect(tried).toBeLessThanOrEqual(16)
    for (const [after, tries] of [
      [1000, 1],
      [2000, 1],
      [4000, 1],
    ] as const) {
      room.clock.advance(after - 1)
      const before = room.sent.length
      await room.untilIdle()
      expect(room.sent).toHaveLength(before)
      room.clock.advance(1)
      await room.untilIdle()
      // All lanes begin before the first answer.
      expect(room.sent.length - before).toBeGreaterThanOrEqual(tries)
      expect(room.sent.length - before).toBeLessThanOrEqual(8)
    }
    room.answer = () => {}
    room.clock.advance(8000)
    await room.untilIdle()
    expect(await room.left()).toEqual([])
  })

  it('is tried again while something that was begun before the destination failed takes long', async () => {
    const room = new Room()
    const { promise: slow, resolve } = Promise.withResolvers<void>()
    let isAway = true
    room.answer = (message) => {
      if (message.startsWith('slow')) return slow
      if (isAway) throw unavailable()
    }
    await room.add('slow 0', 'a 0')
    const steps = async (count: number): Promise<void> => {
      for (let step = 0; step < count; step++) {
        const stepped = room.step()
        for (let time = 0; time < 20; time++) await turn()
        room.clock.advance(1000)
        await stepped
      }
    }
    await steps(12)
    const tries = room.sent.filter((message) => message === 'a 0').length
    expect(tries).toBeGreaterThanOrEqual(2)
    isAway = false
    await steps(16)
    expect(room.taken).toEqual(['a 0'])
    resolve()
    await room.untilIdle()
    expect(room.taken).toEqual(['a 0', 'slow 0'])
    expect(await room.left()).toEqual([])
  })

  it('comes in the order of each key, whatever fails, and is never forgotten', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      let state = seed
      const random = (below: number): number => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
        return (state >>> 8) % below
      }
      const memory = openMemory()
      let faults = 0
      const metadata = new FaultyStore(memory, {
        before: async () => {
          await turn()
          if (faults > 0 && random(20) === 0) {
            faults--
            throw new Error('the disk is tired')
          }
        },
      })
      const room = new Room({}, metadata)
      const keys = ['a', 'b', 'c', 'd', 'e'].slice(0, 1 + random(5))
      const numbers = new Map(keys.map((key) => [key, 0]))
      const all: string[] = []
      room.answer = async () => {
        for (let waits = random(6); waits > 0; waits--) await turn()
        const what = random(10)
        if (what === 0) throw unavailable()
        if (what === 1) throw new DeliveryFailure('refused', 'it answered 400')
      }
      for (let round = 0; round < 12; round++) {
        const added = Array.from({ length: random(120) }, () => {
          const key = keys[random(keys.length)] ?? 'a'
          const number = numbers.get(key) ?? 0
          numbers.set(key, number + 1)
          return `${key} ${number}`
        })
        await room.add(...added)
        all.push(...added)
        faults = random(3)
        for (let step = 0; step < 4; step++) await room.step().catch(() => undefined)
        room.clock.advance(random(3000))
        faults = 0
      }
      await room.step().catch(() => undefined)
      room.answer = () => {}
      for (let time = 0; time < 20; time++) {
        await room.untilIdle()
        room.clock.advance(300_000)
      }
      expect(await room.left()).toEqual([])
      // Repeats are allowed: of each key the first time of each message is in order.
      for (const key of keys) {
        const first = [...new Set(room.taken.filter((message) => message.startsWith(`${key} `)))]
        expect(first).toEqual(all.filter((message) => message.startsWith(`${key} `)))
      }
    }
  })

  it('has come to its end when the worker has: what is under way is called off', async () => {
    const room = new Room()
    const hung = Promise.withResolvers<void>()
    room.stop.signal.addEventListener('abort', () => hung.reject(unavailable()))
    room.answer = () => hung.promise
    await room.add('hung 0')
    const stepped = room.step()
    for (let time = 0; time < 10; time++) await turn()
    room.clock.advance(50)
    expect(await stepped).toBe('progressed')
    room.stop.abort()
    await room.worker.end()
    expect(await room.left()).toEqual(['hung 0'])
  })
})
