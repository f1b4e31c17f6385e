import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { seededRandom } from '../base/seeded-random.ts'
import { StorageFault } from '../base/storage-fault.ts'
import { KeyUses } from '../identities/key-uses.ts'
import { FaultyStore } from '../metadata/engines/faulty.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { KeyUseWorker } from './key-use-worker.ts'

it('waits while the store takes no writes, for the store alone', async () => {
  const store = new FaultyStore(openMemory({ random: seededRandom('uses') }))
  const uses = new KeyUses(new MovableClock(new Date('2026-01-01T00:00:00Z')), store)
  const worker = new KeyUseWorker(uses)
  uses.note('ROOT', 's3', 'us-east-1', '100000000001')
  const failing = (error: Error) => ({
    before({ operation }: { readonly operation: string }) {
      if (operation === 'commit') throw error
    },
  })
  for (const kind of ['full', 'readOnly', 'unavailable'] as const) {
    store.plan = failing(new StorageFault(kind, 'refused'))
    expect([await worker.step(), worker.status().left]).toEqual(['idle', 1])
  }
  store.plan = failing(new Error('a mistake'))
  await expect(worker.step()).rejects.toThrow('a mistake')
  store.plan = {}
  expect([await worker.step(), worker.status()]).toEqual(['progressed', { done: 1, left: 0 }])
})
