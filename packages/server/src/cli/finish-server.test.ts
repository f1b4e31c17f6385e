import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { CLOSE_MILLISECONDS, DRAIN_MILLISECONDS, finishServer } from './finish-server.ts'

const never = new Promise<void>(() => {})

/** Finishes a server whose time passes whenever it waits; what it logged, and for how long it waited. */
async function finish(drain: Promise<void>, close: Promise<void>) {
  const clock = new MovableClock(new Date(0))
  const errors: unknown[] = []
  const note = (_: object, message: string): void => void errors.push(message)
  const server = { drain: () => drain, [Symbol.asyncDispose]: () => close }
  const finishing = finishServer(server, { error: note } as unknown as Log, clock)
  let isOver = false
  const end = (): void => {
    isOver = true
  }
  void finishing.then(end, end)
  for (;;) {
    await new Promise(setImmediate)
    if (isOver) break
    clock.advance(1000)
  }
  return { inTime: await finishing, errors, waitedMilliseconds: clock.now().getTime() }
}

it('ends when all is done, at once', async () => {
  const done = Promise.resolve()
  expect(await finish(done, done)).toEqual({ inTime: true, errors: [], waitedMilliseconds: 0 })
})

it('cuts requests that do not end', async () => {
  expect(await finish(never, Promise.resolve())).toEqual({
    inTime: true,
    errors: ['requests were still in flight after 5 minutes; they are cut'],
    waitedMilliseconds: DRAIN_MILLISECONDS,
  })
})

it('gives up a store that does not close', async () => {
  const { inTime, errors, waitedMilliseconds } = await finish(never, never)
  expect({ inTime, waitedMilliseconds }).toEqual({
    inTime: false,
    waitedMilliseconds: DRAIN_MILLISECONDS + CLOSE_MILLISECONDS,
  })
  expect(errors).toHaveLength(2)
})

it('tells of a store that fails to close', async () => {
  await expect(finish(Promise.resolve(), Promise.reject(new Error('no disk')))).rejects.toThrow('no disk')
})
