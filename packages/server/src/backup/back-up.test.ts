import { expect, it } from 'vitest'
import { seededRandom } from '../base/seeded-random.ts'
import { BackupOfMemory, type Holdings } from './backup-of-memory.suite.ts'

async function filled(smallRows = 20): Promise<BackupOfMemory> {
  const store = new BackupOfMemory()
  await store.begin()
  for (let index = 20; index < smallRows; index++)
    await store.putInline(`inline-of-many-${index}`, `small ${index}`)
  for (let index = 0; index < 20; index++) {
    await store.addBlob(`blob ${index} `.repeat(index * 40))
    await store.putInline(`inline-${index}`, `small ${index}`)
    await store.putRow(`worker ${index}`, 'nowhere')
  }
  return store
}

/** Something of every kind is changed, added, and gone. */
async function change(store: BackupOfMemory, round: number): Promise<void> {
  const [first = ''] = await blobIds(store)
  await store.removeBlob(first)
  await store.addBlob(`a blob of round ${round}`)
  await store.removeInline(`inline-${round}`)
  await store.putInline(`inline-9${round}`, `of round ${round}`)
  await store.putRow('worker 3', `round ${round}`)
}

async function blobIds(store: BackupOfMemory): Promise<string[]> {
  return Object.keys(await store.holdings()).flatMap((name) =>
    name.startsWith('blob ') ? [name.slice(5)] : [],
  )
}

it('each moment brings back what was there, whatever came after', async () => {
  const store = await filled()
  const taken: Holdings[] = []
  for (let round = 1; round <= 6; round++) {
    taken.push(await store.holdings())
    const { moment, progress } = await store.backUp()
    expect([moment.number, moment.lostBlobs]).toEqual([round, []])
    expect(progress.newRowBytes).toBeLessThan(round === 1 ? 10_000 : 400)
    await change(store, round)
  }
  for (const [at, holdings] of taken.entries()) expect(await store.restored(at + 1)).toEqual(holdings)
})

it('rows that are out of use go when the moments do that need them', async () => {
  const store = await filled()
  await store.backUp()
  for (let index = 0; index < 15; index++) await store.removeInline(`inline-${index}`)
  for (let round = 0; round < 4; round++) {
    for (let index = 0; index < 20; index++) await store.putRow(`worker ${index}`, `round ${round}`)
    await store.backUp({ keep: 1 })
  }
  const files = [...store.platter.files('/backup').keys()]
  expect(files.filter((path) => path.endsWith('.moment'))).toHaveLength(1)
  const packs = [...store.platter.files('/backup/rows').values()].map((bytes) => bytes.toString('latin1'))
  expect(packs.join()).not.toContain('small 3')
  expect(packs.join()).not.toContain('round 0')
  expect(await store.restored()).toEqual(await store.holdings())
})

it('the newest moment is the newest whatever the clock says', async () => {
  const store = await filled()
  await store.backUp()
  await change(store, 1)
  store.nowMilliseconds -= 10 * 365 * 86_400_000
  await store.backUp({ keep: 1 })
  expect(await (await store.folder()).numbers()).toEqual([2])
  expect(await store.restored()).toEqual(await store.holdings())
})

it('a backup that the servers took for dead adds no moment, and the next one goes on', async () => {
  const store = await filled()
  store.isHoldKept = false
  await expect(store.backUp()).rejects.toThrow('took this backup for dead')
  await expect(store.restored()).rejects.toThrow('holds no finished backup')
  store.isHoldKept = true
  const { copiedBlobs } = await store.backUp()
  expect(copiedBlobs).toBe(0)
  expect(await store.restored()).toEqual(await store.holdings())
})

it('an index that is damaged saves no work, and does no harm', async () => {
  const store = await filled()
  await store.backUp()
  const index = store.platter.files('/backup/moments').get('/backup/moments/00000001.index')
  index?.writeUInt8((index.readUInt8(100) ^ 1) & 0xff, 100)
  await change(store, 1)
  await store.backUp()
  expect(await store.restored()).toEqual(await store.holdings())
})

it('a disk that is full leaves the moments there are, and the next backup goes on', async () => {
  const store = await filled()
  await store.backUp()
  const before = await store.holdings()
  await change(store, 1)
  await store.addBlob('large '.repeat(10_000))
  for (let spaceBytes = 0; spaceBytes < 60_000; spaceBytes += 3000) {
    store.disk.spaceBytes = spaceBytes
    const outcome = await store.backUp({ keep: 1 }).catch((error: unknown) => error)
    store.disk.spaceBytes = Infinity
    expect(String(outcome)).toContain(
      'There is no space left in /backup. The moments that it holds are as they were.',
    )
    // The command line says what the system says of a cause, which knows nothing of backups.
    expect(outcome).not.toHaveProperty('cause')
    expect(await (await store.folder()).numbers()).toEqual([1])
    expect(await store.restored()).toEqual(before)
  }
  await store.backUp({ keep: 1 })
  expect(await store.restored()).toEqual(await store.holdings())
  expect([...store.platter.files('/backup/tmp').keys()]).toEqual([])
  expect(store.disk.openFiles).toBe(0)
})

/** Moments that share next to nothing; then something more is to be backed up. */
async function withMoments(count: number): Promise<BackupOfMemory> {
  const store = await filled()
  for (let round = 1; round <= count; round++) {
    await change(store, round)
    await store.backUp()
  }
  await store.addBlob('large '.repeat(10_000))
  return store
}

it('on a disk that is full what --keep lets go of goes first, but for the newest moment that is whole', async () => {
  const store = await withMoments(4)
  store.disk.spaceBytes = 30_000
  // What is removed makes room.
  store.disk.before = async (operation) => {
    if (operation === 'remove' && store.disk.spaceBytes < 1000) store.disk.spaceBytes += 100_000
  }
  const { forgottenMoments } = await store.backUp({ keep: 2 })
  store.disk.before = undefined
  store.disk.spaceBytes = Infinity
  expect(forgottenMoments).toBe(3)
  expect(await (await store.folder()).numbers()).toEqual([4, 5])
  expect(await store.restored()).toEqual(await store.holdings())
})

it('on a disk that stays full the newest moment that is whole stays, and what was copied', async () => {
  const store = await withMoments(4)
  const before = await store.restored(3)
  await store.platter.remove('/backup/moments/00000004.index')
  store.disk.spaceBytes = 0
  await expect(store.backUp({ keep: 1 })).rejects.toThrow(
    'as they were, but for 2 older ones that --keep lets go of. Free some, or --keep fewer',
  )
  store.disk.spaceBytes = Infinity
  expect(await (await store.folder()).numbers()).toEqual([3, 4])
  expect(await store.restored(3)).toEqual(before)
  // The disk is full once the first blob is copied.
  await store.addBlob('another large one '.repeat(10_000))
  let copied = 0
  // The other one may be written by then.
  store.disk.before = async (operation, path) => {
    if (operation === 'rename' && path.includes('/blobs/') && ++copied === 1) store.disk.spaceBytes = 0
  }
  await expect(store.backUp()).rejects.toThrow('There is no space left')
  store.disk.before = undefined
  store.disk.spaceBytes = Infinity
  expect(copied).toBeGreaterThan(0)
  expect((await store.backUp()).copiedBlobs).toBe(2 - copied)
  expect(await store.restored()).toEqual(await store.holdings())
})

it.each([
  { told: 'all rows', smallRows: 20 },
  { told: 'what changed', smallRows: 900 },
])(
  'whenever the power goes, every moment is whole, and the next backup goes on: told by $told',
  { timeout: 120_000 },
  async ({ told, smallRows }) => {
    const random = seededRandom('power')
    const store = await filled(smallRows)
    await store.backUp()
    const taken = new Map([[1, await store.holdings()]])
    let isDone = false
    for (let round = 1; !isDone; round += 1) {
      await change(store, round % 20)
      const holdings = await store.holdings()
      store.disk.diesAtCall = store.disk.calls.length + round * 3
      try {
        await store.backUp({ keep: 3 })
        isDone = true
      } catch {
        // Where it was cut off.
      }
      store.disk.diesAtCall = Infinity
      store.platter.crash(random)
      const numbers = await (await store.folder()).numbers()
      const newest = numbers.at(-1) ?? 0
      if (!taken.has(newest)) taken.set(newest, holdings)
      for (const number of numbers) expect(await store.restored(number)).toEqual(taken.get(number))
    }
    const { moment } = await store.backUp({ keep: 1 })
    expect(await store.restored()).toEqual(await store.holdings())
    expect(moment.below !== undefined || told === 'all rows').toBe(true)
  },
)
