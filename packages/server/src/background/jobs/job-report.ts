import { bodyOf } from '../../model/body.ts'
import { bucketNameOfArn } from '../../model/bucket-arn.ts'
import { type JobRow, jobResults, type JobTask } from '../../metadata/tables/job-tables.ts'
import { pagesOf } from '../../metadata/entries-of.ts'
import type { JobReport } from '../../model/types.gen.ts'
import { listingEncoder } from '../../s3/shared/pages/listing-page.ts'
import { type JobSession, performAs } from './perform-as.ts'

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
  return `${[bucket, encodeKey(key), versionId, ...outcome].join(',')}\n`
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/** Where a job writes what it tells. */
export function folderOf(prefix = '', jobId: string): string {
  return `${prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`}job-${jobId}`
}

/**
 * Writes the report of a job as its role, and what is in it under one name that does not change, so that it may be written again.
 * Throws what S3 answers. Source: the same page, and "Completion reports": only where a task was invoked.
 */
export async function writeReport(
  session: JobSession,
  jobId: string,
  row: JobRow,
  report: JobReport,
): Promise<void> {
  if (!report.Enabled || row.succeededTasks + row.failedTasks === 0) return
  const { Bucket: arn = '', ExpectedBucketOwner, Prefix: prefix, ReportScope } = report
  const bucket = bucketNameOfArn(arn) ?? ''
  const folder = folderOf(prefix, jobId)
  const put = async (
    key: string,
    bytes: AsyncIterable<Uint8Array> | Uint8Array,
    type: string,
  ): Promise<string> => {
    const Body = bodyOf(bytes, bytes instanceof Uint8Array ? bytes.length : undefined)
    const input = {
      Bucket: bucket,
      Key: key,
      Body,
      ContentType: type,
      ServerSideEncryption: 'AES256',
      ExpectedBucketOwner,
    } as const
    const { ETag = '' } = await performAs(session, 'PutObject', input)
    return ETag.replaceAll('"', '')
  }
  const counts = { succeeded: row.succeededTasks, failed: row.failedTasks }
  const kinds = KINDS.filter((kind) => counts[kind] > 0 && (kind === 'failed' || ReportScope === 'AllTasks'))
  const Results = []
  for (const kind of kinds) {
    const key = `${folder}/results/${kind}.csv`
    const md5 = await put(key, linesOf(session, jobId, kind), 'text/csv')
    Results.push({ TaskExecutionStatus: kind, Bucket: bucket, MD5Checksum: md5, Key: key })
  }
  const ReportCreationDate = session.service.clock.now().toISOString()
  const manifest = { Format: 'Report_CSV_20180820', ReportCreationDate, Results, ReportSchema: SCHEMA }
  await put(`${folder}/manifest.json`, Buffer.from(JSON.stringify(manifest)), 'application/json')
}

async function* linesOf(
  { service }: JobSession,
  jobId: string,
  kind: (typeof KINDS)[number],
): AsyncGenerator<Uint8Array> {
  for await (const entries of pagesOf(service.stores.metadata, jobResults.range(jobId), PAGE)) {
    const text = entries.map((entry) => jobResults.decode(entry)[kind]).join('')
    if (text !== '') yield Buffer.from(text)
  }
}
