import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { seededRandom } from '../base/seeded-random.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { accounts } from '../metadata/tables/account-tables.ts'
import { iamAccessKeys, iamKeyUses, iamLoginProfiles } from '../metadata/tables/iam-tables.ts'
import { readRow, transact } from '../metadata/transaction.ts'
import { KeyUses } from './key-uses.ts'

const KEY = {
  accountId: '100000000001',
  userId: 'AIDA',
  status: 'Active',
  createdMilliseconds: 0,
  storeKeyId: 'k',
  sealedSecret: '',
} as const

const PROFILE = {
  createdMilliseconds: 0,
  passwordSetMilliseconds: 0,
  resetRequired: false,
  scrypt: { salt: '', cost: 2, blockSize: 8, parallelization: 1 },
  digests: [],
}

it('writes uses of passwords that there are, and of keys of root users, which may stand in the config', async () => {
  const metadata = openMemory({ random: seededRandom('uses') })
  const uses = new KeyUses(new MovableClock(new Date('2026-01-01T00:00:00Z')), metadata)
  await transact(metadata, (transaction) => transaction.put(iamLoginProfiles, ['AIDASTAYS'], PROFILE))
  uses.note('AIDASTAYS', 'signin', 'us-east-1')
  uses.note('AIDAGONE', 'signin', 'us-east-1')
  uses.note('ROOT', 's3', 'us-east-1', '100000000001')
  expect(await uses.save()).toBe(3)
  const ids = ['AIDASTAYS', 'AIDAGONE', 'ROOT']
  expect((await uses.findMany(ids)).map((use) => use?.service)).toEqual(['signin', undefined, 's3'])
})

it('writes no use of a key that the root user of an account of the store has no more', async () => {
  const metadata = openMemory({ random: seededRandom('uses') })
  const uses = new KeyUses(new MovableClock(new Date('2026-01-01T00:00:00Z')), metadata)
  const key = { accessKeyId: 'NEW', createdMilliseconds: 0, storeKeyId: '', sealedSecret: '' }
  const account = { name: 'a', displayName: 'a', email: undefined, canonicalId: 'a', createdMilliseconds: 0 }
  await transact(metadata, (transaction) =>
    transaction.put(accounts, ['100000000001'], {
      ...account,
      accessKeys: [key, { ...key, accessKeyId: 'OTHER' }],
    }),
  )
  for (const id of ['NEW', 'OTHER', 'OLD']) uses.note(id, 's3', 'us-east-1', '100000000001')
  expect(await uses.save()).toBe(3)
  expect(uses.pendingCount).toBe(0)
  const found = await uses.findMany(['NEW', 'OTHER', 'OLD'])
  expect(found.map((use) => use?.service)).toEqual(['s3', 's3', undefined])
})

it('writes no use of a key that is gone since', async () => {
  const metadata = openMemory({ random: seededRandom('uses') })
  const uses = new KeyUses(new MovableClock(new Date('2026-01-01T00:00:00Z')), metadata)
  await transact(metadata, (transaction) => transaction.put(iamAccessKeys, ['AKIASTAYS'], KEY))
  uses.note('AKIASTAYS', 's3', 'us-east-1')
  uses.note('AKIAGONE', 's3', 'us-east-1')
  uses.note('AROAGONE', 's3', 'us-east-1')
  expect(await uses.save()).toBe(3)
  expect(uses.pendingCount).toBe(0)
  expect(await readRow(metadata, iamKeyUses, 'AKIASTAYS')).toMatchObject({ service: 's3' })
  expect(await readRow(metadata, iamKeyUses, 'AKIAGONE')).toBe(undefined)
  expect(await readRow(metadata, iamKeyUses, 'AROAGONE')).toBe(undefined)
})

it('knows no use whose row cannot be read', async () => {
  const metadata = openMemory({ random: seededRandom('uses') })
  const uses = new KeyUses(new MovableClock(new Date('2026-01-01T00:00:00Z')), metadata)
  const key = iamKeyUses.key('AKIAWORN')
  await metadata.commit({ expect: [], put: [{ key, value: Buffer.from([2, 0, 0, 0, 0, 1]) }], remove: [] })
  expect([await uses.find('AKIAWORN'), await uses.findMany(['AKIAWORN'])]).toEqual([undefined, [undefined]])
})
