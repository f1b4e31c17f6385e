import { expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { seededRandom } from '../../base/seeded-random.ts'
import { openMemory } from '../../metadata/engines/memory.ts'
import { kmsKeys, kmsKeyUses, kmsUseTracking } from '../../metadata/tables/kms-tables.ts'
import { readRow, transact } from '../../metadata/transaction.ts'
import { KmsKeyUses } from './key-uses.ts'

const START = new Date('2026-01-01T00:00:00Z')
const ROW = { accountId: '100000000001', createdMilliseconds: 0, policy: '{}', materialVersion: 1 }

async function room() {
  const clock = new MovableClock(START)
  const metadata = openMemory({ random: seededRandom('key-uses') })
  await transact(metadata, (transaction) => transaction.put(kmsKeys, ['there'], ROW))
  return { clock, metadata, uses: await KmsKeyUses.open(clock, metadata) }
}

it('keeps since when it keeps uses, and writes nothing before it is to', async () => {
  const { clock, metadata, uses } = await room()
  expect(await readRow(metadata, kmsUseTracking)).toBeUndefined()
  clock.advance(5000)
  const later = await KmsKeyUses.open(clock, metadata)
  expect(later.sinceMilliseconds).toBe(START.getTime() + 5000)
  expect(await uses.save()).toBe(0)
  expect(uses.sinceMilliseconds).toBe(START.getTime())
  await later.save()
  expect(later.sinceMilliseconds).toBe(START.getTime())
  expect((await KmsKeyUses.open(clock, metadata)).sinceMilliseconds).toBe(START.getTime())
})

it('writes the last use of each key that there is', async () => {
  const { clock, metadata, uses } = await room()
  uses.note('there', 'Encrypt', 'one')
  clock.advance(1000)
  uses.note('there', 'Decrypt', 'two')
  uses.note('gone', 'Decrypt', 'three')
  const last = { atMilliseconds: START.getTime() + 1000, operation: 'Decrypt', requestId: 'two' }
  expect(await uses.find('there')).toEqual(last)
  expect(await readRow(metadata, kmsKeyUses, 'there')).toBeUndefined()
  expect([uses.pendingCount, await uses.save(), uses.pendingCount]).toEqual([2, 2, 0])
  expect(await readRow(metadata, kmsKeyUses, 'there')).toEqual(last)
  expect(await readRow(metadata, kmsKeyUses, 'gone')).toBeUndefined()
  expect(await uses.save()).toBe(0)
})

it('leaves what another process knows to be later', async () => {
  const { clock, metadata, uses } = await room()
  const other = await KmsKeyUses.open(clock, metadata)
  uses.note('there', 'Sign', 'one')
  clock.advance(1000)
  other.note('there', 'Verify', 'two')
  await other.save()
  expect((await uses.find('there'))?.operation).toBe('Verify')
  await uses.save()
  expect((await readRow(metadata, kmsKeyUses, 'there'))?.operation).toBe('Verify')
  expect(uses.pendingCount).toBe(0)
})
