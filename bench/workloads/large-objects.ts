import type { Bench } from '../setting/bench.ts'
import {
  BUCKET,
  contender,
  haveBucket,
  headersOf,
  madeUpHeaders,
  MIB,
  storingEndpoints,
} from '../setting/contenders.ts'
import { call, type Endpoint } from '../base/endpoint.ts'
import { rawLoad } from '../load/generators.ts'
import type { Request } from '../load/raw-client.ts'
import type { Load } from '../load/load.ts'
import type { Contender, Workload } from '../setting/workload.ts'
import { cpuChecks, ratioCheck, slowestSeconds } from '../setting/checks.ts'
import { secondsOf } from '../setting/filled-store.ts'

const LARGE_BYTES = 64 * MIB
const PART_BYTES = 8 * MIB
const PARTS = 128
const CONNECTIONS = 4
const PUTS_PER_ROUND = 16
const PARTS_IN_FLIGHT = 8
const MANY = 32

export const get64m: Workload = {
  name: 'get-64m',
  about: `GET of 64 MiB, ${CONNECTIONS} connections; floor: node:http, a file read into two reused buffers by turns`,
  measure: 'bytes',
  async prepare(bench, resources) {
    const headers = madeUpHeaders(LARGE_BYTES)
    const selfCheck = {
      kind: 'file',
      headers,
      sizeBytes: LARGE_BYTES,
      directory: await bench.newDirectory(resources),
    } as const
    const server = await bench.startServer(resources, selfCheck)
    const servers = [server, ...(await bench.others())]
    for (const endpoint of servers) {
      await haveBucket(endpoint)
      if (bench.options.selfCheck && endpoint === server) continue
      await rawLoad(endpoint, puts(endpoint, ['k']), { connections: 1, bodyBytes: LARGE_BYTES })
    }
    const response = await call(server, 'HEAD', `/${BUCKET}/k`)
    const directory = await bench.newDirectory(resources)
    const file = { kind: 'file', headers: headersOf(response), sizeBytes: LARGE_BYTES, directory } as const
    return [await bench.startFloor(resources, file), ...servers].map((endpoint) =>
      contender(endpoint, async (_round, seconds) => {
        const requests = [{ method: 'GET', target: endpoint.sign('GET', `/${BUCKET}/k`) }]
        const load = await rawLoad(endpoint, requests, { connections: CONNECTIONS }, seconds)
        return { ...load, units: load.bodyBytesReceived }
      }),
    )
  },
  checks: (results) => cpuChecks(results, { limit: 0.55, unit: 's/GB', ofMinio: 1 }),
}

export const put64m: Workload = {
  name: 'put-64m',
  about: `durable PUT of 64 MiB, ${CONNECTIONS} connections; floor: node:http, MD5, write and fdatasync of a file`,
  measure: 'bytes',
  prepare: (bench, resources) =>
    writers(bench, resources, (endpoint, round) => putMany(endpoint, round, PUTS_PER_ROUND, CONNECTIONS)),
  checks: (results) => cpuChecks(results, { limit: 2.6, unit: 's/GB', ofMinio: 2.6 / 2.7 }),
}

export const multipart256m: Workload = {
  name: 'multipart-256m',
  about: `256 MiB in 32 parts of 8 MiB, ${PARTS_IN_FLIGHT} in flight; floor: the same parts stored as put-64m's`,
  measure: 'bytes',
  prepare: (bench, resources) =>
    writers(bench, resources, (endpoint, round) => uploadInParts(endpoint, pathOf(round), 32)),
  checks: (results) => cpuChecks(results, { limit: 2.8, unit: 's/GB', ofMinio: 2.8 / 4.9 }),
}

export const multipart1g: Workload = {
  name: 'multipart-1g',
  about: `1 GiB in ${PARTS} parts of 8 MiB, ${PARTS_IN_FLIGHT} in flight; floor: the same parts stored as put-64m's`,
  measure: 'bytes',
  mostRounds: 3,
  prepare: (bench, resources) =>
    writers(bench, resources, (endpoint, round) => uploadInParts(endpoint, pathOf(round))),
}

export const multipart1gIn64: Workload = {
  name: 'multipart-1g-64',
  about: `1 GiB in 64 parts of 16 MiB, ${PARTS_IN_FLIGHT} in flight; floor: the same parts stored as put-64m's`,
  measure: 'bytes',
  mostRounds: 3,
  prepare: (bench, resources) =>
    writers(bench, resources, (endpoint, round) =>
      uploadInParts(endpoint, pathOf(round), 64, 2 * PART_BYTES),
    ),
  checks: (results) => [ratioCheck(results, 0.85)],
}

export const copy1g: Workload = {
  name: 'copy-1g',
  about: 'CopyObject of 1 GiB that came in one piece; floor: node:http and fdatasync of an empty file',
  measure: 'seconds',
  prepare: (bench, resources) => copiers(bench, resources, putWhole),
  checks: ([, server]) => [
    { what: 'slowest copy, ms', figure: slowestSeconds(server) * 1000, limit: 50, sense: 'at most' },
  ],
}

/** S3's entity tag of a copy is the MD5 of the whole, which nothing but reading tells of an object in parts. */
export const copy1gOfParts: Workload = {
  name: 'copy-1g-parts',
  about: `CopyObject of 1 GiB that came in ${PARTS} parts, read for its MD5; floor: as copy-1g's`,
  measure: 'seconds',
  mostRounds: 3,
  prepare: (bench, resources) => copiers(bench, resources, uploadInParts),
}

export const rss: Workload = {
  name: 'rss',
  about: `peak memory with ${MANY} concurrent PUTs of 64 MiB; floor: as put-64m's`,
  measure: 'bytes',
  mostRounds: 1,
  prepare: (bench, resources) =>
    writers(bench, resources, (endpoint, round) => putMany(endpoint, round, MANY, MANY)),
  checks: ([, server]) => [
    { what: 'peak RSS, MB', figure: (server?.peakRssBytes ?? NaN) / 1e6, limit: 300, sense: 'at most' },
  ],
}

async function writers(
  bench: Bench,
  resources: AsyncDisposableStack,
  write: (endpoint: Endpoint, round: number) => Promise<Load>,
): Promise<Contender[]> {
  const endpoints = await storingEndpoints(bench, resources, 'files')
  return endpoints.map((endpoint) =>
    contender(endpoint, (round) => write(endpoint, round), {
      afterRound: (round) => removeKeys(endpoint, round),
    }),
  )
}

async function putMany(endpoint: Endpoint, round: number, count: number, connections: number): Promise<Load> {
  const requests = puts(endpoint, keysOf(round, count))
  const load = await rawLoad(endpoint, requests, { connections, bodyBytes: LARGE_BYTES })
  return { ...load, units: count * LARGE_BYTES }
}

/** The time is that of creating the upload, of the parts and of completing; starting the client does not count. */
async function uploadInParts(
  endpoint: Endpoint,
  path: string,
  count = PARTS,
  bodyBytes = PART_BYTES,
): Promise<Load> {
  const start = performance.now()
  const created = await call(endpoint, 'POST', path, { uploads: '' })
  const uploadId = /<UploadId>(.*)<\/UploadId>/.exec(await created.text())?.[1] ?? ''
  const createSeconds = (performance.now() - start) / 1000
  const requests = Array.from({ length: count }, (_, index) => ({
    method: 'PUT',
    target: endpoint.sign('PUT', path, { partNumber: String(index + 1), uploadId }),
  }))
  const load = await rawLoad(endpoint, requests, { connections: PARTS_IN_FLIGHT, bodyBytes })
  const parts = await partsOf(endpoint, path, uploadId)
  const completeSeconds = await secondsOf(async () => {
    const response = await call(endpoint, 'POST', path, { uploadId }, parts)
    const text = await response.text()
    if (text.includes('<Error>')) throw new Error(text)
  })
  return { ...load, units: count * bodyBytes, seconds: createSeconds + load.seconds + completeSeconds }
}

/** Each round copies an object that was uploaded before the first. */
async function copiers(
  bench: Bench,
  resources: AsyncDisposableStack,
  upload: (endpoint: Endpoint, path: string) => Promise<unknown>,
): Promise<Contender[]> {
  const source = `/${BUCKET}/source`
  const uploaded = new Set<Endpoint>()
  return writers(bench, resources, async (endpoint, round) => {
    if (!uploaded.has(endpoint)) await upload(endpoint, source)
    uploaded.add(endpoint)
    const seconds = await secondsOf(async () => {
      const headers = { 'x-amz-copy-source': source }
      const text = await (await call(endpoint, 'PUT', pathOf(round), {}, undefined, headers)).text()
      if (text.includes('<Error>')) throw new Error(text)
    })
    return { units: 1, seconds }
  })
}

async function putWhole(endpoint: Endpoint, path: string): Promise<void> {
  const request = { method: 'PUT', target: endpoint.sign('PUT', path) }
  await rawLoad(endpoint, [request], { connections: 1, bodyBytes: PARTS * PART_BYTES })
}

/** The list of parts that completes an upload. The client throws ETags away, so it is made from a listing. */
async function partsOf(endpoint: Endpoint, path: string, uploadId: string): Promise<string> {
  const listing = await (await call(endpoint, 'GET', path, { uploadId })).text()
  const etags = [...listing.matchAll(/<ETag>(.*?)<\/ETag>/g)]
  const parts = etags.map(([etag], index) => `<Part><PartNumber>${index + 1}</PartNumber>${etag}</Part>`)
  return `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
}

/** Keeps the disk from filling; Holdfast's workers delete the bytes later, as they would at any time. */
async function removeKeys(endpoint: Endpoint, round: number): Promise<void> {
  for (const key of keysOf(round, MANY)) await call(endpoint, 'DELETE', `/${BUCKET}/${key}`)
}

function keysOf(round: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `r${round}-${index}`)
}

function pathOf(round: number): string {
  return `/${BUCKET}/r${round}-0`
}

function puts(endpoint: Endpoint, keys: readonly string[]): Request[] {
  return keys.map((key) => ({ method: 'PUT', target: endpoint.sign('PUT', `/${BUCKET}/${key}`) }))
}
