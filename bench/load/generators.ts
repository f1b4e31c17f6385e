import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startChild } from '../base/child.ts'
import type { Endpoint } from '../base/endpoint.ts'
import type { Load } from './load.ts'
import type { RawResult, Request } from './raw-client.ts'
import type { RawJob } from './raw-process.ts'
import { parseWrkResult } from './wrk-result.ts'

const SCRIPT = fileURLToPath(new URL('wrk.lua', import.meta.url))
const execute = promisify(execFile)

export interface LoadShape {
  readonly connections: number
  /** The body of every PUT. */
  readonly bodyBytes?: number
}

export const hasWrk: Promise<boolean> = execute('wrk', ['-v']).then(
  () => true,
  // wrk answers -v with its version and 1; only where it is absent is there no such file.
  (error: { code?: unknown }) => error.code !== 'ENOENT',
)

/** Goes round the requests for a while with wrk; where that is not installed, with our own client. */
export async function smallLoad(
  to: Endpoint,
  requests: readonly Request[],
  seconds: number,
  { connections, bodyBytes = 0 }: LoadShape,
): Promise<Load> {
  if (!(await hasWrk)) return rawLoad(to, requests, { connections, bodyBytes }, seconds)
  const file = join(tmpdir(), `holdfast-bench-${randomUUID()}.requests`)
  await writeFile(file, requests.map(({ method, target }) => `${method} ${target}\n`).join(''), {
    mode: 0o600,
  })
  try {
    const load = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s', '-s', SCRIPT]
    const host = `${to.hostname}:${to.port}`
    const { stdout } = await execute('wrk', [...load, `http://${host}/`, '--', file, host, String(bodyBytes)])
    return parseWrkResult(stdout)
  } finally {
    await rm(file)
  }
}

/** Our own client, in requests: sends each once, or goes round them for a while where `seconds` is given. */
export async function rawLoad(
  to: Endpoint,
  requests: readonly Request[],
  shape: LoadShape,
  seconds?: number,
): Promise<Load & { bodyBytesReceived: number }> {
  const result = await runJob(to, shape, {
    kind: 'requests',
    requests,
    ...(seconds !== undefined && { seconds }),
  })
  return {
    units: result.requests,
    seconds: result.seconds,
    clientCpuSeconds: result.cpuSeconds,
    bodyBytesReceived: result.bodyBytesReceived,
  }
}

/** PUTs tiny objects, named by `keyOf`, as fast as it can. */
export async function fillBucket(
  to: Endpoint,
  bucket: string,
  count: number,
  folders: number,
): Promise<void> {
  const fill = { kind: 'fill', keys: to.keys, bucket, count, folders } as const
  await runJob(to, { connections: 128, bodyBytes: 16 }, fill)
}

type Job = RawJob extends infer Each
  ? Each extends RawJob
    ? Omit<Each, keyof Endpoint | keyof LoadShape>
    : never
  : never

async function runJob(to: Endpoint, { connections, bodyBytes = 0 }: LoadShape, job: Job): Promise<RawResult> {
  const { hostname, port } = to
  await using child = await startChild<RawResult>('../load/raw-process.ts', {
    hostname,
    port,
    connections,
    bodyBytes,
    ...job,
  })
  return child.answer
}
