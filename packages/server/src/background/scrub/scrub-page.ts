import type { Entry } from '../../metadata/ordered-store.ts'
import type { Content, ObjectRow, VersionRow } from '../../metadata/tables/rows.ts'
import { current, versions } from '../../metadata/tables/tables.ts'
import { annotations } from '../../metadata/tables/annotation-tables.ts'
import { readable, readableRows } from '../../metadata/unreadable-rows.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { isObject, versionIdOf } from '../../s3/shared/object/version-order.ts'
import { type Damage, noteContent } from './damage.ts'
import { missingPiece } from './missing-piece.ts'
import {
  type BytesRead,
  type Verdict,
  verdictOfFault,
  type Verifiable,
  verifyVersion,
} from './verify-version.ts'

/** The tables whose rows name bytes, in the order that a pass goes through them. */
export const SCRUBBED = [
  { name: 'current', table: current },
  { name: 'versions', table: versions },
] as const

export type ScrubbedTable = (typeof SCRUBBED)[number]['table']

export interface ScrubOptions {
  readonly bytesRead: BytesRead
  readonly onVerdict: (verdict: Verdict, row: ObjectRow) => void
  /** `entry`: of an object version whose own bytes are damaged; absent where those of an annotation are. */
  readonly onDamage: (damage: Damage, entry: Entry | undefined) => void
  /** Whether the store is told what is damaged and what no longer is. */
  readonly notes: boolean
  readonly signal: AbortSignal
}

/** Verifies one row of a table and the annotations of its version, and notes in the store what is damaged and what no longer is. */
export async function scrubEntry(
  service: S3Service,
  bucketName: string,
  table: ScrubbedTable,
  entry: Entry,
  options: ScrubOptions,
): Promise<void> {
  const { onVerdict, onDamage } = options
  const row = readable<readonly string[], VersionRow>(service.stores.metadata, table, entry)?.row
  // One that cannot be read the scrub of rows tells of.
  if (!row || !isObject(row)) return
  const verdict = await verdictOf(service, row, entry, options)
  onVerdict(verdict, row)
  const [bucketId, key] = table.parts(entry.key)
  const place = { bucketName, key, versionId: versionIdOf(row) }
  const told = (damage: Damage): void => onDamage(damage, entry)
  await noteVerdict(service, row.content, verdict, place, { ...options, onDamage: told })
  if (row.annotations === undefined) return
  const { metadata } = service.stores
  for await (const found of readableRows(
    metadata,
    annotations,
    annotations.range(bucketId, row.annotations),
  )) {
    const { content } = found.row
    const own = await verdictOf(service, found.row, found.entry, options)
    const [, , name] = found.parts
    const told = (damage: Damage): void =>
      onDamage({ ...damage, reason: `annotation ${name}: ${damage.reason}` }, undefined)
    await noteVerdict(service, content, own, place, { ...options, onDamage: told })
  }
}

async function noteVerdict(
  service: S3Service,
  content: Content,
  verdict: Verdict,
  place: Pick<Damage, 'bucketName' | 'key' | 'versionId'>,
  { onDamage, notes }: { readonly onDamage: (damage: Damage) => void; readonly notes: boolean },
): Promise<void> {
  if (content.kind === 'empty') return
  if (verdict.kind === 'damaged') {
    const { reason, mayReturn } = verdict
    onDamage({ ...place, reason, mayReturn })
    if (notes) await noteContent(service, content.id, { ...place, reason })
  } else if (notes && verdict.kind === 'sound') await noteContent(service, content.id, undefined)
}

/** Damaged is only what is still there as it was before it was looked at. */
export async function verdictOf(
  service: S3Service,
  row: Verifiable,
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
  row: Verifiable,
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
