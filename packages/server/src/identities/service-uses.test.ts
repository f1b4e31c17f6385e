import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { seededRandom } from '../base/seeded-random.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { type IamRoleRow, iamRoles, iamUsers } from '../metadata/tables/iam-tables.ts'
import { iamServiceUses } from '../metadata/tables/service-access-tables.ts'
import { readRow, transact } from '../metadata/transaction.ts'
import { ServiceUses } from './service-uses.ts'

const START = Date.parse('2026-01-01T00:00:00Z')
const MINUTE = 60_000
const ENTITY: IamRoleRow = {
  accountId: '100000000001',
  name: 'somebody',
  path: '/',
  createdMilliseconds: 0,
  trustPolicy: '{}',
  maximumSessionSeconds: 3600,
}

async function opened() {
  const metadata = openMemory({ random: seededRandom('uses') })
  const clock = new MovableClock(new Date(START))
  await transact(metadata, (transaction) => {
    transaction.put(iamUsers, ['AIDASTAYS'], ENTITY)
    transaction.put(iamRoles, ['AROASTAYS'], ENTITY)
  })
  const uses = new ServiceUses(clock, metadata)
  const timesOf = async (id: string) => {
    const [found = {}] = await uses.findMany([id])
    return Object.fromEntries(
      Object.entries(found).map(([what, { atMilliseconds }]) => [what, (atMilliseconds - START) / MINUTE]),
    )
  }
  return { metadata, clock, uses, timesOf }
}

it('remembers the last use of each service and tracked action, a minute exactly', async () => {
  const { clock, uses, timesOf } = await opened()
  uses.note('AIDASTAYS', 's3', 'eu-west-1')
  uses.note('AIDASTAYS', 's3', 'eu-west-1', 's3:CreateBucket')
  uses.note('AIDASTAYS', 's3', 'eu-west-1', 's3:ListBucket')
  uses.note('AIDASTAYS', 'iam', 'us-east-1', 'iam:GetUser')
  expect(uses.pendingCount).toBe(4)
  clock.advance(MINUTE - 1)
  uses.note('AIDASTAYS', 's3', 'eu-west-1', 's3:CreateBucket')
  expect(await timesOf('AIDASTAYS')).toEqual({ s3: 0, 's3:CreateBucket': 0, iam: 0, 'iam:GetUser': 0 })
  clock.advance(1)
  uses.note('AIDASTAYS', 's3', 'eu-west-1', 's3:CreateBucket')
  uses.note('AIDASTAYS', 's3', 'eu-west-1')
  const times = { s3: 1, 's3:CreateBucket': 1, iam: 0, 'iam:GetUser': 0 }
  expect(await timesOf('AIDASTAYS')).toEqual(times)
  expect(await uses.save()).toBe(4)
  expect([uses.pendingCount, await uses.save()]).toEqual([0, 0])
  expect(await timesOf('AIDASTAYS')).toEqual(times)
})

it('adds to what was written, and takes nothing of it back', async () => {
  const { metadata, clock, uses, timesOf } = await opened()
  uses.note('AROASTAYS', 's3', 'eu-west-1')
  uses.note('AROASTAYS', 'kms', 'eu-west-1', 'kms:Decrypt')
  await uses.save()
  const behind = new ServiceUses(new MovableClock(new Date(START - MINUTE)), metadata)
  behind.note('AROASTAYS', 's3', 'us-east-1')
  behind.note('AROASTAYS', 'sts', 'us-east-1')
  await behind.save()
  clock.advance(2 * MINUTE)
  uses.note('AROASTAYS', 'kms', 'eu-west-1')
  expect(await timesOf('AROASTAYS')).toEqual({ s3: 0, kms: 2, 'kms:Decrypt': 0, sts: -1 })
  await uses.save()
  const row = await readRow(metadata, iamServiceUses, 'AROASTAYS')
  expect(row?.uses).toMatchObject({
    s3: { atMilliseconds: START, region: 'eu-west-1' },
    kms: { atMilliseconds: START + 2 * MINUTE },
  })
})

it('remembers what comes while it is being written', async () => {
  const { clock, uses, timesOf } = await opened()
  uses.note('AIDASTAYS', 's3', 'eu-west-1')
  const saving = uses.save()
  clock.advance(MINUTE)
  uses.note('AIDASTAYS', 's3', 'eu-west-1')
  expect(await saving).toBe(1)
  expect([uses.pendingCount, await timesOf('AIDASTAYS')]).toEqual([1, { s3: 1 }])
  expect(await uses.save()).toBe(1)
})

it('writes no use of a user or role that is gone since', async () => {
  const { metadata, uses } = await opened()
  for (const id of ['AIDASTAYS', 'AIDAGONE', 'AROAGONE']) uses.note(id, 's3', 'us-east-1')
  expect(await uses.save()).toBe(3)
  expect(uses.pendingCount).toBe(0)
  const rows = await metadata.scan({ ...iamServiceUses.range(), limit: 10 })
  expect(rows.map(({ key }) => iamServiceUses.parts(key))).toEqual([['AIDASTAYS']])
})

it('remembers no more than so many uses, and others once some are written', async () => {
  const { uses, timesOf } = await opened()
  for (let index = 0; index < 100_000; index++) uses.note(`AIDAGONE${index}`, 's3', 'us-east-1')
  uses.note('AIDASTAYS', 's3', 'us-east-1')
  expect([uses.pendingCount, await timesOf('AIDASTAYS')]).toEqual([100_000, {}])
  expect(await uses.save()).toBe(1000)
  uses.note('AIDASTAYS', 's3', 'us-east-1')
  expect([uses.pendingCount, await timesOf('AIDASTAYS')]).toEqual([99_001, { s3: 0 }])
})

it('keeps no more of a region than a name of one has', async () => {
  const { uses } = await opened()
  uses.note('AIDASTAYS', 'iam', 'x'.repeat(5000))
  expect((await uses.findMany(['AIDASTAYS']))[0]?.['iam']?.region).toBe('x'.repeat(64))
})

it('begins anew where a row cannot be read', async () => {
  const { metadata, uses, timesOf } = await opened()
  const key = iamServiceUses.key('AIDASTAYS')
  await metadata.commit({ expect: [], put: [{ key, value: Buffer.from([2, 0, 0, 0, 0, 1]) }], remove: [] })
  expect(await timesOf('AIDASTAYS')).toEqual({})
  uses.note('AIDASTAYS', 's3', 'us-east-1')
  expect(await uses.save()).toBe(1)
  expect(await readRow(metadata, iamServiceUses, 'AIDASTAYS')).toMatchObject({ uses: { s3: {} } })
})
