import type { Account } from '../access/accounts.ts'
import { findBucket, readBucket } from '../s3/shared/bucket/bucket-row.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import { Bandwidth } from './bandwidth.ts'
import { bringMoreSettings } from './bring-more-settings.ts'
import { bringObjects } from './bring-objects.ts'
import { bringSettings, EARLY_SETTINGS, LATE_SETTINGS, settingsAt } from './bring-settings.ts'
import { compareBucket } from './compare-bucket.ts'
import type { ImportReport } from './import-report.ts'
import type { ImportJob } from './import-target.ts'
import { createAsThere, whyNotInto } from './new-bucket.ts'
import type { S3Source } from './s3-source.ts'
import { listVersions } from './source-listing.ts'

export interface ImportRequest {
  readonly source: S3Source
  readonly service: S3Service
  readonly owner: Account
  /** Names at the source, and here. */
  readonly buckets: readonly { readonly from: string; readonly to: string }[]
  readonly prefix: string
  readonly parallel: number
  readonly bytesPerSecond: number | undefined
  readonly isDryRun: boolean
  readonly bringsSettings: boolean
  readonly renewsTraits: boolean
  /** Canonical ids of the source and those of accounts here. */
  readonly accounts: ReadonlyMap<string, string>
  readonly report: ImportReport
  /** Whether somebody looks on, who wants to know how much is left: all is listed once more for that. */
  readonly countsAhead: boolean
}

/**
 * Brings whole buckets: first what says how objects are kept, then the objects, then the rest of the settings, and at the end
 * both sides are held against each other. Each run brings what is not here yet, so that one that was broken off goes on.
 */
export async function importBuckets(request: ImportRequest): Promise<void> {
  const jobs: Prepared[] = []
  for (const names of request.buckets) {
    const problem = await whyNotInto({ ...request, ...names })
    if (problem !== undefined) {
      request.report.differs({ bucket: names.from, problem })
      continue
    }
    const job = await prepare(request, names)
    if (job) jobs.push(job)
    else await countOnly(request, names)
  }
  const counted = new AbortController()
  const counting = request.countsAhead ? countAhead(request, counted.signal) : undefined
  try {
    for (const { job } of jobs) await bringObjects(job, job, request)
  } finally {
    counted.abort()
    await counting
  }
  if (request.isDryRun) return
  for (const { job, isNew } of jobs) if (isNew || request.bringsSettings) await bringLate(request, job, isNew)
  for (const { job } of jobs) await compareBucket(job, request.prefix, request.report)
}

interface Prepared {
  readonly job: ImportJob
  readonly isNew: boolean
}

/** `undefined` where there is no such bucket, and none is to be made. */
async function prepare(
  request: ImportRequest,
  names: { from: string; to: string },
): Promise<Prepared | undefined> {
  const { service, source, owner, report } = request
  const { throttle, canonicalIdOf } = waysOf(request)
  const job = {
    ...names,
    source,
    service,
    owner,
    canonicalIdOf,
    settingOf: settingsAt(source, names.from),
  }
  const there = await findBucket(service.stores, names.to)
  if (!there && request.isDryRun) return undefined
  const isNew = !there
  if (isNew) await createAsThere(job)
  if ((isNew || request.bringsSettings) && !request.isDryRun) {
    for (const problem of await bringSettings(job, EARLY_SETTINGS, { isNew }))
      report.differs({ bucket: names.from, problem })
  }
  const bucket = await readBucket(service.stores, names.to)
  const hasAcls = bucket.objectOwnership !== 'BucketOwnerEnforced' && !source.isMinio
  const tell: ImportJob['tell'] = ({ key, versionId }, problem) =>
    report.differs({ bucket: names.from, key, versionId, problem })
  return { job: { ...job, bucket, hasAcls, throttle, tell }, isNew }
}

function waysOf({
  service,
  bytesPerSecond,
  accounts,
}: ImportRequest): Pick<ImportJob, 'throttle' | 'canonicalIdOf'> {
  const bandwidth = bytesPerSecond === undefined ? undefined : new Bandwidth(service.clock, bytesPerSecond)
  return {
    throttle: bandwidth ? (bytes) => bandwidth.through(bytes) : (bytes) => bytes,
    canonicalIdOf: (id) => accounts.get(id) ?? service.accounts.findByCanonicalId(id)?.canonicalId,
  }
}

/** A dry run into a bucket that is not there. */
function countOnly(request: ImportRequest, { from }: { from: string }): Promise<void> {
  return bringObjects(undefined, { source: request.source, from }, request)
}

async function bringLate({ report }: ImportRequest, job: ImportJob, isNew: boolean): Promise<void> {
  const tell = (problem: string): void => report.differs({ bucket: job.from, problem })
  const names = LATE_SETTINGS.filter((name) => name !== 'acl' || job.hasAcls)
  for (const problem of await bringSettings(job, names, { isNew })) tell(problem)
  for (const problem of await bringMoreSettings(job)) tell(problem)
}

/** Counts what there is, faster than it is brought. Where it fails, the import itself meets the same and tells it. */
async function countAhead(
  { source, buckets, prefix, report }: ImportRequest,
  signal: AbortSignal,
): Promise<void> {
  const total = { versions: 0, bytes: 0, isWhole: false }
  report.total = total
  try {
    for (const { from } of buckets) {
      for await (const page of listVersions(source, from, prefix)) {
        total.versions += page.length
        for (const { sizeBytes } of page) total.bytes += sizeBytes
        if (signal.aborted) return
      }
    }
    total.isWhole = true
  } catch {
    report.total = undefined
  }
}
