import { controlGet, controlList, controlPlace, controlSend } from './control.ts'
import { xmlChild, xmlChildren, xmlText } from './xml.ts'

/** What S3 Batch Operations has to do, and how far it is. */
export interface JobSummary {
  readonly id: string
  readonly description: string
  readonly status: string
  readonly operation: string
  readonly priority: number
  readonly created: Date
  /** 0 until it is known. */
  readonly total: number
  readonly succeeded: number
  readonly failed: number
}

export interface Job extends JobSummary {
  readonly roleArn: string
  readonly statusReason: string
  readonly failures: readonly string[]
  /** Where its report is, or will be. */
  readonly report: { readonly bucket: string; readonly prefix: string } | undefined
}

/** All of the account, the newest first. */
export async function listJobs(signal?: AbortSignal): Promise<JobSummary[]> {
  const found = await controlList(controlPlace('jobs'), ['Jobs', 'member'], signal)
  return found
    .map((element) => summaryOf(element, xmlText(element, 'Operation')))
    .toSorted((a, b) => b.created.getTime() - a.created.getTime())
}

export async function describeJob(id: string, signal?: AbortSignal): Promise<Job> {
  const root = await controlGet(controlPlace('jobs', id), signal)
  const job = xmlChild(root, 'Job') ?? root
  const failures = xmlChild(job, 'FailureReasons')
  return {
    ...summaryOf(job, xmlChild(job, 'Operation')?.firstElementChild?.localName),
    roleArn: xmlText(job, 'RoleArn') ?? '',
    statusReason: xmlText(job, 'StatusUpdateReason') ?? '',
    failures: failures ? xmlChildren(failures, 'member').map(failureOf) : [],
    report: reportOf(job, id),
  }
}

function failureOf(failure: Element): string {
  return [xmlText(failure, 'FailureCode'), xmlText(failure, 'FailureReason')].filter(Boolean).join(': ')
}

/** Source: S3 User Guide, "Tracking job status and completion reports": below `PREFIX/job-ID/`. */
function reportOf(job: Element, id: string): Job['report'] {
  const report = xmlChild(job, 'Report')
  if (!report || xmlText(report, 'Enabled') !== 'true') return undefined
  const arn = xmlText(report, 'Bucket') ?? ''
  const prefix = xmlText(report, 'Prefix') ?? ''
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
  return { bucket: arn.slice(arn.lastIndexOf(':') + 1), prefix: `${folder}job-${id}/` }
}

function summaryOf(job: Element, operation: string | undefined): JobSummary {
  const progress = xmlChild(job, 'ProgressSummary')
  const count = (name: string): number => Number((progress && xmlText(progress, name)) ?? 0)
  return {
    id: xmlText(job, 'JobId') ?? '',
    description: xmlText(job, 'Description') ?? '',
    status: xmlText(job, 'Status') ?? '',
    operation: operation ?? '',
    priority: Number(xmlText(job, 'Priority')),
    created: new Date(xmlText(job, 'CreationTime') ?? ''),
    total: count('TotalNumberOfTasks'),
    succeeded: count('NumberOfTasksSucceeded'),
    failed: count('NumberOfTasksFailed'),
  }
}

/** Answers its id. `document`: a CreateJobRequest. */
export async function createJob(document: string): Promise<string> {
  const answer = await controlSend('POST', controlPlace('jobs'), document)
  return (answer && xmlText(answer, 'JobId')) ?? ''
}

/** `Ready`: of one that waits to be confirmed. */
export async function setJobStatus(id: string, status: 'Ready' | 'Cancelled'): Promise<void> {
  await controlSend('POST', { ...controlPlace('jobs', id, 'status'), query: { requestedJobStatus: status } })
}

/** The highest goes first. */
export async function setJobPriority(id: string, priority: number): Promise<void> {
  await controlSend('POST', {
    ...controlPlace('jobs', id, 'priority'),
    query: { priority: String(priority) },
  })
}
