import type { VersionIdentity, VersionOrder } from '../metadata/tables/rows.ts'
import type { SourceAddress } from './s3-source.ts'
import type { SourceVersion } from './source-listing.ts'

/** How a version is asked for. Sources without versions know no ids, and a newest null version needs none. */
export function versionQuery({ versionId, isLatest }: SourceVersion): NonNullable<SourceAddress['query']> {
  return versionId === 'null' && isLatest ? {} : { versionId }
}

/** What a version is known by here. */
export function identityOf(
  { versionId }: SourceVersion,
  order: VersionOrder,
): VersionIdentity & { order: VersionOrder } {
  if (versionId === 'null') return { order, isNull: true }
  return versionId === order ? { order } : { order, versionId }
}
