import { useEffect, useState } from 'preact/hooks'
import { askServer } from '../api/administration.ts'
import { ErrorNote } from '../shared/error-note.tsx'
import { runningTexts } from '../texts/running.ts'
import { Chart } from '../shared/chart.tsx'
import { type Metrics, quantile, ratePerSecond, sumOf } from './metrics.ts'

const EVERY_MILLISECONDS = 2000
/** Ten minutes. */
const KEPT_POINTS = 300

interface Point {
  readonly time: number
  readonly all: number
  readonly refused: number
  readonly failed: number
  readonly half: number | undefined
  readonly most: number | undefined
  readonly connections: number
  readonly receivedMebibytes: number
  readonly sentMebibytes: number
  /** Of the file of metadata that is in memory. */
  readonly cachedMebibytes: number
  readonly freeGibibytes: number
}

/** What the server does, from now on. */
export function Charts() {
  const { points, error } = usePoints()
  if (error !== undefined && points.length === 0) return <ErrorNote error={error} />
  const times = points.map(({ time }) => time)
  const of = (read: (point: Point) => number | undefined) => points.map(read)
  return (
    <>
      <p class="dim">{runningTexts.since}</p>
      <div class="charts">
        <Chart
          title={runningTexts.requests}
          names={[runningTexts.all, runningTexts.refused, runningTexts.failed]}
          times={times}
          values={[of(({ all }) => all), of(({ refused }) => refused), of(({ failed }) => failed)]}
        />
        <Chart
          title={runningTexts.latency}
          names={[runningTexts.half, runningTexts.most]}
          times={times}
          values={[of(({ half }) => half), of(({ most }) => most)]}
        />
        <Chart
          title={runningTexts.traffic}
          names={[runningTexts.received, runningTexts.sent]}
          times={times}
          values={[
            of(({ receivedMebibytes }) => receivedMebibytes),
            of(({ sentMebibytes }) => sentMebibytes),
          ]}
        />
        <Chart
          title={runningTexts.connections}
          names={[runningTexts.connections]}
          times={times}
          values={[of(({ connections }) => connections)]}
        />
        <Chart
          title={runningTexts.disk}
          names={[runningTexts.disk]}
          times={times}
          values={[of(({ freeGibibytes }) => freeGibibytes)]}
        />
        <Chart
          title={runningTexts.cache}
          names={[runningTexts.cache]}
          times={times}
          values={[of(({ cachedMebibytes }) => cachedMebibytes)]}
        />
      </div>
    </>
  )
}

function usePoints(): { readonly points: readonly Point[]; readonly error: unknown } {
  const [points, setPoints] = useState<readonly Point[]>([])
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    const abort = new AbortController()
    let before: Metrics | undefined
    const look = async (): Promise<void> => {
      const after = await askServer<Metrics>('metrics.json', {}, abort.signal)
      const point = before && pointOf(before, after)
      before = after
      setError(undefined)
      if (point) setPoints((known) => [...known.slice(1 - KEPT_POINTS), point])
    }
    const lookAgain = (): void =>
      void look().catch((reason: unknown) => abort.signal.aborted || setError(reason))
    lookAgain()
    const timer = setInterval(lookAgain, EVERY_MILLISECONDS)
    return () => {
      clearInterval(timer)
      abort.abort()
    }
  }, [])
  return { points, error }
}

const MEBIBYTE = 2 ** 20
const REQUESTS = 'holdfast_requests_total'
const DURATION = 'holdfast_request_duration_seconds'

function pointOf(before: Metrics, after: Metrics): Point {
  const status = (first: string) => (labels: Readonly<Record<string, string>>) =>
    labels['status']?.startsWith(first) ?? false
  const milliseconds = (share: number): number | undefined => {
    const seconds = quantile(before, after, DURATION, share)
    return seconds === undefined || seconds === Infinity ? undefined : seconds * 1000
  }
  return {
    time: Date.parse(after.time) / 1000,
    all: ratePerSecond(before, after, REQUESTS),
    refused: ratePerSecond(before, after, REQUESTS, status('4')),
    failed: ratePerSecond(before, after, REQUESTS, status('5')),
    half: milliseconds(0.5),
    most: milliseconds(0.95),
    connections: sumOf(after, 'holdfast_connections'),
    receivedMebibytes: ratePerSecond(before, after, 'holdfast_received_bytes_total') / MEBIBYTE,
    sentMebibytes: ratePerSecond(before, after, 'holdfast_sent_bytes_total') / MEBIBYTE,
    cachedMebibytes: sumOf(after, 'holdfast_mapped_file_resident_bytes') / MEBIBYTE,
    freeGibibytes: sumOf(after, 'holdfast_disk_free_bytes') / 2 ** 30,
  }
}
