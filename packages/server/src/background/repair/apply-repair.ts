import { assert } from '../../base/assert.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { tableOf } from '../../metadata/known-tables.ts'
import { buckets, current, ownedBuckets, versions } from '../../metadata/tables/tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'
import { unlinkObject } from '../../s3/shared/content/unlink-object.ts'
import { isObject } from '../../s3/shared/object/version-order.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { verdictOf } from '../scrub/scrub-page.ts'
import { forgetGone } from '../scrub/damage.ts'
import { forgetUsage } from '../usage/forget-usage.ts'
import { countReferences } from './count-references.ts'
import type { Removal, RepairPlan } from './plan-repair.ts'
import { rebuildAnnotationSets } from './rebuild-annotation-sets.ts'
import { rebuildHead } from './rebuild-head.ts'

/** What was taken out. */
export interface Repaired {
  readonly rows: number
  readonly objects: number
}

/**
 * Takes out what a plan names. Rows go first; then everything is counted anew, so that a blob is freed, as garbage, when
 * no row names it and not before; then the objects go whose bytes are lost. Only for a store that no server works on. It
 * may be ended at any moment and run again.
 */
export async function applyRepair(service: S3Service, plan: RepairPlan): Promise<Repaired> {
  assert(!plan.hasDamagedPages, 'nobody knows what a damaged page names')
  const { metadata } = service.stores
  await forgetUsage(metadata)
  for (const { entry } of plan.rows) {
    await metadata.commit({ expect: [entry], put: [], remove: [entry.key] })
  }
  await rebuildOwned(metadata)
  await rebuildHeads(metadata, plan.rows)
  await rebuildAnnotationSets(metadata, plan.rows)
  await countReferences(metadata)
  let objects = 0
  for (const removal of plan.objects) if (await removeLost(service, removal)) objects++
  await rebuildHeads(metadata, plan.objects)
  await countReferences(metadata)
  await forgetGone(metadata)
  return { rows: plan.rows.length, objects }
}

/** An object that is whole once everything was counted anew stays; false then. */
async function removeLost(service: S3Service, { entry }: Removal): Promise<boolean> {
  const { metadata } = service.stores
  const isNewest = tableOf(entry.key)?.name === current.name
  const row = isNewest ? current.decode(entry) : versions.decode(entry)
  if (!isObject(row)) return false
  const looking = { bytesRead: async () => {}, signal: new AbortController().signal }
  const verdict = await verdictOf(service, row, entry, looking)
  if (verdict.kind !== 'damaged' || verdict.mayReturn) return false
  await transact(metadata, async (transaction) => {
    const now = await metadata.get(entry.key)
    if (now?.stamp !== entry.stamp) return
    transaction.expect(now.key, now.stamp)
    const [bucketId] = isNewest ? current.parts(now.key) : versions.parts(now.key)
    await unlinkObject(transaction, bucketId, row)
    if (isNewest) transaction.remove(current, ...current.parts(now.key))
    else transaction.remove(versions, ...versions.parts(now.key))
  })
  return true
}

/** Of the keys that rows were taken out of. */
async function rebuildHeads(metadata: OrderedStore, removals: readonly Removal[]): Promise<void> {
  const done = new Set<string>()
  for (const { entry } of removals) {
    const table = tableOf(entry.key)
    if (!table || !OF_VERSIONS.has(table.name)) continue
    const [bucketId, key] = table.parts(entry.key)
    if (typeof bucketId !== 'string' || typeof key !== 'string') continue
    const name = JSON.stringify([bucketId, key])
    if (done.has(name)) continue
    done.add(name)
    await transact(metadata, (transaction) => rebuildHead(transaction, bucketId, key))
  }
}

const OF_VERSIONS = new Set(['current', 'versions', 'versionHeads'])

/** The rows by which accounts find their buckets follow from those of the buckets. */
async function rebuildOwned(metadata: OrderedStore): Promise<void> {
  for await (const { parts, row } of readableRows(metadata, buckets)) {
    await transact(metadata, async (transaction) => {
      const { ownerAccountId, createdMilliseconds, region } = row
      if (await transaction.get(ownedBuckets, ownerAccountId, parts[0])) return
      transaction.put(ownedBuckets, [ownerAccountId, parts[0]], { createdMilliseconds, region })
    })
  }
}
