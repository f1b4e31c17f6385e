import type { ObjectRow, RestoreRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { ArchiveStatus, RestoreStatus } from '../../../model/types.gen.ts'
import { type Archive, archiveOf, archiveTierOf } from '../object/archive-of.ts'
import type { S3Service } from '../service/service.ts'

export type Speed = 'Expedited' | 'Standard' | 'Bulk'

const LIKE_GLACIER = { Expedited: 5 / 60, Standard: 5, Bulk: 12 }
const LIKE_DEEP_ARCHIVE = { Expedited: undefined, Standard: 12, Bulk: 48 }

/**
 * Hours a restoration takes. Source: S3 User Guide, "Archive retrieval options": the longest of each range. The deep
 * archives have no Expedited.
 */
const RESTORE_HOURS: Readonly<Record<Archive, Readonly<Record<Speed, number | undefined>>>> = {
  GLACIER: LIKE_GLACIER,
  ARCHIVE_ACCESS: LIKE_GLACIER,
  DEEP_ARCHIVE: LIKE_DEEP_ARCHIVE,
  DEEP_ARCHIVE_ACCESS: LIKE_DEEP_ARCHIVE,
}

/** How long restoring an archived object takes; `undefined` where its archive has no such speed. */
export function restoreMilliseconds(
  { settings }: S3Service,
  archive: Archive,
  speed: Speed,
): number | undefined {
  const hours = RESTORE_HOURS[archive][speed]
  return hours === undefined ? undefined : Math.round((hours / 24) * settings.dayMilliseconds)
}

/** What a restoration is at: under way, done for a while, or nothing that counts any more. */
export function restoreState(restore: RestoreRow | undefined, now: Date): 'none' | 'ongoing' | 'restored' {
  if (!restore) return 'none'
  const time = now.getTime()
  if (time < restore.readyMilliseconds) return 'ongoing'
  return time < (restore.untilMilliseconds ?? Infinity) ? 'restored' : 'none'
}

/** Throws InvalidObjectState where the bytes of an object are archived and not restored for now. */
export function assertRestored(service: S3Service, row: ObjectRow): void {
  if (!archiveOf(row) || restoreState(row.restore, service.clock.now()) === 'restored') return
  const tier = archiveTierOf(row)
  const fields = { StorageClass: row.storageClass ?? '', ...(tier && { AccessTier: tier }) }
  throw new S3Error('InvalidObjectState', fields)
}

/** `x-amz-restore` and `x-amz-archive-status`. Source: S3 API Reference, HeadObject. */
export function archiveMembers(
  service: S3Service,
  row: ObjectRow,
): { readonly Restore?: string; readonly ArchiveStatus?: ArchiveStatus } {
  const { restore } = row
  const tier = archiveTierOf(row)
  if (!restore && !tier) return {}
  const state = restoreState(restore, service.clock.now())
  return {
    ...(tier && state !== 'restored' && { ArchiveStatus: tier }),
    ...(state === 'ongoing' && { Restore: 'ongoing-request="true"' }),
    ...(state === 'restored' && restoredMember(restore)),
  }
}

/** Nothing for an object that left its archive tier for good. */
function restoredMember(restore: RestoreRow | undefined): { readonly Restore?: string } {
  if (restore?.untilMilliseconds === undefined) return {}
  const date = new Date(restore.untilMilliseconds).toUTCString()
  return { Restore: `ongoing-request="false", expiry-date="${date}"` }
}

/** What a listing tells of a restoration. */
export type DescribeRestore = (row: Pick<ObjectRow, 'restore'>) => RestoreStatus | undefined

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
    if (state === 'ongoing') return { IsRestoreInProgress: true }
    if (state === 'none' || restore?.untilMilliseconds === undefined) return undefined
    const RestoreExpiryDate = new Date(restore.untilMilliseconds)
    return { IsRestoreInProgress: false, RestoreExpiryDate }
  }
}
