import { expect, it } from 'vitest'
import { countTurns } from '../../../../../../tests/support/count-turns.ts'
import { rootCaller } from '../../../access/caller.ts'
import { MovableClock } from '../../../base/clock.ts'
import { seededRandom } from '../../../base/seeded-random.ts'
import { FaultyStore } from '../../../metadata/engines/faulty.ts'
import { openMemory } from '../../../metadata/engines/memory.ts'
import { accounts } from '../../../metadata/tables/account-tables.ts'
import {
  iamCredentialReportPieces,
  iamCredentialReports,
  iamUserNames,
  iamUsers,
} from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import type { IamContext, IamService } from '../../shared/iam-service.ts'
import { GenerateCredentialReport } from './GenerateCredentialReport.ts'
import { GetCredentialReport } from './GetCredentialReport.ts'
import { addPiece, beginReport } from './report-rows.ts'

const account = {
  id: '100000000001',
  name: 'main',
  displayName: 'main',
  email: undefined,
  canonicalId: '1'.repeat(64),
  accessKeys: [{ accessKeyId: 'AKIAROOT' }],
}

/** Of two processes that share a store. */
class Process {
  readonly store: FaultyStore
  readonly #context: IamContext

  constructor(inner: FaultyStore, clock: MovableClock, name: string) {
    this.store = new FaultyStore(inner)
    const parts = { metadata: this.store, clock, random: seededRandom(name), region: 'us-east-1' }
    const caller = { ...rootCaller(account), account, conditions: {} }
    this.#context = { service: parts as unknown as IamService, caller }
  }

  async generate() {
    return (await GenerateCredentialReport.run({}, this.#context))['State']
  }

  async text() {
    return String((await GetCredentialReport.run({}, this.#context))['Content'])
  }

  /** The names in the report, or the error's code. */
  async get() {
    try {
      return (await this.text())
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[0])
    } catch (error) {
      return (error as { code?: string }).code
    }
  }
}

class Site {
  readonly store = new FaultyStore(openMemory({ random: seededRandom('store') }))
  readonly clock = new MovableClock(new Date('2026-01-01T00:00:00Z'))
  readonly one = new Process(this.store, this.clock, 'one')
  readonly other = new Process(this.store, this.clock, 'other')

  async addUser(name: string): Promise<void> {
    const row = { accountId: account.id, name, path: '/', createdMilliseconds: this.clock.now().getTime() }
    await transact(this.store, (transaction) => {
      transaction.put(iamUsers, [`AIDA${name}`], row)
      transaction.put(iamUserNames, [account.id, name], { id: `AIDA${name}` })
    })
  }

  async pieces(): Promise<number> {
    return (await this.store.scan({ ...iamCredentialReportPieces.range(), limit: 1000 })).length
  }
}

/** Has a process wait before it makes its commits from the given number on; until `go` is called. */
function held({ store }: Process, from: number) {
  const going = Promise.withResolvers<void>()
  const waiting = Promise.withResolvers<void>()
  store.plan = {
    async before({ operation, number }) {
      if (operation !== 'commit' || number < from) return
      waiting.resolve()
      await going.promise
    },
  }
  return { go: () => going.resolve(), isWaiting: waiting.promise }
}

it('is in progress for all processes while one makes it, of the moment when that began to read', async () => {
  const site = new Site()
  for (let index = 0; index < 250; index++) await site.addUser(`u${String(index).padStart(3, '0')}`)
  expect(await site.other.get()).toBe('ReportNotPresent')
  const { go, isWaiting } = held(site.one, 2)
  const making = site.one.generate()
  await isWaiting
  await site.addUser('u999-late')
  expect([await site.other.generate(), await site.other.get()]).toEqual(['INPROGRESS', 'ReportInProgress'])
  go()
  expect(await making).toBe('STARTED')
  const names = await site.other.get()
  expect(names).toHaveLength(251)
  expect([names?.[0], names?.[1], names?.at(-1)]).toEqual(['<root_account>', 'u000', 'u249'])
  expect([await site.other.generate(), await site.pieces()]).toEqual(['COMPLETE', 4])
})

it('is begun anew where its process ended, which cannot write into the other one', async () => {
  const site = new Site()
  await site.addUser('first')
  const { go, isWaiting } = held(site.one, 3)
  const making = site.one.generate()
  await isWaiting
  site.clock.advance(59_000)
  expect([await site.other.generate(), await site.other.get()]).toEqual(['INPROGRESS', 'ReportInProgress'])
  site.clock.advance(2_000)
  expect(await site.other.get()).toBe('ReportNotPresent')
  await site.addUser('second')
  expect(await site.other.generate()).toBe('STARTED')
  go()
  expect(await making).toBe('INPROGRESS')
  expect(await site.one.get()).toEqual(['<root_account>', 'first', 'second'])
  expect(await site.pieces()).toBe(2)
})

it('is made again where it failed', async () => {
  const site = new Site()
  await site.addUser('only')
  site.one.store.plan = {
    before({ operation, number }) {
      if (operation === 'commit' && number === 3) throw new Error('the disk is full')
    },
  }
  await expect(site.one.generate()).rejects.toThrow('the disk is full')
  expect(await site.one.get()).toBe('ReportNotPresent')
  expect(await site.one.generate()).toBe('STARTED')
  expect([await site.one.get(), await site.pieces()]).toEqual([['<root_account>', 'only'], 2])
})

it('stands for four hours, and leaves nothing of the one before', async () => {
  const site = new Site()
  await site.addUser('first')
  await site.one.generate()
  await site.addUser('second')
  site.clock.advance(4 * 3600_000 - 1)
  expect([await site.one.generate(), await site.one.get()]).toEqual(['COMPLETE', ['<root_account>', 'first']])
  site.clock.advance(1)
  expect(await site.one.get()).toBe('ReportExpired')
  expect([await site.other.generate(), await site.one.get()]).toEqual([
    'STARTED',
    ['<root_account>', 'first', 'second'],
  ])
  expect(await site.pieces()).toBe(2)
})

it('tells nothing of a report of which a piece is gone', async () => {
  const site = new Site()
  await site.one.generate()
  await transact(site.store, async (transaction) => {
    const report = await transaction.get(iamCredentialReports, account.id)
    transaction.remove(iamCredentialReportPieces, account.id, report?.id ?? '', 0)
  })
  expect(await site.one.get()).toBe('ReportNotPresent')
})

it('lets requests have their turns between a few users', async () => {
  const site = new Site()
  for (let index = 0; index < 200; index++) await site.addUser(`u${index}`)
  const { turns, result } = await countTurns(() => site.one.generate())
  expect(result).toBe('STARTED')
  expect(turns).toBeGreaterThan(200 / 5)
})

it('is expired where the clock was set back since', async () => {
  const site = new Site()
  site.clock.advance(365 * 24 * 3600_000)
  await site.one.generate()
  site.clock.advance(-30_000)
  expect(await site.one.generate()).toBe('COMPLETE')
  site.clock.advance(-364 * 24 * 3600_000)
  expect(await site.one.get()).toBe('ReportExpired')
  await site.addUser('first')
  expect([await site.one.generate(), await site.one.get()]).toEqual(['STARTED', ['<root_account>', 'first']])
})

it.each([
  ['the report', iamCredentialReports],
  ['a piece', iamCredentialReportPieces],
])('can be made again where the row of %s cannot be read', async (_, table) => {
  const site = new Site()
  await site.one.generate()
  for (const { key, value } of await site.store.scan({ ...table.range(), limit: 1 }))
    await site.store.commit({ expect: [], put: [{ key, value: value.slice(0, -1) }], remove: [] })
  expect(await site.one.get()).toBe('ReportNotPresent')
  expect([await site.one.generate(), await site.one.get()]).toEqual(['STARTED', ['<root_account>']])
})

it('tells since when a root user of the store has its key', async () => {
  const site = new Site()
  const key = { accessKeyId: 'AKIAROOT', createdMilliseconds: 0, storeKeyId: '', sealedSecret: '' }
  await transact(site.store, (transaction) => {
    transaction.put(accounts, [account.id], { ...account, createdMilliseconds: 0, accessKeys: [key] })
  })
  await site.one.generate()
  expect(await site.one.text()).toContain(',true,1970-01-01T00:00:00+00:00,N/A,N/A,N/A,false,')
})

it('takes pieces of the report alone that was begun', async () => {
  const { store, clock } = new Site()
  const now = clock.now()
  expect(await beginReport(store, account.id, 'a', now)).toBe('absent')
  expect(await addPiece(store, { accountId: account.id, id: 'a' }, 'text', now)).toBe(true)
  expect(await addPiece(store, { accountId: account.id, id: 'b' }, 'text', now)).toBe(false)
})
