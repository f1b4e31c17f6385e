import type { VersionOrDeleteMarker } from '../model/types.gen.ts'
import { perform } from '../set-up/perform.ts'
import type { ImportReport } from './import-report.ts'
import type { ImportJob } from './import-target.ts'
import { listVersions, type SourceVersion } from './source-listing.ts'

/**
 * Holds what both sides list against each other, version by version and in order, and tells of each difference. Bytes were held
 * against their checksums as they came.
 */
export async function compareBucket(job: ImportJob, prefix: string, report: ImportReport): Promise<void> {
  const [source, target] = [walk(listVersions(job.source, job.from, prefix)), walk(targetPages(job, prefix))]
  let [theirs, ours] = [await source(), await target()]
  const tell = ({ key, versionId }: SourceVersion, problem: string): void =>
    report.differs({ bucket: job.from, key, versionId, problem })
  while (theirs || ours) {
    const which = ahead(theirs, ours)
    if (which <= 0 && theirs && which !== 0) tell(theirs, 'it is not here')
    if (which > 0 && ours) tell(ours, 'it is here, and not at the source')
    if (which === 0 && theirs && ours)
      for (const problem of differencesOf(theirs, ours)) tell(theirs, problem)
    if (which <= 0) theirs = await source()
    if (which >= 0) ours = await target()
  }
}

/** Which is first: below zero theirs, above it ours, zero where they are the same version. */
function ahead(theirs: SourceVersion | undefined, ours: SourceVersion | undefined): number {
  if (!theirs) return 1
  if (!ours) return -1
  const keys = Buffer.compare(Buffer.from(theirs.key), Buffer.from(ours.key))
  if (keys !== 0) return keys
  if (theirs.versionId === ours.versionId) return 0
  // Of what only one side has, the newer one comes first; of the same time ours, which may have been written since.
  return theirs.modifiedMilliseconds > ours.modifiedMilliseconds ? -1 : 1
}

function differencesOf(theirs: SourceVersion, ours: SourceVersion): string[] {
  const problems: string[] = []
  const hold = (what: string, one: string | number | boolean, other: string | number | boolean): void => {
    if (one !== other) problems.push(`its ${what} is ${String(one)} at the source, and ${String(other)} here`)
  }
  if (theirs.isDeleteMarker !== ours.isDeleteMarker) return ['it is a delete marker on one side alone']
  hold('size', theirs.sizeBytes, ours.sizeBytes)
  hold('ETag', theirs.etag, ours.etag)
  hold('storage class', theirs.storageClass, ours.storageClass)
  // S3 tells whole seconds.
  hold('time', seconds(theirs), seconds(ours))
  hold('being the latest', theirs.isLatest, ours.isLatest)
  return problems
}

function seconds({ modifiedMilliseconds }: SourceVersion): string {
  return new Date(Math.floor(modifiedMilliseconds / 1000) * 1000).toISOString()
}

type Walk = () => Promise<SourceVersion | undefined>

function walk(pages: AsyncGenerator<SourceVersion[]>): Walk {
  let page: readonly SourceVersion[] = []
  let at = 0
  return async () => {
    while (at >= page.length) {
      const next = await pages.next()
      if (next.done) return undefined
      page = next.value
      at = 0
    }
    return page[at++]
  }
}

async function* targetPages(
  { service, owner, to }: ImportJob,
  prefix: string,
): AsyncGenerator<SourceVersion[]> {
  let marker: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } = {}
  for (;;) {
    const input = { Bucket: to, Prefix: prefix, ...marker }
    const output = await perform(service, owner, 'ListObjectVersions', input)
    yield (output.Versions ?? []).flatMap((each) => listedVersion(each) ?? [])
    const { NextKeyMarker, NextVersionIdMarker } = output
    if (!output.IsTruncated || NextKeyMarker === undefined) return
    marker = {
      KeyMarker: NextKeyMarker,
      ...(NextVersionIdMarker !== undefined && { VersionIdMarker: NextVersionIdMarker }),
    }
  }
}

function listedVersion({
  Version: object,
  DeleteMarker: marker,
}: VersionOrDeleteMarker): SourceVersion | undefined {
  const version = object ?? marker
  if (version?.Key === undefined) return undefined
  return {
    key: version.Key,
    versionId: version.VersionId ?? 'null',
    isLatest: version.IsLatest === true,
    isDeleteMarker: object === undefined,
    modifiedMilliseconds: version.LastModified?.getTime() ?? 0,
    etag: object?.ETag?.replaceAll('"', '') ?? '',
    sizeBytes: object?.Size ?? 0,
    storageClass: object?.StorageClass ?? 'STANDARD',
  }
}
