import type { Entry, OrderedStore } from '../../metadata/ordered-store.ts'
import type { VersionRow } from '../../metadata/tables/rows.ts'
import { current, versions } from '../../metadata/tables/tables.ts'
import { readRow } from '../../metadata/transaction.ts'
import { passOver, readable } from '../../metadata/unreadable-rows.ts'
import {
  dueMilliseconds,
  dueTransition,
  type LifecycleRule,
  matchesFilter,
} from '../../s3/shared/bucket/lifecycle-rules.ts'
import {
  noncurrentDue,
  noncurrentExpiration,
  type NoncurrentPlace,
  placeBehind,
} from '../../s3/shared/bucket/noncurrent-versions.ts'
import { isHeldForReplication } from '../../s3/shared/replicating/replication-rules.ts'
import { deleteVersion } from '../../s3/shared/version-rows/delete-version.ts'
import { isObject, versionIdOf } from '../../s3/shared/object/version-order.ts'
import { dueMoves } from './due-move.ts'
import { inSlices } from '../../base/in-slices.ts'
import { assertSameRules, type HandlePage, ROWS_AT_ONCE, type RuledBucket } from './lifecycle-page.ts'
import { noteAction } from './note-action.ts'
import { Changed, type Move, tryAll, tryMoves } from './try-action.ts'

/** One row of the versions table with its place among the versions of its key: the newest of them is a delete marker. */
interface Placed extends NoncurrentPlace {
  readonly key: string
  readonly row: VersionRow
}

/** NoncurrentVersionExpiration and its transitions, and delete markers that hide nothing any more. */
export const expireVersions: HandlePage = async (ruled, entries) => {
  const { metadata } = ruled.service.stores
  const placed: Placed[] = []
  for await (const slice of inSlices(entries, ROWS_AT_ONCE)) {
    for (const entry of slice) {
      const found = readable(metadata, versions, entry)
      const previous = placed.at(-1)
      // Behind one that cannot be read others seem newer than they are, and so are kept for longer.
      if (found) placed.push(...(await tryToPlace(ruled, found.parts[1], found.row, previous)))
    }
  }
  const due: Placed[] = []
  const moves: Move[] = []
  for (const version of placed) {
    if (await isDue(ruled, version)) {
      due.push(version)
      continue
    }
    const { key, row } = version
    if (isObject(row)) moves.push(...dueMoves(ruled, { key, row, isNewest: false }, classDue(ruled, version)))
  }
  return (
    (await tryAll(
      metadata,
      due.map((version) => () => remove(ruled, version)),
    )) + (await tryMoves(ruled, moves))
  )
}

function classDue(
  { bucket, rules, nowMilliseconds, service }: RuledBucket,
  version: Placed,
): string | undefined {
  const { row, newerNoncurrent } = version
  if (!isObject(row) || newerNoncurrent < 0 || isHeldForReplication(bucket, row)) return undefined
  const { dayMilliseconds } = service.settings
  const candidates = rules
    .filter(({ filter }) => matchesFilter(filter, described(version)))
    .flatMap(({ noncurrentTransitions }) => noncurrentTransitions)
    .map((transition) => ({
      ...transition,
      atMilliseconds: noncurrentDue(transition, version, dayMilliseconds),
    }))
  return dueTransition(candidates, row, nowMilliseconds)
}

/** None where the version in front of it cannot be read: nobody knows since when it is noncurrent. */
async function tryToPlace(
  ruled: RuledBucket,
  key: string,
  row: VersionRow,
  previous: Placed | undefined,
): Promise<Placed[]> {
  try {
    return [await place(ruled, key, row, previous?.key === key ? previous : undefined)]
  } catch (error) {
    passOver(ruled.service.stores.metadata, error)
    return []
  }
}

async function place(ruled: RuledBucket, key: string, row: VersionRow, previous?: Placed): Promise<Placed> {
  const newer = previous ?? (await newerThan(ruled, key, row))
  const before = newer && { ...newer.row, newerNoncurrent: newer.newerNoncurrent }
  return { key, row, ...placeBehind(before, row) }
}

/** The version just before one that a page begins with; `undefined` where that one is the newest of all. */
async function newerThan(
  { service, bucket, rules }: RuledBucket,
  key: string,
  row: VersionRow,
): Promise<Pick<Placed, 'row' | 'newerNoncurrent'> | undefined> {
  const { metadata } = service.stores
  const newest = await readRow(metadata, current, bucket.id, key)
  const { start } = versions.range(bucket.id, key)
  const end = versions.key(bucket.id, key, row.order ?? '')
  const kept = mostKept(rules)
  for (const limit of [kept + 2, MOST_NEWER_ROWS]) {
    const [last, ...others] = await metadata.scan({ start, end, limit, reverse: true })
    if (!last) break
    const isNewest = !newest && others.length === 0
    // More than any rule keeps whatever their age make no difference. One that is the newest of all is a marker.
    const newerNoncurrent = isNewest ? -1 : others.filter((each) => isReadableObject(metadata, each)).length
    const isCounted = newerNoncurrent >= kept || others.length + 1 < limit
    if (isCounted || limit === MOST_NEWER_ROWS) return { row: versions.decode(last), newerNoncurrent }
  }
  return newest && { row: newest, newerNoncurrent: -1 }
}

/** Behind more delete markers than these, fewer versions seem newer than are, and what is there is kept for longer. */
const MOST_NEWER_ROWS = 1000

function isReadableObject(metadata: OrderedStore, entry: Entry): boolean {
  const found = readable(metadata, versions, entry)
  return found !== undefined && isObject(found.row)
}

/** How many newer versions a rule asks for, of all rules the most: 100, by what is accepted. */
function mostKept(rules: readonly LifecycleRule[]): number {
  const asked = rules.flatMap(({ noncurrentExpiration, noncurrentTransitions }) => [
    ...(noncurrentExpiration ? [noncurrentExpiration] : []),
    ...noncurrentTransitions,
  ])
  return asked.reduce((most, { newerVersions }) => Math.max(most, newerVersions), 0)
}

async function isDue(ruled: RuledBucket, version: Placed): Promise<boolean> {
  if (isHeldForReplication(ruled.bucket, version.row)) return false
  if (version.newerNoncurrent < 0) return isExpiredMarker(ruled, version)
  const { rules, nowMilliseconds, service } = ruled
  const { newerNoncurrent, supersededMilliseconds } = version
  const placed = { ...described(version), newerNoncurrent, supersededMilliseconds }
  return noncurrentExpiration(rules, placed, service.settings.dayMilliseconds) <= nowMilliseconds
}

function described({ key, row }: Placed) {
  return isObject(row) ? { key, sizeBytes: row.sizeBytes, tags: row.tags } : { key, sizeBytes: 0 }
}

/**
 * A delete marker that is the only version of its key goes by ExpiredObjectDeleteMarker, or when its own age reaches an
 * Expiration in days. Source: S3 User Guide, "Lifecycle configuration elements", "Expiration element".
 */
async function isExpiredMarker(ruled: RuledBucket, { key, row }: Placed): Promise<boolean> {
  const { service, bucket, rules, nowMilliseconds } = ruled
  const { dayMilliseconds } = service.settings
  const applies = rules.some(({ filter, expiresDeleteMarkers, expiration }) => {
    if (!matchesFilter(filter, { key, sizeBytes: 0 })) return false
    if (expiresDeleteMarkers) return true
    if (!expiration || !('days' in expiration)) return false
    return dueMilliseconds(expiration, row.modifiedMilliseconds, dayMilliseconds) <= nowMilliseconds
  })
  if (!applies) return false
  const all = await service.stores.metadata.scan({ ...versions.range(bucket.id, key), limit: 2 })
  return all.length === 1
}

async function remove(ruled: RuledBucket, version: Placed): Promise<void> {
  const { service, name, bucket } = ruled
  const { key, row, newerNoncurrent } = version
  const versionId = versionIdOf(row)
  await deleteVersion(service, {
    bucketName: name,
    bucket,
    key,
    versionId,
    accountId: bucket.ownerAccountId,
    cause: 's3',
    bypassesGovernance: false,
    hasMfa: false,
    // Since the page was read its tags may have changed, and versions in front of it may have gone.
    async check(existing, { bucket: now, isNewest }) {
      assertSameRules(ruled, now)
      if (!existing || isNewest !== newerNoncurrent < 0) throw new Changed()
      if (!(await isDue(ruled, await place(ruled, key, existing)))) throw new Changed()
    },
  })
  const sizeBytes = isObject(row) ? row.sizeBytes : undefined
  noteAction(ruled, 'S3.EXPIRE.OBJECT', { key, versionId, sizeBytes })
}
