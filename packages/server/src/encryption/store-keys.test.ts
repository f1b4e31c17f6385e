import { beforeEach, expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { systemRandom } from '../base/random.ts'
import type { KeyManagement } from './key-management.ts'
import { KeyServiceFault } from './key-service-fault.ts'
import { localKeyManagement } from './keys/local.ts'
import { givenRootKeys, rootKeyOf } from './keys/root-keys.ts'
import { type StoreKeyRecord, type StoreKeyRecords, StoreKeys } from './store-keys.ts'

const DAY = 24 * 3600 * 1000
const salt = Buffer.alloc(32, 2)
let clock: MovableClock
let kept: StoreKeyRecord[]
let isAway: boolean

beforeEach(() => {
  clock = new MovableClock()
  kept = []
  isAway = false
})

const records: StoreKeyRecords = {
  newest: () => Promise.resolve(kept.at(-1)),
  find: (id) => Promise.resolve(kept.find((record) => record.id === id)),
  async add(record, replaced) {
    if (kept.at(-1)?.id === replaced?.id) kept.push(record)
  },
}

function open(): StoreKeys {
  const local = localKeyManagement(givenRootKeys([rootKeyOf(Buffer.alloc(32, 1))]), systemRandom)
  const unlessAway = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isAway) throw new KeyServiceFault('unavailable', 'away')
    return work()
  }
  const keyManagement: KeyManagement = {
    name: 'test',
    generateDataKey: (context) => unlessAway(() => local.generateDataKey(context)),
    openDataKey: (sealed, context) => unlessAway(() => local.openDataKey(sealed, context)),
    resealDataKey: (sealed, context) => local.resealDataKey(sealed, context),
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  }
  return new StoreKeys(keyManagement, records, clock, systemRandom)
}

it('is one key for all processes, also when they start at once', async () => {
  const keys = await Promise.all([open(), open(), open()].map(async (process) => process.current()))
  expect(new Set(keys.map(({ id }) => id)).size).toBe(1)
  expect(kept).toHaveLength(1)
  const again = await open().find(keys[0]?.id ?? '')
  expect(again.dataKey.contentKey(salt)).toEqual(keys[0]?.dataKey.contentKey(salt))
})

it('is another after a year, and the old one still opens', async () => {
  const keys = open()
  const old = await keys.current()
  clock.advance(364 * DAY)
  expect((await keys.current()).id).toBe(old.id)
  clock.advance(2 * DAY)
  const young = await keys.current()
  expect(young.id).not.toBe(old.id)
  expect((await open().find(old.id)).dataKey.contentKey(salt)).toEqual(old.dataKey.contentKey(salt))
})

it('fails while the engine is away, works after, and goes on without it once opened', async () => {
  const keys = open()
  isAway = true
  await expect(keys.current()).rejects.toMatchObject({ kind: 'unavailable' })
  isAway = false
  const { id } = await keys.current()
  isAway = true
  expect((await keys.find(id)).id).toBe(id)
  await expect(open().find(id)).rejects.toMatchObject({ kind: 'unavailable' })
})

it('refuses an id that was never one', async () => {
  await expect(open().find('0000000000000000')).rejects.toMatchObject({ kind: 'refused' })
})
