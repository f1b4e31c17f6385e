import type { Entry } from '../../metadata/ordered-store.ts'
import type { ObjectRow } from '../../metadata/tables/rows.ts'
import { current, versions } from '../../metadata/tables/tables.ts'
import { damages } from '../../metadata/tables/worker-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { isObject, versionIdOf } from '../../s3/shared/object/version-order.ts'
import { type BytesRead, type Verdict, verifyVersion } from './verify-version.ts'

/** The tables whose rows name bytes, in the order that a pass goes through them. */
export const SCRUBBED = [
  { name: 'current', table: current },
  { name: 'versions', table: versions },
] as const

export type ScrubbedTable = (typeof SCRUBBED)[number]['table']

/** An object version whose bytes are not those that were stored. */
export interface Damage {
  readonly bucketName: string
  readonly key: string
  readonly versionId: string
  readonly reason: string
}

export interface ScrubOptions {
  readonly bytesRead: BytesRead
  readonly onVerdict: (verdict: Verdict, row: ObjectRow) => void
  readonly onDamage: (damage: Damage) => void
  readonly signal: AbortSignal
}

/** Verifies one row of a table, notes in the store what is damaged and what no longer is. */
export async function scrubEntry(
  service: S3Service,
  bucketName: string,
  table: ScrubbedTable,
  entry: Entry,
  { bytesRead, onVerdict, onDamage, signal }: ScrubOptions,
): Promise<void> {
  const row = table.decode(entry)
  if (!isObject(row)) return
  const verdict = await verifyVersion(service, row, bytesRead, signal)
  onVerdict(verdict, row)
  if (row.content.kind === 'empty') return
  if (verdict.kind === 'damaged') {
    const [, key] = table.parts(entry.key)
    const damage = { bucketName, key, versionId: versionIdOf(row), reason: verdict.reason }
    onDamage(damage)
    await note(service, row.content.id, damage)
  } else if (verdict.kind === 'sound') await note(service, row.content.id, undefined)
}

async function note(service: S3Service, contentId: string, damage: Damage | undefined): Promise<void> {
  await transact(service.stores.metadata, async (transaction) => {
    const known = await transaction.getIfReadable(damages, contentId)
    if (damage && !known) {
      const foundMilliseconds = service.clock.now().getTime()
      transaction.put(damages, [contentId], { ...damage, foundMilliseconds })
    }
    if (!damage && known) transaction.remove(damages, contentId)
  })
}
