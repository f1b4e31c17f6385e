import type { VersionOrder } from '../metadata/tables/rows.ts'
import { bringParts } from './bring-parts.ts'
import { bringWhole } from './bring-whole.ts'
import type { ImportJob } from './import-target.ts'
import { placeBrought } from './place-brought.ts'
import type { SourceVersion } from './source-listing.ts'
import { identityOf } from './version-names.ts'

const ETAG_OF_PARTS = /-\d+$/

/** Brings one version as it is, to its place. Rejects, with nothing changed, where that cannot be. */
export async function bringVersion(
  job: ImportJob,
  version: SourceVersion,
  order: VersionOrder,
): Promise<void> {
  if (version.isDeleteMarker) return bringMarker(job, version, order)
  if (ETAG_OF_PARTS.test(version.etag) && (await bringParts(job, version, order))) return
  await bringWhole(job, version, order)
}

function bringMarker(job: ImportJob, version: SourceVersion, order: VersionOrder): Promise<void> {
  const { modifiedMilliseconds } = version
  const common = { ...identityOf(version, order), modifiedMilliseconds, ownerAccountId: job.owner.id }
  return placeBrought(job, version.key, { ...common, isDeleteMarker: true })
}
