import { asFolder } from '../../model/as-folder.ts'
import { bucketNameOfArn } from '../../model/bucket-arn.ts'
import { jobResults, type JobTask } from '../../metadata/tables/job-tables.ts'
import { pagesOf } from '../../metadata/entries-of.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import type { JobReport } from '../../model/types.gen.ts'
import type { OpenJob } from '../../s3/operations/jobs/open-job-rows.ts'
import { listingEncoder } from '../../s3/shared/pages/listing-page.ts'
import { JobMovedOn } from './job-moved-on.ts'
import { isJobAsFound } from './open-jobs.ts'
import type { JobSession } from './perform-as.ts'
import { putAs } from './put-as.ts'

const SCHEMA = 'Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage'
const PAGE = 20
const KINDS = ['succeeded', 'failed'] as const

const encodeKey = listingEncoder('url')

/** What a task is told to have failed with. */
export interface TaskFailure {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** What became of a task. */
export interface TaskOutcome {
  /** Absent: it succeeded. */
  readonly failure?: TaskFailure | undefined
  /** What is told of one that succeeded, instead of that it did. */
  readonly result?: string | undefined
}

/**
 * A task's line of a report. Source: S3 User Guide, "Examples: S3 Batch Operations completion reports", whose lines have the status
 * before the code, where their own schema has it behind.
 */
export function reportLine([bucket, key, versionId = '']: JobTask, { failure, result }: TaskOutcome): string {
  const outcome = failure
    ? ['failed', String(failure.status), failure.code, quoted(failure.message)]
    : ['succeeded', '200', '', result === undefined ? 'Successful' : quoted(result)]
  return `${[field(bucket), encodeKey(key), field(versionId), ...outcome].join(',')}\n`
}

/** What a manifest calls a bucket or a version may be anything. */
function field(text: string): string {
  return /^[\w.-]*$/.test(text) ? text : quoted(text)
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/** Where a job writes what it tells. */
export function folderOf(prefix: string | undefined, jobId: string): string {
  return `${asFolder(prefix)}job-${jobId}`
}

/**
 * Writes the report of a job as its role, and what is in it under one name that does not change, so that it may be written again.
 * Throws what S3 answers. Source: the same page, and "Completion reports": only where a task was invoked.
 */
export async function writeReport(session: JobSession, job: OpenJob, report: JobReport): Promise<void> {
  const { jobId, row } = job
  if (!report.Enabled || row.succeededTasks + row.failedTasks === 0) return
  const { Bucket: arn = '', ExpectedBucketOwner, Prefix: prefix, ReportScope } = report
  const bucket = bucketNameOfArn(arn) ?? ''
  const folder = folderOf(prefix, jobId)
  const place = { Bucket: bucket, ExpectedBucketOwner, ServerSideEncryption: 'AES256' } as const
  const counts = { succeeded: row.succeededTasks, failed: row.failedTasks }
  const kinds = KINDS.filter((kind) => counts[kind] > 0 && (kind === 'failed' || ReportScope === 'AllTasks'))
  const Results = []
  for (const kind of kinds) {
    const key = `${folder}/results/${kind}.csv`
    const { etag } = await putAs(
      session,
      place,
      key,
      reportLines(session.service.stores.metadata, job, kind),
      'text/csv',
    )
    Results.push({ TaskExecutionStatus: kind, Bucket: bucket, MD5Checksum: etag, Key: key })
  }
  const ReportCreationDate = session.service.clock.now().toISOString()
  const manifest = { Format: 'Report_CSV_20180820', ReportCreationDate, Results, ReportSchema: SCHEMA }
  const text = Buffer.from(JSON.stringify(manifest))
  await putAs(session, place, `${folder}/manifest.json`, text, 'application/json')
}

/** Throws JobMovedOn instead of ending where the job has ended: some lines are gone then, and a whole report is there. */
export async function* reportLines(
  metadata: OrderedStore,
  job: OpenJob,
  kind: (typeof KINDS)[number],
): AsyncGenerator<Uint8Array> {
  for await (const entries of pagesOf(metadata, jobResults.range(job.jobId), PAGE)) {
    const text = entries.map((entry) => jobResults.decode(entry)[kind]).join('')
    if (text !== '') yield Buffer.from(text)
  }
  if (!(await isJobAsFound(metadata, job))) throw new JobMovedOn()
}
