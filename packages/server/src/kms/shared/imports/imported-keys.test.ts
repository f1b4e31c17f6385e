import { expect, it } from 'vitest'
import { AccountDirectory } from '../../../access/account-directory.ts'
import { MovableClock } from '../../../base/clock.ts'
import { MemoryDisk } from '../../../base/memory-disk.ts'
import { systemRandom } from '../../../base/random.ts'
import { localKeyManagement } from '../../../encryption/keys/local.ts'
import { RootKeyFolder } from '../../../encryption/keys/root-key-folder.ts'
import { openMemory } from '../../../metadata/engines/memory.ts'
import { kmsKeys, kmsMaterials } from '../../../metadata/tables/kms-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { openKms } from '../../open-kms.ts'
import { createKey } from '../create-key.ts'
import { deleteDueKeys } from '../delete-due-keys.ts'
import { stateOf } from '../key-state.ts'
import type { KmsService } from '../kms-service.ts'
import { resealKeys } from '../reseal-keys.ts'
import { findKey, type Key } from '../resolve-key.ts'
import { sealedKeys } from '../sealed-keys.ts'
import { importMaterial } from './import-material.ts'
import { importSecret } from './import-token.ts'

const MATERIAL = Buffer.alloc(32, 7)

async function opened() {
  const clock = new MovableClock()
  const disk = new MemoryDisk(clock)
  const folder = await RootKeyFolder.open({ disk, random: systemRandom, clock, directory: '/root-keys' })
  const keyManagement = localKeyManagement(folder, systemRandom)
  const metadata = openMemory({ random: systemRandom })
  const accounts = new AccountDirectory([])
  const engines = { metadata, keyManagement, accounts, region: 'us-east-1', clock, random: systemRandom }
  const service = await openKms(engines, [])
  const key = await createKey(service, { accountId: '100000000001', policy: '{}', imports: [] })
  return { clock, folder, keyManagement, metadata, service, key, again: () => openKms(engines, []) }
}

/** `id`: one of those of the material. */
async function imported(
  service: KmsService,
  key: Key,
  id: string,
  validToMilliseconds?: number,
): Promise<void> {
  await importMaterial(service, key, {
    material: MATERIAL,
    materialId: id,
    type: undefined,
    description: undefined,
    validToMilliseconds,
  })
}

const hasMaterial = async ({ metadata }: KmsService, { id }: Key): Promise<boolean> =>
  (await readRow(metadata, kmsMaterials, id, 1)) !== undefined

it('older versions find such a key unreadable, and leave it alone', async () => {
  const { metadata, key } = await opened()
  const [entry] = await metadata.scan({ ...kmsKeys.range(key.id), limit: 1 })
  // docs/format.md: the layout is the byte behind the head of a frame.
  const layouts = [entry?.value[5], entry?.value[0]]
  expect(layouts).toEqual([3, 2])
})

it('material is erased once it has expired', async () => {
  const { clock, service, key } = await opened()
  await imported(service, key, 'a', clock.now().getTime() + 1000)
  expect(await deleteDueKeys(service)).toBe(0)
  clock.advance(1000)
  const found = await findKey(service, key.id)
  expect(found && stateOf(found.row)).toBe('PendingImport')
  expect(await hasMaterial(service, key)).toBe(true)
  expect(await deleteDueKeys(service)).toBe(1)
  expect(await hasMaterial(service, key)).toBe(false)
  expect(await deleteDueKeys(service)).toBe(0)
  await imported(service, key, 'a')
  expect(Buffer.from(await service.materials.open(key.id, 1))).toEqual(MATERIAL)
})

it('material that was imported again is not erased by the date that it had', async () => {
  const { clock, service, key } = await opened()
  await imported(service, key, 'a', clock.now().getTime() + 1000)
  await imported(service, key, 'a')
  clock.advance(2000)
  expect(await deleteDueKeys(service)).toBe(0)
  expect(await hasMaterial(service, key)).toBe(true)
})

it('nothing of a deleted key is left', async () => {
  const { clock, metadata, service, key } = await opened()
  await imported(service, key, 'a')
  await importMaterial(service, key, {
    material: Buffer.alloc(32, 8),
    materialId: 'b',
    type: 'NEW_KEY_MATERIAL',
    description: undefined,
    validToMilliseconds: undefined,
  })
  const row = await readRow(metadata, kmsKeys, key.id)
  if (!row) throw new Error('no key')
  await metadata.commit({
    expect: [],
    put: [
      {
        key: kmsKeys.key(key.id),
        value: kmsKeys.encode(
          kmsKeys.key(key.id),
          { ...row, state: 'PendingDeletion', deletionMilliseconds: 1 },
          3,
        ),
      },
    ],
    remove: [],
  })
  clock.advance(1)
  expect(await deleteDueKeys(service)).toBe(1)
  expect(await metadata.scan({ ...kmsMaterials.range(key.id), limit: 9 })).toEqual([])
})

it('imported material stands nowhere in the open, and a new root key seals it', async () => {
  const { clock, folder, keyManagement, metadata, service, key, again } = await opened()
  await imported(service, key, 'a')
  const secret = await importSecret(service, key.id)
  for (const { value } of await metadata.scan({ start: Buffer.of(0), end: Buffer.of(255), limit: 1000 })) {
    expect(Buffer.from(value).includes(MATERIAL)).toBe(false)
    expect(Buffer.from(value).includes(MATERIAL.toString('base64'))).toBe(false)
  }
  const sealed = []
  for await (const each of sealedKeys(metadata)) sealed.push(each)
  expect(sealed).toHaveLength(2)
  await folder.add()
  expect(await resealKeys(metadata, keyManagement)).toEqual({ seen: 2, resealed: 2 })
  clock.advance(3_600_000)
  expect(await folder.removeReplaced(3_600_000)).toBe(1)
  const later = await again()
  expect(Buffer.from(await later.materials.open(key.id, 1))).toEqual(MATERIAL)
  expect(await importSecret(later, key.id)).toEqual(secret)
})
