import { hash } from 'node:crypto'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import type { Content } from '../../metadata/tables/rows.ts'
import { buckets, current, versions } from '../../metadata/tables/tables.ts'
import { annotations } from '../../metadata/tables/annotation-tables.ts'
import { entriesOf } from '../../metadata/entries-of.ts'
import { type DamageRow, damages } from '../../metadata/tables/worker-tables.ts'
import { tableOf } from '../../metadata/known-tables.ts'
import { readRow, transact } from '../../metadata/transaction.ts'
import { UnreadableRow } from '../../metadata/unreadable-row.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { isObject } from '../../s3/shared/object/version-order.ts'

/** An object version whose bytes are not those that were stored, or a row that cannot be read. */
export interface Damage {
  /** The table of a row that cannot be read. */
  readonly table?: string | undefined
  /** Empty where a row belongs to no bucket. */
  readonly bucketName: string
  /** Empty where a row belongs to no object. */
  readonly key: string
  /** Empty where there is none, or nobody knows which. */
  readonly versionId: string
  readonly reason: string
  /** Not beyond repair: a lost key may be found again, a disk may answer again. */
  readonly mayReturn?: true | undefined
}

type Scrubbed = Pick<S3Service, 'stores' | 'clock'>

/** Notes in the store that content is damaged, or no longer is. */
export async function noteContent(
  service: Scrubbed,
  contentId: string,
  damage: Damage | undefined,
): Promise<void> {
  await note(service, contentId, damage)
}

/** Notes in the store that a row cannot be read. */
export async function noteRow(service: Scrubbed, rowKey: Uint8Array, damage: Damage): Promise<void> {
  await note(service, `row ${hash('sha256', rowKey, 'hex')}`, {
    ...damage,
    rowKey: Buffer.from(rowKey).toString('base64'),
  })
}

async function note(
  { stores, clock }: Scrubbed,
  id: string,
  damage: Omit<DamageRow, 'foundMilliseconds'> | undefined,
): Promise<void> {
  await transact(stores.metadata, async (transaction) => {
    const known = await transaction.getIfReadable(damages, id)
    if (damage && !known) {
      transaction.put(damages, [id], { ...damage, foundMilliseconds: clock.now().getTime() })
    }
    if (!damage && known) transaction.remove(damages, id)
  })
}

/** Forgets damages that are gone: what was damaged was replaced, deleted, repaired or taken out. */
export async function forgetGone(metadata: OrderedStore): Promise<void> {
  for await (const { parts, row, entry } of readableRows(metadata, damages)) {
    const isThere =
      row.rowKey === undefined ? await isNamed(metadata, parts[0], row) : await isUnread(metadata, row.rowKey)
    if (!isThere) await metadata.commit({ expect: [entry], put: [], remove: [entry.key] })
  }
}

async function isUnread(metadata: OrderedStore, rowKey: string): Promise<boolean> {
  const key = Buffer.from(rowKey, 'base64')
  const entry = await metadata.get(key)
  try {
    if (entry) tableOf(key)?.decode(entry)
    return false
  } catch (error) {
    if (error instanceof UnreadableRow) return true
    throw error
  }
}

/** Whether the object still has that content. One that cannot be read may. */
async function isNamed(
  metadata: OrderedStore,
  contentId: string,
  { bucketName, key }: DamageRow,
): Promise<boolean> {
  const has = (content: Content): boolean => content.kind !== 'empty' && content.id === contentId
  try {
    const bucket = await readRow(metadata, buckets, bucketName)
    if (!bucket) return false
    const newest = await readRow(metadata, current, bucket.id, key)
    const older = await metadata.scan({ ...versions.range(bucket.id, key), limit: MOST_VERSIONS })
    for (const row of [newest, ...older.map((entry) => versions.decode(entry))]) {
      if (!row || !isObject(row)) continue
      if (has(row.content)) return true
      if (row.annotations === undefined) continue
      const range = annotations.range(bucket.id, row.annotations)
      for await (const entry of entriesOf(metadata, range))
        if (has(annotations.decode(entry).content)) return true
    }
    return false
  } catch (error) {
    if (error instanceof UnreadableRow) return true
    throw error
  }
}

/** Of one key; of those with more nobody looks whether damage is gone. */
const MOST_VERSIONS = 100_000
