import { expect, test } from 'vitest'
import { sharedSync } from './shared-sync.ts'

/** A sync whose runs end when told. */
function controlled() {
  const runs: PromiseWithResolvers<void>[] = []
  const sync = sharedSync(() => {
    const run = Promise.withResolvers<void>()
    runs.push(run)
    return run.promise
  })
  return { runs, sync }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

test('all who ask while one runs share the next, which begins after it', async () => {
  const { runs, sync } = controlled()
  let ended = 0
  const count = (): number => ended++
  const first = sync().then(count)
  const others = [sync().then(count), sync().then(count), sync().then(count)]
  await settle()
  expect(runs).toHaveLength(1)
  runs[0]?.resolve()
  await first
  await settle()
  expect(runs).toHaveLength(2)
  expect(ended).toBe(1)
  const later = sync()
  runs[1]?.resolve()
  await Promise.all(others)
  await settle()
  expect(runs).toHaveLength(3)
  runs[2]?.resolve()
  await later
})

test('a failed run fails those who wait behind it, and the one after that begins anew', async () => {
  const { runs, sync } = controlled()
  const first = sync()
  const second = sync()
  runs[0]?.reject(new Error('EIO'))
  await expect(first).rejects.toThrow('EIO')
  await expect(second).rejects.toThrow('EIO')
  const third = sync()
  expect(runs).toHaveLength(2)
  runs[1]?.resolve()
  await expect(third).resolves.toBeUndefined()
})
