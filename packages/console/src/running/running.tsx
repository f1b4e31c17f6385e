import { askServer } from '../api/administration.ts'
import { abortUpload } from '../api/multipart.ts'
import { sizeText, timeText } from '../shared/formats.ts'
import { tellDone, tellFailed } from '../shared/notices.tsx'
import { ask } from '../shared/question.tsx'
import { Section } from '../shared/section.tsx'
import { runningTexts } from '../texts/running.ts'
import { Charts } from './charts.tsx'
import { RowsTable } from '../shared/rows-table.tsx'

interface Worker {
  readonly name: string
  readonly processId: string
  readonly isAlive: boolean
  readonly done: number
  readonly left?: number
  readonly at?: string
  readonly lastStep?: string
  readonly failure?: string
}

interface OpenUpload {
  readonly bucket: string
  readonly key: string
  readonly uploadId: string
  readonly initiated: string
  readonly parts: number
  readonly sizeBytes: number
}

interface Damage {
  readonly bucket?: string
  readonly key?: string
  readonly table?: string
  readonly reason: string
  readonly found: string
}

interface Backlog {
  readonly destination: string
  readonly undelivered: number
  readonly oldest?: string
  readonly failure?: string
}

/** How the server is. */
export function Running() {
  return (
    <>
      <header class="view-head">
        <h1>{runningTexts.title}</h1>
      </header>
      <Charts />
      <div class="view-sections">
        <Section title={runningTexts.workers} isOpen={true}>
          <Workers />
        </Section>
        <Section title={runningTexts.uploads} isOpen={true}>
          <p class="dim">{runningTexts.uploadsAbout}</p>
          <Uploads />
        </Section>
        <Section title={runningTexts.damages} isOpen={true}>
          <p class="dim">{runningTexts.damagesAbout}</p>
          <RowsTable
            label={runningTexts.damages}
            load={async (signal) => (await askServer<{ damages: Damage[] }>('damages', {}, signal)).damages}
            columns={[runningTexts.object, runningTexts.reason, runningTexts.found]}
            cells={({ bucket, key, table, reason, found }) => [
              bucket === undefined ? table : `${bucket}/${key}`,
              reason,
              when(found),
            ]}
          />
        </Section>
        <Section title={runningTexts.quarantine}>
          <p class="dim">{runningTexts.quarantineAbout}</p>
          <RowsTable
            label={runningTexts.quarantine}
            load={async (signal) =>
              (await askServer<{ blobs: { id: string; since: string }[] }>('quarantine', {}, signal)).blobs
            }
            columns={[runningTexts.blob, runningTexts.since2]}
            cells={({ id, since }) => [<code key={id}>{id}</code>, when(since)]}
          />
        </Section>
        <Section title={runningTexts.replication}>
          <p class="dim">{runningTexts.replicationAbout}</p>
          <Backlogs label={runningTexts.replication} path="replication" />
        </Section>
        <Section title={runningTexts.backlogs}>
          <p class="dim">{runningTexts.backlogsAbout}</p>
          <Backlogs label={runningTexts.backlogs} path="events" />
        </Section>
      </div>
    </>
  )
}

function Backlogs({ label, path }: { readonly label: string; readonly path: 'events' | 'replication' }) {
  return (
    <RowsTable
      label={label}
      load={async (signal) => (await askServer<{ backlogs: Backlog[] }>(path, {}, signal)).backlogs}
      columns={[runningTexts.destination, runningTexts.undelivered, runningTexts.oldest, runningTexts.state]}
      cells={({ destination, undelivered, oldest, failure }) => [
        destination,
        undelivered.toLocaleString(),
        when(oldest),
        failure === undefined ? '' : runningTexts.failing(failure),
      ]}
    />
  )
}

function Workers() {
  return (
    <RowsTable
      label={runningTexts.workers}
      load={async (signal) => (await askServer<{ workers: Worker[] }>('workers', {}, signal)).workers}
      columns={[
        runningTexts.worker,
        runningTexts.state,
        runningTexts.done,
        runningTexts.left,
        runningTexts.where,
      ]}
      cells={({ done, left, at, ...worker }) => [
        worker.name,
        stateOf(worker),
        done.toLocaleString(),
        left?.toLocaleString() ?? '',
        at ?? '',
      ]}
    />
  )
}

/** One that nobody has at the moment waits for its next turn, which any process takes. */
function stateOf({ isAlive, lastStep, failure }: Pick<Worker, 'isAlive' | 'lastStep' | 'failure'>): string {
  if (failure !== undefined) return runningTexts.failing(failure)
  if (isAlive) return runningTexts.alive
  return lastStep === undefined ? runningTexts.waiting : runningTexts.waitingSince(when(lastStep))
}

function Uploads() {
  const abort = async (upload: OpenUpload, reload: () => void): Promise<void> => {
    const title = runningTexts.abortQuestion(upload.key)
    if (!(await ask({ title, detail: runningTexts.abortDetail, yes: runningTexts.abort })).yes) return
    await abortUpload(upload)
    tellDone(runningTexts.aborted)
    reload()
  }
  return (
    <RowsTable
      label={runningTexts.uploads}
      load={async (signal) => (await askServer<{ uploads: OpenUpload[] }>('uploads', {}, signal)).uploads}
      columns={[
        runningTexts.object,
        runningTexts.begun,
        runningTexts.parts,
        runningTexts.holds,
        runningTexts.abort,
      ]}
      cells={(upload, reload) => [
        `${upload.bucket}/${upload.key}`,
        when(upload.initiated),
        upload.parts.toLocaleString(),
        sizeText(upload.sizeBytes),
        <button
          key={upload.uploadId}
          type="button"
          class="quiet"
          aria-label={runningTexts.abortIt(upload.key)}
          onClick={() => void abort(upload, reload).catch(tellFailed)}
        >
          {runningTexts.abort}
        </button>,
      ]}
    />
  )
}

function when(time: string | undefined): string {
  return time === undefined ? '' : timeText(new Date(time))
}
