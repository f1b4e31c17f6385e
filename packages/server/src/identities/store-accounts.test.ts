import { expect, it } from 'vitest'
import { AccountDirectory } from '../access/account-directory.ts'
import type { AccountOfConfig } from '../access/accounts.ts'
import { MovableClock } from '../base/clock.ts'
import { seededRandom } from '../base/seeded-random.ts'
import { newDataKey } from '../encryption/content-key.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import {
  type AccountChanges,
  accountsOfStore,
  addAccount,
  newAccessKey,
  newAccountId,
  replaceRootKey,
  setAccountDisabled,
} from './change-accounts.ts'
import { GLANCE_MILLISECONDS, StoreAccounts } from './store-accounts.ts'

const ofConfig: AccountOfConfig = {
  id: '100000000001',
  name: 'main',
  displayName: 'main',
  email: 'main@example.com',
  canonicalId: '1'.repeat(64),
  accessKeys: [{ accessKeyId: 'MAIN', secretAccessKey: 'main-secret' }],
}

function account(id: string, others: Partial<AccountOfConfig> = {}): AccountOfConfig {
  const canonicalId = id.padStart(64, '0')
  return { id, name: id, displayName: id, email: undefined, canonicalId, accessKeys: [], ...others }
}

class Counting {
  gets = 0
  scans = 0
  fails = false
  /** Answers of scans come after it, with what there was before. */
  held: Promise<void> | undefined
  readonly metadata: OrderedStore

  constructor(store: OrderedStore) {
    this.metadata = {
      ...store,
      get: (key) => (this.gets++, this.fails ? Promise.reject(new Error('no disk')) : store.get(key)),
      getMany: (keys) => store.getMany(keys),
      scan: (range) => {
        this.scans++
        const [held, found] = [this.held, store.scan(range)]
        return held ? held.then(() => found) : found
      },
      scanMany: (ranges) => store.scanMany(ranges),
      commit: (change) => store.commit(change),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    } satisfies OrderedStore
  }
}

function opened() {
  const clock = new MovableClock(new Date('2026-01-01T00:00:00Z'))
  const random = seededRandom('accounts')
  const counting = new Counting(openMemory({ random }))
  const { metadata } = counting
  const storeKeys = { current: () => ({ id: 'k', dataKey: newDataKey(random) }) } as unknown as StoreKeys
  const changes: AccountChanges = { metadata, storeKeys, clock, random, ofConfig: [ofConfig] }
  const process = () => {
    const directory = new AccountDirectory([ofConfig])
    return { directory, accounts: new StoreAccounts({ directory, metadata, clock }) }
  }
  const key = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: `secret of ${accessKeyId}` })
  return { clock, random, metadata, changes, process, key, counting }
}

it('knows at once what was committed, in every process, and reads no more where nothing changed', async () => {
  const { changes, process, key, counting } = opened()
  const [first, second] = [process(), process()]
  await addAccount(changes, account('200000000001', { email: 'Team@example.com' }), key('TEAM'))
  for (const { accounts, directory } of [first, second]) {
    await accounts.refresh()
    expect(accounts.findKey('TEAM')?.account.id).toBe('200000000001')
    expect(directory.findByEmail('team@example.com')).toHaveLength(1)
  }
  const [gets, scans] = [counting.gets, counting.scans]
  await first.accounts.refresh()
  expect([counting.gets - gets, counting.scans - scans]).toEqual([1, 0])
  await setAccountDisabled(changes, '200000000001', true)
  await second.accounts.refresh()
  expect(second.directory.findActive('200000000001')).toBeUndefined()
  expect(second.directory.findById('200000000001')?.isDisabled).toBe(true)
  await setAccountDisabled(changes, '200000000001', false)
  await second.accounts.refresh()
  expect(second.directory.findActive('200000000001')).toBeDefined()
})

it('looks once a second at the most where nobody of the store asks', async () => {
  const { clock, changes, process, key, counting } = opened()
  const { accounts, directory } = process()
  await accounts.glance()
  await addAccount(changes, account('200000000001'), key('TEAM'))
  const { gets } = counting
  await accounts.glance()
  expect([counting.gets, directory.findById('200000000001')]).toEqual([gets, undefined])
  clock.advance(GLANCE_MILLISECONDS)
  await accounts.glance()
  expect(directory.findById('200000000001')?.name).toBe('200000000001')
})

it('lets accounts of the config go on where those of the store cannot be read', async () => {
  const { clock, changes, process, key, counting } = opened()
  const { accounts, directory } = process()
  await addAccount(changes, account('200000000001'), key('TEAM'))
  counting.fails = true
  await accounts.glance()
  await expect(Promise.resolve(accounts.refresh())).rejects.toThrow('no disk')
  counting.fails = false
  clock.advance(GLANCE_MILLISECONDS)
  await accounts.glance()
  expect(directory.findById('200000000001')).toBeDefined()
})

it('has all wait that come while it looks', async () => {
  const { changes, process, key, counting } = opened()
  const { accounts, directory } = process()
  await addAccount(changes, account('200000000001'), key('TEAM'))
  const first = accounts.glance()
  const { gets } = counting
  await accounts.glance()
  expect([counting.gets, directory.findById('200000000001')?.id]).toEqual([gets, '200000000001'])
  await first
})

it('forgets nothing newer where an older look ends late', async () => {
  const { changes, process, key, counting } = opened()
  const { accounts, directory } = process()
  await addAccount(changes, account('200000000001'), key('TEAM'))
  const late = Promise.withResolvers<void>()
  counting.held = late.promise
  const older = accounts.refresh()
  counting.held = undefined
  await setAccountDisabled(changes, '200000000001', true)
  await accounts.refresh()
  late.resolve()
  await older
  expect(directory.findActive('200000000001')).toBeUndefined()
  expect(directory.findById('200000000001')?.isDisabled).toBe(true)
})

it('keeps accounts that did not change the same objects', async () => {
  const { changes, process, key } = opened()
  const { accounts, directory } = process()
  await addAccount(changes, account('200000000001'), key('ONE'))
  await accounts.refresh()
  const before = directory.findById('200000000001')
  await addAccount(changes, account('200000000002'), key('TWO'))
  await accounts.refresh()
  expect(directory.findById('200000000001')).toBe(before)
  expect(directory.findById('200000000002')).toBeDefined()
})

it.each([
  ['id', { id: '100000000001' }, 'id 100000000001'],
  ['name', { name: 'MAIN' }, 'name MAIN'],
  ['canonical id', { canonicalId: '1'.repeat(64) }, 'canonical id 111'],
  ['address', { email: 'MAIN@example.com' }, 'e-mail address MAIN@'],
])('adds none with the %s of an account of the config or the store', async (_, others, message) => {
  const { metadata, changes, key } = opened()
  const clash = account('200000000001', others)
  await expect(addAccount(changes, clash, key('NEW'))).rejects.toThrow(message)
  const withoutConfig = { ...changes, ofConfig: [] }
  await addAccount(withoutConfig, clash, key('NEW'))
  const again = addAccount(withoutConfig, account('200000000002', { ...others }), key('OTHER'))
  await expect(again).rejects.toThrow(message)
  expect(await accountsOfStore(metadata)).toHaveLength(1)
})

it('gives no key twice', async () => {
  const { changes, key } = opened()
  await addAccount(changes, account('200000000001'), key('ONE'))
  for (const taken of ['ONE', 'MAIN']) {
    await expect(addAccount(changes, account('200000000002'), key(taken))).rejects.toThrow(
      `access key id ${taken}`,
    )
  }
  const rotating = replaceRootKey(changes, '200000000001', key('MAIN'), { keepsOld: false })
  await expect(rotating).rejects.toThrow('access key id MAIN')
})

it('adds one of two with the same name at the same time', async () => {
  const { metadata, changes, key } = opened()
  const adding = ['200000000001', '200000000002'].map((id) =>
    addAccount(changes, account(id, { name: 'team' }), key(`KEY-${id}`)),
  )
  const outcomes = await Promise.allSettled(adding)
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(await accountsOfStore(metadata)).toHaveLength(1)
})

it('rotates keys: those before are refused, or the newest of them stays', async () => {
  const { changes, process, key } = opened()
  const { accounts } = process()
  await addAccount(changes, account('200000000001', { name: 'team' }), key('ONE'))
  const known = async () => {
    await accounts.refresh()
    return ['ONE', 'TWO', 'THREE', 'FOUR'].filter((id) => accounts.findKey(id))
  }
  await replaceRootKey(changes, 'TEAM', key('TWO'), { keepsOld: true })
  expect(await known()).toEqual(['ONE', 'TWO'])
  await replaceRootKey(changes, 'team', key('THREE'), { keepsOld: true })
  expect(await known()).toEqual(['TWO', 'THREE'])
  await replaceRootKey(changes, '200000000001', key('FOUR'), { keepsOld: false })
  expect(await known()).toEqual(['FOUR'])
})

it('changes no account of the config, and none that there is not', async () => {
  const { changes, key } = opened()
  for (const named of ['main', '100000000001']) {
    await expect(setAccountDisabled(changes, named, true)).rejects.toThrow('stands in the config')
    await expect(replaceRootKey(changes, named, key('NEW'), { keepsOld: false })).rejects.toThrow(
      'in the config',
    )
  }
  await expect(setAccountDisabled(changes, 'nobody', true)).rejects.toThrow('There is no account nobody.')
})

it('hides one whose id the config has got since', async () => {
  const { changes, process, key } = opened()
  const { accounts, directory } = process()
  await addAccount({ ...changes, ofConfig: [] }, account(ofConfig.id), key('STORE'))
  await accounts.refresh()
  expect(directory.findById(ofConfig.id)).toBe(ofConfig)
  expect(accounts.findKey('STORE')).toBeUndefined()
})

it('makes ids and keys as AWS has them', () => {
  const { random } = opened()
  expect(newAccountId(random)).toMatch(/^[1-9]\d{11}$/)
  const { accessKeyId, secretAccessKey } = newAccessKey(random)
  expect(accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/)
  expect(secretAccessKey).toHaveLength(40)
})
