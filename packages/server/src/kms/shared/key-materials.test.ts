import { expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { MemoryDisk } from '../../base/memory-disk.ts'
import { systemRandom as random } from '../../base/random.ts'
import { localKeyManagement } from '../../encryption/keys/local.ts'
import { RootKeyFolder } from '../../encryption/keys/root-key-folder.ts'
import { openMemory } from '../../metadata/engines/memory.ts'
import { kmsKeys, kmsMaterials, type KmsMaterialRow } from '../../metadata/tables/kms-tables.ts'
import { readRow, transact } from '../../metadata/transaction.ts'
import { KeyMaterials } from './key-materials.ts'
import { resealKeys } from './reseal-keys.ts'

const HOUR = 3_600_000
const secret = Buffer.from('a private key, longer than the thirty-two bytes of a symmetric one')

async function room() {
  const clock = new MovableClock()
  const disk = new MemoryDisk(clock)
  const folder = await RootKeyFolder.open({ disk, random, clock, directory: '/root-keys' })
  const keyManagement = localKeyManagement(folder, random)
  const metadata = openMemory({ random })
  const materials = (): KeyMaterials =>
    new KeyMaterials({ metadata, keyManagement, clock, random }, new Map())
  const put = (keyId: string, row: KmsMaterialRow) =>
    transact(metadata, async (transaction) => transaction.put(kmsMaterials, [keyId, 1], row))
  return { clock, folder, keyManagement, metadata, materials, put }
}

it('keeps a secret sealed, and opens it under a root key that came later', async () => {
  const { clock, folder, keyManagement, metadata, materials, put } = await room()
  await put('signer', await materials().newMaterial('signer', 1, secret))
  const row = await readRow(metadata, kmsMaterials, 'signer', 1)
  expect(JSON.stringify(row)).not.toContain(secret.toString('base64').slice(0, 40))
  expect(await materials().open('signer', 1)).toEqual(secret)
  await folder.add()
  await resealKeys(metadata, keyManagement)
  clock.advance(HOUR)
  expect(await folder.removeReplaced(HOUR)).toBe(1)
  expect(await materials().open('signer', 1)).toEqual(secret)
})

it('opens no secret that was put in the place of another, or was changed', async () => {
  const { materials, put } = await room()
  const one = await materials().newMaterial('one', 1, secret)
  const two = await materials().newMaterial('two', 1, Buffer.from('another'))
  await put('one', { ...one, wrapped: two.wrapped })
  await expect(materials().open('one', 1)).rejects.toThrow('is not what was sealed')
  await put('two', one)
  await expect(materials().open('two', 1)).rejects.toMatchObject({ name: 'KeyServiceFault' })
})

it('writes keys that are not symmetric in a layout that older versions leave alone', () => {
  const row = { accountId: '1', createdMilliseconds: 1, policy: '{}', materialVersion: 1 }
  const layoutOf = (more: object): number | undefined => {
    const key = kmsKeys.key('a')
    const symmetric = kmsKeys.encode(key, row, 2)
    const value = kmsKeys.encode(key, { ...row, ...more }, 2)
    expect(kmsKeys.decode({ key, value })).toEqual({ ...row, ...more })
    const at = symmetric.indexOf('{') - 1
    return value[at]
  }
  expect(layoutOf({})).toBe(1)
  expect(layoutOf({ spec: 'RSA_2048' })).toBe(3)
})
