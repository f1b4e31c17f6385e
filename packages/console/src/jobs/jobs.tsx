import { listJobs } from '../api/jobs.ts'
import { timeText } from '../shared/formats.ts'
import { Icon } from '../shared/icon.tsx'
import { linkTo } from '../shared/route.ts'
import { RowsTable } from '../shared/rows-table.tsx'
import { jobTexts } from '../texts/jobs.ts'
import { doneText } from './done-text.ts'
import { JobPage } from './job-page.tsx'
import { NewJob } from './new-job.tsx'

const NEW = 'new'

/** Jobs of S3 Batch Operations. `id`: of one; `new` of one that is to be. */
export function Jobs({ id }: { readonly id: string | undefined }) {
  return (
    <>
      <header class="view-head">
        <h1>{id === NEW ? jobTexts.create : jobTexts.title}</h1>
        <span class="spacer" />
        {id === undefined && (
          <a class="button" href={linkTo(['jobs', NEW])}>
            <Icon name="plus" />
            {jobTexts.create}
          </a>
        )}
      </header>
      {id === undefined ? <JobList /> : id === NEW ? <NewJob /> : <JobPage key={id} id={id} />}
    </>
  )
}

function JobList() {
  return (
    <>
      <p class="dim">{jobTexts.about}</p>
      <RowsTable
        label={jobTexts.title}
        load={listJobs}
        columns={[
          jobTexts.job,
          jobTexts.does,
          jobTexts.status,
          jobTexts.progress,
          jobTexts.priority,
          jobTexts.created,
        ]}
        wideOnly={[jobTexts.progress, jobTexts.priority, jobTexts.created]}
        cells={(job) => [
          <a key={job.id} class="entry" href={linkTo(['jobs', job.id])}>
            {jobTexts.name(job.id, job.description)}
          </a>,
          jobTexts.operations[job.operation] ?? job.operation,
          jobTexts.statuses[job.status] ?? job.status,
          doneText(job),
          job.priority.toLocaleString(),
          timeText(job.created),
        ]}
      />
    </>
  )
}
