import { keyOf } from './key-of.ts'
import { runRaw, type Request, type RawResult } from './raw-client.ts'
import { presigner, type Keys } from '../base/presign.ts'

// Run by generators.ts: takes a job as its first message, answers with the result and ends.

interface Endpoint {
  readonly hostname: string
  readonly port: number
  readonly connections: number
  readonly bodyBytes: number
}

export type RawJob = Endpoint &
  (
    | {
        readonly kind: 'requests'
        readonly requests: readonly Request[]
        /** Sends each once, or goes round them until this time is over. */
        readonly seconds?: number
      }
    | {
        /** PUTs `count` objects, spread over folders. */
        readonly kind: 'fill'
        readonly keys: Keys
        readonly bucket: string
        readonly count: number
        readonly folders: number
      }
  )

function requestsOf(job: RawJob): () => Request | undefined {
  let index = 0
  if (job.kind === 'fill') {
    const sign = presigner(`${job.hostname}:${job.port}`, job.keys, new Date())
    return () => {
      if (index === job.count) return undefined
      return { method: 'PUT', target: sign('PUT', `/${job.bucket}/${keyOf(index++, job.folders)}`) }
    }
  }
  const { requests, seconds } = job
  if (seconds === undefined) return () => requests[index++]
  const end = performance.now() + seconds * 1000
  return () => (performance.now() < end ? requests[index++ % requests.length] : undefined)
}

async function answer(job: RawJob): Promise<void> {
  const result: RawResult = await runRaw({ ...job, next: requestsOf(job) })
  process.send?.(result)
}

process.once('message', (job: RawJob) => void answer(job))
