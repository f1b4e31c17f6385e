import type { ConditionCheck } from '../background/condition-probe.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import { MAIN_PLACE } from '../blobs/engines/placed.ts'
import type { Clock } from '../base/clock.ts'
import type { Soon } from '../base/soon.ts'
import { StorageFault } from '../base/storage-fault.ts'
import type { KeyManagement } from '../encryption/key-management.ts'
import { storeKeyContext } from '../encryption/store-keys.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { storeIdentity } from '../metadata/tables/identity-tables.ts'
import { blobReferences } from '../metadata/tables/tables.ts'
import { probe } from '../metadata/tables/worker-tables.ts'
import { putOf, readRow } from '../metadata/transaction.ts'
import { storeKeyRecords } from '../s3/shared/sealing/store-key-records.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { StoreGuards } from './store-guards.ts'

export interface Checked {
  readonly stores: Stores
  /** Of the blobs, where they are in a pool. */
  readonly checkPool?: (() => Promise<void>) | undefined
  readonly guards: StoreGuards
  readonly keyManagement: KeyManagement
  readonly clock: Clock
  /** Storage classes of the config that have a folder. */
  readonly places: readonly string[]
}

/** What a server looks at every few seconds, for `/-/ready`. */
export function conditionChecks({
  stores,
  checkPool,
  guards,
  keyManagement,
  clock,
  places,
}: Checked): ConditionCheck[] {
  const { metadata, blobs } = stores
  const checks = [
    metadataCheck(metadata, clock),
    checkPool ? poolCheck(checkPool) : blobsCheck(blobs),
    placesCheck(blobs),
    removedPlacesCheck(metadata, places),
    disksCheck(guards),
  ]
  // A key service far away may be slow, or cost something a call; who needs it finds out.
  return keyManagement.name === 'local' ? [...checks, rootKeyCheck(metadata, keyManagement)] : checks
}

/** Keys that are open go on serving in memory, so that its loss would show only at the next start. */
function rootKeyCheck(metadata: OrderedStore, keyManagement: KeyManagement): ConditionCheck {
  return {
    name: 'root-key',
    failed: 'the root key is not there, or does not open the keys of the store',
    silent: 'the root key cannot be read',
    async check() {
      const newest = await ifReadable(() => storeKeyRecords(metadata).newest())
      if (newest) await keyManagement.openDataKey(newest.sealed, storeKeyContext(newest.id))
      return undefined
    },
  }
}

/** Where all is kept that has no place of its own. */
function blobsCheck(blobs: BlobStore): ConditionCheck {
  return {
    name: 'blobs',
    failed: 'the blobs cannot be looked at',
    silent: 'the disk of the blobs does not answer',
    async check() {
      const away = await blobs.awayPlaces()
      return away.includes(MAIN_PLACE) ? 'the blobs are not there' : undefined
    },
  }
}

/** Folders of storage classes that are not there: all else is served. */
function placesCheck(blobs: BlobStore): ConditionCheck {
  return {
    name: 'storage-class',
    effect: 'degraded',
    failed: 'the folders of storage classes cannot be looked at',
    silent: 'the disks of storage classes do not answer',
    async check() {
      const away = (await blobs.awayPlaces()).filter((place) => place !== MAIN_PLACE)
      return away.length === 0 ? undefined : `the folder is not there of ${away.join(', ')}`
    },
  }
}

/** Storage classes with a folder that the config has no more: who takes one out may not know what is in it. */
export function removedPlacesCheck(metadata: OrderedStore, places: readonly string[]): ConditionCheck {
  const known = new Set([...places, 'blobs', 'root-keys'])
  return {
    name: 'removed-class',
    effect: 'degraded',
    failed: 'what is in storage classes that the config does not name cannot be told',
    silent: 'what is in storage classes that the config does not name is not answered',
    async check() {
      const identity = await ifReadable(() => readRow(metadata, storeIdentity))
      const removed = (identity?.marked ?? []).filter((place) => !known.has(place))
      if (removed.length === 0) return undefined
      const ranges = removed.map((place) => ({ ...blobReferences.stringRange([], `${place}.`), limit: 1 }))
      const found = await metadata.scanMany(ranges)
      const used = removed.filter((_, index) => (found[index]?.length ?? 0) > 0)
      return used.length === 0
        ? undefined
        : `objects are in storage classes that the config does not name: ${used.join(', ')}`
    },
  }
}

/** Metadata that cannot be read are a condition of their own. */
async function ifReadable<T>(read: () => Soon<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch {
    return undefined
  }
}

/** Without it no large object can be read or written. */
function poolCheck(checkPool: () => Promise<void>): ConditionCheck {
  return {
    name: 'blobs',
    failed: 'the pool of blobs cannot be reached, or is not the store’s any more',
    silent: 'Ceph does not answer',
    async check() {
      await checkPool()
      return undefined
    },
  }
}

/** Each disk raises a condition of its own; this one is about those that give no answer. */
function disksCheck(guards: StoreGuards): ConditionCheck {
  return {
    name: 'disks',
    failed: 'a disk cannot be looked at',
    silent: 'a disk does not answer',
    async check() {
      await guards.look()
      return undefined
    },
  }
}

function metadataCheck(metadata: OrderedStore, clock: Clock): ConditionCheck {
  return {
    name: 'metadata',
    failed: 'the metadata store fails',
    silent: 'the metadata store does not answer',
    async check() {
      const put = [putOf(metadata, probe, [], { atMilliseconds: clock.now().getTime() })]
      try {
        await metadata.commit({ expect: [], put, remove: [] })
        await metadata.get(probe.key())
        return undefined
      } catch (error) {
        if (error instanceof StorageFault && error.kind === 'clock') return error.message
        throw error
      }
    },
  }
}
