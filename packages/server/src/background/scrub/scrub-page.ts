import type { Entry } from '../../metadata/ordered-store.ts'
import type { ObjectRow, VersionRow } from '../../metadata/tables/rows.ts'
import { current, versions } from '../../metadata/tables/tables.ts'
import { readable } from '../../metadata/unreadable-rows.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { isObject, versionIdOf } from '../../s3/shared/object/version-order.ts'
import { type Damage, noteContent } from './damage.ts'
import { missingPiece } from './missing-piece.ts'
import { type BytesRead, type Verdict, verdictOfFault, verifyVersion } from './verify-version.ts'

/** The tables whose rows name bytes, in the order that a pass goes through them. */
export const SCRUBBED = [
  { name: 'current', table: current },
  { name: 'versions', table: versions },
] as const

export type ScrubbedTable = (typeof SCRUBBED)[number]['table']

export interface ScrubOptions {
  readonly bytesRead: BytesRead
  readonly onVerdict: (verdict: Verdict, row: ObjectRow) => void
  readonly onDamage: (damage: Damage, entry: Entry) => void
  /** Whether the store is told what is damaged and what no longer is. */
  readonly notes: boolean
  readonly signal: AbortSignal
}

/** Verifies one row of a table, and notes in the store what is damaged and what no longer is. */
export async function scrubEntry(
  service: S3Service,
  bucketName: string,
  table: ScrubbedTable,
  entry: Entry,
  { bytesRead, onVerdict, onDamage, notes, signal }: ScrubOptions,
): Promise<void> {
  const row = readable<readonly string[], VersionRow>(service.stores.metadata, table, entry)?.row
  // One that cannot be read the scrub of rows tells of.
  if (!row || !isObject(row)) return
  const verdict = await verdictOf(service, row, entry, { bytesRead, signal })
  onVerdict(verdict, row)
  if (row.content.kind === 'empty') return
  if (verdict.kind === 'damaged') {
    const [, key] = table.parts(entry.key)
    const { reason, mayReturn } = verdict
    const damage = { bucketName, key, versionId: versionIdOf(row), reason }
    onDamage({ ...damage, mayReturn }, entry)
    if (notes) await noteContent(service, row.content.id, damage)
  } else if (notes && verdict.kind === 'sound') await noteContent(service, row.content.id, undefined)
}

/** Damaged is only what is still there as it was before it was looked at. */
export async function verdictOf(
  service: S3Service,
  row: ObjectRow,
  { key, stamp }: Entry,
  { bytesRead, signal }: Pick<ScrubOptions, 'bytesRead' | 'signal'>,
): Promise<Verdict> {
  const verdict = await lookAt(service, row, bytesRead, signal)
  if (verdict.kind !== 'damaged' && verdict.kind !== 'gone') return verdict
  const now = await service.stores.metadata.get(key)
  if (now?.stamp !== stamp) return { kind: 'gone' }
  return verdict.kind === 'damaged' ? verdict : { kind: 'damaged', reason: 'its bytes were let go of' }
}

async function lookAt(
  service: S3Service,
  row: ObjectRow,
  bytesRead: BytesRead,
  signal: AbortSignal,
): Promise<Verdict> {
  try {
    const reason = await missingPiece(service.stores, row)
    return reason === undefined
      ? await verifyVersion(service, row, bytesRead, signal)
      : { kind: 'damaged', reason }
  } catch (error) {
    return verdictOfFault(error)
  }
}
