import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { describeJob, type Job, setJobPriority, setJobStatus } from '../api/jobs.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { Field } from '../shared/field.tsx'
import { timeText } from '../shared/formats.ts'
import { tellDone } from '../shared/notices.tsx'
import { ask } from '../shared/question.tsx'
import { linkTo } from '../shared/route.ts'
import { useActing } from '../shared/use-acting.ts'
import { useLoaded } from '../shared/use-loaded.ts'
import { commonTexts } from '../texts/common.ts'
import { jobTexts } from '../texts/jobs.ts'
import { doneText } from './done-text.ts'

/** How often one that is under way is looked at. */
const EVERY_MILLISECONDS = 2000

const ENDED = new Set(['Complete', 'Cancelled', 'Failed'])
const ENDING = new Set(['Completing', 'Cancelling', 'Failing'])

/** One job: how far it is, and what can be done with it. */
export function JobPage({ id }: { readonly id: string }) {
  const { value: job, error, reload } = useLoaded((signal) => describeJob(id, signal), [id])
  useEffect(() => {
    if (!job || ENDED.has(job.status)) return
    const timer = setTimeout(reload, EVERY_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [job])
  return (
    <>
      <p>
        <a class="entry" href={linkTo(['jobs'])}>
          {jobTexts.back}
        </a>
      </p>
      {error !== undefined && <ErrorNote error={error} again={reload} />}
      {!job && error === undefined && <p class="empty">{commonTexts.loading}</p>}
      {job && <JobView job={job} onChanged={reload} />}
    </>
  )
}

interface JobViewProps {
  readonly job: Job
  readonly onChanged: () => void
}

function JobView({ job, onChanged }: JobViewProps) {
  const { id, description, status, total, succeeded, failed } = job
  return (
    <div class="setting-place">
      <h2>{jobTexts.name(id, description)}</h2>
      <p role="status">
        <strong>{jobTexts.statuses[status] ?? status}</strong>: {doneText(job)}
      </p>
      {total > 0 && <progress aria-label={jobTexts.progress} max={total} value={succeeded + failed} />}
      {status === 'Suspended' && <p>{jobTexts.waits}</p>}
      <JobButtons job={job} onChanged={onChanged} />
      <dl class="properties">
        {rowsOf(job).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {job.failures.length > 0 && (
        <div class="note error">
          <div>
            <p>{jobTexts.failures}</p>
            <ul>
              {job.failures.map((failure) => (
                <li key={failure}>{failure}</li>
              ))}
            </ul>
          </div>
        </div>
      )}
      {!ENDED.has(status) && <Priority job={job} onChanged={onChanged} />}
    </div>
  )
}

function rowsOf(job: Job): readonly (readonly [name: string, value: ComponentChildren])[] {
  const { operation, id, roleArn, created, report, statusReason } = job
  const toReport = report && (
    <a class="entry" href={linkTo(['buckets', report.bucket], { prefix: report.prefix })}>
      {jobTexts.toReport}
    </a>
  )
  return [
    [jobTexts.does, jobTexts.operations[operation] ?? operation],
    [jobTexts.id, <code key="id">{id}</code>],
    [jobTexts.role, roleArn],
    [jobTexts.created, timeText(created)],
    [jobTexts.report, toReport ?? jobTexts.noReport],
    ...(statusReason === '' ? [] : [[jobTexts.reason, statusReason] as const]),
  ]
}

function JobButtons({ job: { id, status }, onChanged }: JobViewProps) {
  const { isBusy, act } = useActing(onChanged)
  const confirm = async (): Promise<void> => {
    await setJobStatus(id, 'Ready')
    tellDone(jobTexts.confirmed)
  }
  const cancel = async (): Promise<void> => {
    const question = {
      title: jobTexts.cancelQuestion,
      detail: jobTexts.cancelDetail,
      yes: jobTexts.cancel,
      no: jobTexts.keepIt,
    }
    if (!(await ask(question)).yes) return
    await setJobStatus(id, 'Cancelled')
    tellDone(jobTexts.cancelled)
  }
  return (
    <div class="setting-buttons">
      {status === 'Suspended' && (
        <button type="button" class="primary" disabled={isBusy} onClick={() => act(confirm)}>
          {jobTexts.confirm}
        </button>
      )}
      {!ENDED.has(status) && !ENDING.has(status) && (
        <button type="button" class="danger-quiet" disabled={isBusy} onClick={() => act(cancel)}>
          {jobTexts.cancel}
        </button>
      )}
    </div>
  )
}

function Priority({ job, onChanged }: JobViewProps) {
  const { isBusy, act } = useActing(onChanged)
  const [text, setText] = useState(String(job.priority))
  const set = async (): Promise<void> => {
    await setJobPriority(job.id, Number(text))
    tellDone(jobTexts.prioritySet)
  }
  return (
    <form
      class="with-button"
      onSubmit={(event) => {
        event.preventDefault()
        act(set)
      }}
    >
      <Field
        label={jobTexts.priority}
        value={text}
        onValue={setText}
        input={{ type: 'number', min: 0, required: true }}
      />
      <button type="submit" disabled={isBusy}>
        {jobTexts.setPriority}
      </button>
    </form>
  )
}
