import type { ConditionCheck } from '../background/condition-probe.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { Clock } from '../base/clock.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { probe } from '../metadata/tables/worker-tables.ts'
import { putOf } from '../metadata/transaction.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { StoreGuards } from './store-guards.ts'

/** What a server looks at every few seconds, for `/-/ready`. */
export function conditionChecks(
  { metadata, blobs }: Stores,
  guards: StoreGuards,
  clock: Clock,
): ConditionCheck[] {
  return [metadataCheck(metadata, clock), placesCheck(blobs), disksCheck(guards)]
}

/** Folders of blobs that are not there: all else is served. */
function placesCheck(blobs: BlobStore): ConditionCheck {
  return {
    name: 'storage-class',
    effect: 'degraded',
    failed: 'the folders of blobs cannot be looked at',
    silent: 'the disks of blobs do not answer',
    async check() {
      const away = await blobs.awayPlaces()
      return away.length === 0 ? undefined : `the folder is not there of ${away.join(', ')}`
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
      await metadata.get(probe.key())
      const put = [putOf(metadata, probe, [], { atMilliseconds: clock.now().getTime() })]
      await metadata.commit({ expect: [], put, remove: [] })
      return undefined
    },
  }
}
