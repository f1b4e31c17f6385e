import { expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { MemoryDisk } from '../../base/memory-disk.ts'
import { systemRandom } from '../../base/random.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import { localKeyManagement } from '../../encryption/keys/local.ts'
import { RootKeyFolder } from '../../encryption/keys/root-key-folder.ts'
import { storeKeyContext } from '../../encryption/store-keys.ts'
import { openMemory } from '../../metadata/engines/memory.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { kmsMaterials, storeKeys } from '../../metadata/tables/kms-tables.ts'
import { readRow, transact } from '../../metadata/transaction.ts'
import { materialContext } from './key-materials.ts'
import { resealKeys } from './reseal-keys.ts'

const KEYS = 12

/** A store with keys of both kinds, sealed under a root key that is then replaced. */
async function filledStore() {
  const clock = new MovableClock()
  const disk = new MemoryDisk(clock)
  const folder = await RootKeyFolder.open({ disk, random: systemRandom, clock, directory: '/root-keys' })
  const keyManagement = localKeyManagement(folder, systemRandom)
  const metadata = openMemory({ random: systemRandom })
  const plaintexts: Uint8Array[] = []
  const addKey = async (index: number): Promise<void> => {
    const isStoreKey = index % 2 === 0
    const context = isStoreKey ? storeKeyContext(`key-${index}`) : materialContext(`key-${index}`, index)
    const { plaintext, sealed } = await keyManagement.generateDataKey(context)
    plaintexts.push(plaintext)
    const row = { sealed: Buffer.from(sealed).toString('base64'), createdMilliseconds: 0 }
    await transact(metadata, async (transaction) => {
      if (isStoreKey) transaction.put(storeKeys, [`key-${index}`], row)
      else transaction.put(kmsMaterials, [`key-${index}`, index], row)
    })
  }
  for (let index = 0; index < KEYS; index++) await addKey(index)
  await folder.add()

  const openAll = async (): Promise<Uint8Array[]> => {
    const opened: Uint8Array[] = []
    for (let index = 0; index < KEYS; index++) {
      const isStoreKey = index % 2 === 0
      const context = isStoreKey ? storeKeyContext(`key-${index}`) : materialContext(`key-${index}`, index)
      const row = isStoreKey
        ? await readRow(metadata, storeKeys, `key-${index}`)
        : await readRow(metadata, kmsMaterials, `key-${index}`, index)
      const sealed = Buffer.from(row?.sealed ?? '', 'base64')
      opened.push(Uint8Array.from(await keyManagement.openDataKey(sealed, context)))
    }
    return opened
  }
  return { clock, folder, keyManagement, metadata, plaintexts, openAll }
}

/** A store that fails for good after so many commits. */
function dyingStore(store: OrderedStore, commits: number): OrderedStore {
  let left = commits
  return {
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    scan: (range) => store.scan(range),
    scanMany: (ranges) => store.scanMany(ranges),
    snapshot: () => store.snapshot(),
    async commit(change) {
      if (left-- <= 0) throw new StorageFault('unavailable', 'killed')
      return store.commit(change)
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

it('seals every key under the newest root key, so that the others can go', async () => {
  const { clock, folder, keyManagement, metadata, plaintexts, openAll } = await filledStore()
  const progress: number[] = []
  const end = await resealKeys(metadata, keyManagement, ({ seen }) => progress.push(seen))
  expect(end).toEqual({ seen: KEYS, resealed: KEYS })
  expect(progress).toEqual(Array.from({ length: KEYS }, (_, index) => index + 1))
  expect(await resealKeys(metadata, keyManagement)).toEqual({ seen: KEYS, resealed: 0 })
  clock.advance(3_600_000)
  expect(await folder.removeReplaced(3_600_000)).toBe(1)
  expect(await openAll()).toEqual(plaintexts)
})

it('leaves every key to open wherever it is cut off, and goes on from there', async () => {
  for (let commits = 0; commits < KEYS; commits++) {
    const { keyManagement, metadata, plaintexts, openAll } = await filledStore()
    const dying = dyingStore(metadata, commits)
    await expect(resealKeys(dying, keyManagement)).rejects.toThrow('killed')
    expect(await openAll()).toEqual(plaintexts)
    expect(await resealKeys(metadata, keyManagement)).toEqual({ seen: KEYS, resealed: KEYS - commits })
    expect(await openAll()).toEqual(plaintexts)
  }
})
