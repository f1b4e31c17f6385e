import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { Scheduler } from './scheduler.ts'
import { WorkerLeases } from './worker-leases.ts'
import type { Worker } from './worker.ts'

/** Looks through two pages each time, and does what it finds. */
class Walker implements Worker {
  readonly restMilliseconds = 60_000
  readonly name: string
  passes = 0
  readonly #work: () => number
  #page = 0
  #done = 0

  constructor(name: string, work: () => number) {
    this.name = name
    this.#work = work
  }

  async step(): Promise<'progressed' | 'idle'> {
    this.#page = (this.#page + 1) % 2
    if (this.#page === 1) return 'progressed'
    this.passes++
    this.#done += this.#work()
    return 'idle'
  }

  status() {
    return { done: this.#done }
  }
}

function schedulerOf(...workers: Worker[]): Scheduler {
  const clock = new MovableClock(new Date('2026-01-01'))
  return new Scheduler(workers, { clock, log: silentLog, leaseMilliseconds: 30_000 })
}

it('settles what workers look through in several steps each time', async () => {
  const walker = new Walker('blobs', () => 0)
  await schedulerOf(walker).settle()
  expect(walker.passes).toBe(1)
})

it("settles what one worker's work leaves to another that was asked before it", async () => {
  let left = 0
  let freed = 0
  const garbage = new Walker('garbage', () => {
    const count = left
    left = 0
    freed += count
    return count
  })
  let found = 3
  const blobs = new Walker('blobs', () => {
    const count = found
    found = 0
    left += count
    return count
  })
  await schedulerOf(garbage, blobs).settle()
  expect(freed).toBe(3)
})

/** Counts its steps, and what came of its signal. */
class Counter implements Worker {
  readonly restMilliseconds = 1000
  readonly name: string
  readonly isOfProcess?: true
  steps = 0
  hasEnded = false
  signal: AbortSignal | undefined

  constructor(name: string, isOfProcess?: true) {
    this.name = name
    if (isOfProcess) this.isOfProcess = isOfProcess
  }

  async step(signal: AbortSignal): Promise<'idle'> {
    this.signal = signal
    this.steps++
    return 'idle'
  }

  async end(): Promise<void> {
    this.hasEnded = true
  }

  status() {
    return { done: this.steps }
  }
}

it('leaves to other processes what any may do, and goes on with what is its own until it stops', async () => {
  const [shared, own] = [new Counter('jobs'), new Counter('access-times', true)]
  const scheduler = schedulerOf(shared, own)
  scheduler.start()
  await expect.poll(() => [shared.steps, own.steps]).toEqual([1, 1])
  await scheduler.leave()
  expect([shared.signal?.aborted, shared.hasEnded]).toEqual([true, true])
  expect([own.signal?.aborted, own.hasEnded]).toEqual([false, false])
  scheduler.call('jobs')
  scheduler.call('access-times')
  await expect.poll(() => own.steps).toBe(2)
  await scheduler.stop()
  expect([shared.steps, own.steps, own.hasEnded]).toEqual([1, 3, true])
})

it('tells a worker that another process runs it', async () => {
  const [clock, metadata] = [new MovableClock(new Date('2026-01-01')), openMemory()]
  const leaseMilliseconds = 30_000
  const schedulerIn = (processId: string, worker: Worker) => {
    const leases = new WorkerLeases({ metadata, clock, processId, timeoutMilliseconds: leaseMilliseconds })
    return new Scheduler([worker], { clock, log: silentLog, leases, leaseMilliseconds })
  }
  const left = Promise.withResolvers<void>()
  const worker = new Walker('jobs', () => 0)
  const leaving = Object.assign(new Walker('jobs', () => 0), { leave: async () => left.resolve() })
  const [one, other] = [schedulerIn('one', worker), schedulerIn('other', leaving)]
  await one.settle()
  other.start()
  await left.promise
  expect(leaving.passes).toBe(0)
  await other.stop()
})
