import type { ObjectRow, RestoreRow } from '../../metadata/tables/rows.ts'
import { S3Error } from '../../model/s3-error.ts'
import type { RestoreStatus } from '../../model/types.gen.ts'
import type { S3Service } from '../service.ts'

/** Classes whose objects have to be restored before they are read. */
const ARCHIVE_CLASSES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE'])

export type Tier = 'Expedited' | 'Standard' | 'Bulk'

/**
 * Hours a restoration takes. Source: S3 User Guide, "Archive retrieval options": the longest of each range. DEEP_ARCHIVE
 * has no Expedited.
 */
const RESTORE_HOURS: Readonly<Record<string, Readonly<Partial<Record<Tier, number>>>>> = {
  GLACIER: { Expedited: 5 / 60, Standard: 5, Bulk: 12 },
  DEEP_ARCHIVE: { Standard: 12, Bulk: 48 },
}

export function isArchived({ storageClass }: Pick<ObjectRow, 'storageClass'>): boolean {
  return storageClass !== undefined && ARCHIVE_CLASSES.has(storageClass)
}

/** How long restoring an archived object takes; `undefined` where its class has no such tier. */
export function restoreMilliseconds(
  { settings }: S3Service,
  storageClass: string,
  tier: Tier,
): number | undefined {
  const hours = RESTORE_HOURS[storageClass]?.[tier]
  return hours === undefined ? undefined : (hours / 24) * settings.dayMilliseconds
}

/** What a restoration is at: under way, done for a while, or nothing that counts any more. */
export function restoreState(restore: RestoreRow | undefined, now: Date): 'none' | 'ongoing' | 'restored' {
  if (!restore) return 'none'
  const time = now.getTime()
  if (time < restore.readyMilliseconds) return 'ongoing'
  return time < restore.untilMilliseconds ? 'restored' : 'none'
}

/** Throws InvalidObjectState where the bytes of an object are archived and not restored for now. */
export function assertRestored(service: S3Service, row: ObjectRow): void {
  if (!isArchived(row) || restoreState(row.restore, service.clock.now()) === 'restored') return
  throw new S3Error('InvalidObjectState', { StorageClass: row.storageClass ?? '' })
}

/** `x-amz-restore`. Source: S3 API Reference, HeadObject. */
export function restoreMember(service: S3Service, { restore }: ObjectRow): { Restore?: string } {
  const state = restoreState(restore, service.clock.now())
  if (!restore || state === 'none') return {}
  if (state === 'ongoing') return { Restore: 'ongoing-request="true"' }
  const date = new Date(restore.untilMilliseconds).toUTCString()
  return { Restore: `ongoing-request="false", expiry-date="${date}"` }
}

/** What a listing tells of a restoration. */
export type DescribeRestore = (row: ObjectRow) => { RestoreStatus: RestoreStatus } | undefined

/**
 * RestoreStatus for listings that ask for it; nothing where an object is not restored. Source: S3 API Reference,
 * ListObjectsV2, `x-amz-optional-object-attributes`, and RestoreStatus.
 */
export function restoreDescriber(
  { clock }: Pick<S3Service, 'clock'>,
  optionalAttributes: readonly string[] | undefined,
): DescribeRestore | undefined {
  if (!optionalAttributes?.includes('RestoreStatus')) return undefined
  const now = clock.now()
  return ({ restore }) => {
    const state = restoreState(restore, now)
    if (!restore || state === 'none') return undefined
    if (state === 'ongoing') return { RestoreStatus: { IsRestoreInProgress: true } }
    const RestoreExpiryDate = new Date(restore.untilMilliseconds)
    return { RestoreStatus: { IsRestoreInProgress: false, RestoreExpiryDate } }
  }
}
