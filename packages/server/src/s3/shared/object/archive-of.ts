import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import type { ArchiveStatus } from '../../../model/types.gen.ts'

/** Classes, and tiers of INTELLIGENT_TIERING, whose objects have to be restored before they are read. */
export type Archive = 'GLACIER' | 'DEEP_ARCHIVE' | ArchiveStatus

/** The archive that an object's bytes are in, whether or not they are restored. */
export function archiveOf({
  storageClass,
  accessTier,
}: Pick<ObjectRow, 'storageClass' | 'accessTier'>): Archive | undefined {
  if (storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE') return storageClass
  return archiveTierOf({ accessTier })
}

export function archiveTierOf({ accessTier }: Pick<ObjectRow, 'accessTier'>): ArchiveStatus | undefined {
  return accessTier === 'ARCHIVE_ACCESS' || accessTier === 'DEEP_ARCHIVE_ACCESS' ? accessTier : undefined
}
