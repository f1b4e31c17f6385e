import type { ObjectRow } from '../metadata/tables/rows.ts'
import { transact } from '../metadata/transaction.ts'
import { bucketForWrite } from '../s3/shared/bucket/bucket-row.ts'
import { isObject } from '../s3/shared/object/version-order.ts'
import { changeVersion, locateVersion } from '../s3/shared/version-rows/change-version.ts'
import type { ImportJob } from './import-target.ts'
import { traitsOf } from './object-traits.ts'
import type { SourceVersion } from './source-listing.ts'
import { versionQuery } from './version-names.ts'

type Changing = Pick<ObjectRow, 'tags' | 'acl' | 'retention' | 'legalHold'>

/**
 * Brings what may change on a version that is here already: its tags, ACL, retention and legal hold. Asks the source for each.
 * Says whether anything was another, or in a dry run would be.
 */
export async function renewTraits(
  job: ImportJob,
  version: SourceVersion,
  { isDryRun }: { readonly isDryRun: boolean },
): Promise<boolean> {
  if (version.isDeleteMarker) return false
  const { source, from, to, service } = job
  const { key, versionId } = version
  const head = await source.head({ bucket: from, key, query: versionQuery(version) })
  const theirs = changingOf(await traitsOf(job, version, head))
  const id = job.bucket.versioning === undefined ? undefined : versionId
  return transact(service.stores.metadata, async (transaction) => {
    const bucket = await bucketForWrite(transaction, to, job.bucket)
    const ours = (await locateVersion(transaction, bucket, key, id))?.row
    if (!ours || !isObject(ours) || textOf(changingOf(ours)) === textOf(theirs)) return false
    if (!isDryRun) await changeVersion(transaction, bucket, key, id, () => theirs)
    return true
  })
}

function changingOf({ tags, acl, retention, legalHold }: Changing): Changing {
  return { tags, acl, retention, legalHold }
}

/** A hold that is off is as good as one of which nothing was ever said. */
function textOf({ tags, acl, retention, legalHold }: Changing): string {
  const until = retention && [retention.mode, retention.untilMilliseconds, retention.eventHold ?? 'OFF']
  return JSON.stringify([tags ?? [], acl ?? [], until ?? [], legalHold === true])
}
