import { expect, test } from 'vitest'
import { StorageFault } from '../../base/storage-fault.ts'
import type { OrderedStore } from '../ordered-store.ts'
import { Crash, FaultyStore } from './faulty.ts'
import { openMemory } from './memory.ts'
import { runOrderedStoreSuite } from './ordered-store.suite.ts'

runOrderedStoreSuite('faulty without faults', async () => new FaultyStore(openMemory()))

runOrderedStoreSuite('faulty with delays', async () => {
  const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return new FaultyStore(openMemory(), { before: nextTurn, after: nextTurn })
})

const key = Buffer.from('key')

function write(store: OrderedStore): Promise<boolean> {
  return store.commit({ expect: [], put: [{ key, value: Buffer.from('value') }], remove: [] })
}

test('a fault before a commit leaves nothing, one after it leaves all', async () => {
  await using store = new FaultyStore(openMemory())
  const fault = new StorageFault('unavailable', 'as planned')
  const fail = (): void => {
    throw fault
  }
  store.plan = { before: fail }
  await expect(write(store)).rejects.toBe(fault)
  store.plan = {}
  expect(await store.get(key)).toBeUndefined()
  store.plan = { after: fail }
  await expect(write(store)).rejects.toBe(fault)
  store.plan = {}
  expect(await store.get(key)).toBeDefined()
})

test('a plan sees which call it is', async () => {
  const seen: unknown[] = []
  await using store = new FaultyStore(openMemory(), {
    before: ({ operation, number, change }) => void seen.push([operation, number, change?.put.length]),
  })
  await store.get(key)
  await write(store)
  await write(store)
  await store.getMany([key])
  await store.scan({ start: key, end: key, limit: 1 })
  expect(seen).toEqual([
    ['get', 1, undefined],
    ['commit', 1, 1],
    ['commit', 2, 1],
    ['getMany', 1, undefined],
    ['scan', 1, undefined],
  ])
})

test('after a crash nothing works here, and all that was committed is there for the next', async () => {
  await using inner = openMemory()
  const store = new FaultyStore(inner)
  const waiting = Promise.withResolvers<void>()
  store.plan = { before: ({ number }) => (number === 1 ? waiting.promise : undefined) }
  const delayed = write(store)
  store.plan = {
    after() {
      throw new Crash('as planned')
    },
  }
  await expect(write(store)).rejects.toThrow(Crash)
  waiting.resolve()
  await expect(delayed).rejects.toThrow(Crash)
  store.plan = {}
  await expect(store.get(key)).rejects.toThrow(Crash)
  await store[Symbol.asyncDispose]()
  expect(await inner.get(key)).toBeDefined()
})
