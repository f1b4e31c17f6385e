import { eachOf } from '../backup/each-of.ts'
import type { Table } from '../metadata/table.ts'
import type { VersionRow } from '../metadata/tables/rows.ts'
import type { TuplePart } from '../metadata/tuple.ts'
import { readableRows } from '../metadata/unreadable-rows.ts'
import type { UsageAmounts } from '../metadata/usage-amounts.ts'
import { S3Error } from '../model/s3-error.ts'
import { changeContent } from '../s3/shared/content/change-content.ts'
import { isShareable } from '../s3/shared/content/share-content.ts'
import { isObject, versionIdOf } from '../s3/shared/object/version-order.ts'
import { annotationBytes, bringVersion, type BroughtVersion } from './bring-version.ts'
import { assertClaim } from './claim-bucket.ts'
import { ContentLost, rememberCopies } from './copy-content.ts'
import type { BucketRestoration } from './restoration.ts'

const AT_ONCE = 8
const VERSIONS_PER_COMMIT = 100
/** What may have to be copied again where it is cut off. */
const BYTES_PER_COMMIT = 64 * 1024 * 1024

interface Picked<Tail, Row> {
  readonly key: string
  /** What comes behind it in the keys of its table. */
  readonly tail: Tail
  readonly row: Row
}

/**
 * Brings the versions that stand in a table, but for those that are there from a run before, and counts them all. What is not in the
 * backup is told, and left out.
 */
export async function bringVersions<Tail extends readonly TuplePart[], Row extends VersionRow>(
  restoration: BucketRestoration,
  table: Table<readonly [bucketId: string, key: string, ...tail: Tail], Row>,
  usage: UsageAmounts,
  count: (row: Row) => void,
): Promise<void> {
  const { service, claim } = restoration
  for await (const group of groups(restoration, table)) {
    restoration.signal.throwIfAborted()
    const placeOf = ({ key, tail }: Picked<Tail, Row>) => [claim.bucketId, key, ...tail] as const
    const keys = group.map((picked) => table.key(...placeOf(picked)))
    const there = await service.stores.metadata.getMany(keys)
    const missing = group.filter((_, index) => !there[index])
    const brought = await bringAll(restoration, missing)
    await changeContent(service, async (transaction) => {
      await assertClaim(transaction, restoration.to, claim)
      for (const [picked, version] of brought) {
        await version.link(transaction)
        transaction.put(table, placeOf(picked), version.row)
      }
    })
    const named = new Set([...brought.values()].map(({ row }) => sharedId(row)))
    await rememberCopies(restoration, (id) => named.has(id))
    for (const [index, picked] of group.entries()) {
      if (!there[index] && !brought.has(picked)) continue
      count(picked.row)
      if (isObject(picked.row)) usage.bytes += await annotationBytes(restoration, picked.row)
      restoration.progress.versions++
    }
    restoration.onProgress()
  }
}

async function* groups<Tail extends readonly TuplePart[], Row extends VersionRow>(
  { picked, bucket }: BucketRestoration,
  table: Table<readonly [bucketId: string, key: string, ...tail: Tail], Row>,
): AsyncGenerator<readonly Picked<Tail, Row>[]> {
  let group: Picked<Tail, Row>[] = []
  let bytes = 0
  for await (const { parts, row } of readableRows(
    picked,
    table,
    table.range(bucket.id),
    VERSIONS_PER_COMMIT,
  )) {
    const [, key, ...tail] = parts
    group.push({ key, tail, row })
    bytes += isObject(row) ? row.sizeBytes : 0
    if (group.length < VERSIONS_PER_COMMIT && bytes < BYTES_PER_COMMIT) continue
    yield group
    group = []
    bytes = 0
  }
  if (group.length > 0) yield group
}

async function bringAll<Version extends { readonly key: string; readonly row: VersionRow }>(
  restoration: BucketRestoration,
  missing: readonly Version[],
): Promise<Map<Version, BroughtVersion>> {
  const brought = new Map<Version, BroughtVersion>()
  await eachOf(missing, AT_ONCE, async (version) => {
    const { key, row } = version
    try {
      const copy = await bringVersion(restoration, key, row)
      brought.set(version, copy)
      restoration.progress.bytes += copy.bytes
      restoration.onProgress()
    } catch (error) {
      const isOfVersion = error instanceof ContentLost || (error instanceof S3Error && error.status < 500)
      if (!isOfVersion) throw error
      restoration.tell({ key, versionId: versionIdOf(row), problem: error.message })
    }
  })
  return brought
}

function sharedId(row: VersionRow): string | undefined {
  return isObject(row) && isShareable(row.content) ? row.content.id : undefined
}
