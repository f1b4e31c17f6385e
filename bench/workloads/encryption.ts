import type { Bench } from '../setting/bench.ts'
import { ratioCheck } from '../setting/checks.ts'
import { BUCKET, contender, MIB } from '../setting/contenders.ts'
import { call, type Endpoint } from '../base/endpoint.ts'
import { rawLoad, smallLoad } from '../load/generators.ts'
import type { Request } from '../load/raw-client.ts'
import type { Load } from '../load/load.ts'
import type { Contender, Workload } from '../setting/workload.ts'

const LARGE_BYTES = 64 * MIB
const LARGE_CONNECTIONS = 4
const LARGE_PUTS = 16
const SMALL_BYTES = 4096
const SMALL_CONNECTIONS = 64
const SMALL_OBJECTS = 1000
const PUT_KEYS_PER_SECOND = 25_000
const FLOOR = 'floor: Holdfast with bytes left as they are in the place of the cipher'

/** Source of the limits: what encryption may cost, of requests without it. */
const LARGE_LIMIT = 0.8
const SMALL_LIMIT = 0.85

export const encryptedGet64m: Workload = {
  name: 'sse-get-64m',
  about: `GET of 64 MiB with SSE-S3, ${LARGE_CONNECTIONS} connections; ${FLOOR}`,
  measure: 'bytes',
  prepare: (bench, resources) =>
    pair(bench, resources, async (endpoint) => {
      await rawLoad(endpoint, requestsTo(endpoint, 'PUT', 1), { connections: 1, bodyBytes: LARGE_BYTES })
      const requests = requestsTo(endpoint, 'GET', 1)
      return async (_round, seconds) => {
        const load = await rawLoad(endpoint, requests, { connections: LARGE_CONNECTIONS }, seconds)
        return { ...load, units: load.bodyBytesReceived }
      }
    }),
  checks: (results) => [ratioCheck(results, LARGE_LIMIT)],
}

export const encryptedPut64m: Workload = {
  name: 'sse-put-64m',
  about: `durable PUT of 64 MiB with SSE-S3, ${LARGE_CONNECTIONS} connections; ${FLOOR}`,
  measure: 'bytes',
  prepare: (bench, resources) =>
    pair(bench, resources, async (endpoint) => async () => {
      // The same keys again: what was there goes, so the disk does not fill.
      const requests = requestsTo(endpoint, 'PUT', LARGE_PUTS)
      const settings = { connections: LARGE_CONNECTIONS, bodyBytes: LARGE_BYTES }
      return { ...(await rawLoad(endpoint, requests, settings)), units: LARGE_PUTS * LARGE_BYTES }
    }),
  checks: (results) => [ratioCheck(results, LARGE_LIMIT)],
}

export const encryptedGet4k: Workload = {
  name: 'sse-get-4k',
  about: `GET of 4 KiB with SSE-S3, ${SMALL_OBJECTS} objects, ${SMALL_CONNECTIONS} connections; ${FLOOR}`,
  measure: 'requests',
  prepare: (bench, resources) =>
    pair(bench, resources, async (endpoint) => {
      const puts = requestsTo(endpoint, 'PUT', SMALL_OBJECTS)
      await rawLoad(endpoint, puts, { connections: 16, bodyBytes: SMALL_BYTES })
      const requests = requestsTo(endpoint, 'GET', SMALL_OBJECTS)
      return (_round, seconds) => smallLoad(endpoint, requests, seconds, { connections: SMALL_CONNECTIONS })
    }),
  checks: (results) => [ratioCheck(results, SMALL_LIMIT)],
}

export const encryptedPut4k: Workload = {
  name: 'sse-put-4k',
  about: `durable PUT of 4 KiB to new keys with SSE-S3, ${SMALL_CONNECTIONS} in flight; ${FLOOR}`,
  measure: 'requests',
  prepare: (bench, resources) =>
    pair(bench, resources, async (endpoint) => (round, seconds) => {
      const requests = requestsTo(endpoint, 'PUT', PUT_KEYS_PER_SECOND * seconds, `r${round}/`)
      return smallLoad(endpoint, requests, seconds, {
        connections: SMALL_CONNECTIONS,
        bodyBytes: SMALL_BYTES,
      })
    }),
  checks: (results) => [ratioCheck(results, SMALL_LIMIT)],
}

type Run = (round: number, seconds: number) => Promise<Load>

/** Holdfast without its cipher, and Holdfast; in a self-check the former twice. */
async function pair(
  bench: Bench,
  resources: AsyncDisposableStack,
  prepare: (endpoint: Endpoint) => Promise<Run>,
): Promise<Contender[]> {
  const contenders: Contender[] = []
  for (const isEncrypted of [false, !bench.options.selfCheck]) {
    const directory = await bench.newDirectory(resources)
    const server = resources.use(await bench.startHoldfast(directory, { isEncrypted }))
    await call(server.endpoint, 'PUT', `/${BUCKET}`)
    contenders.push(contender(server.endpoint, await prepare(server.endpoint)))
  }
  return contenders
}

function requestsTo(endpoint: Endpoint, method: string, count: number, prefix = ''): Request[] {
  return Array.from({ length: count }, (_, index) => ({
    method,
    target: endpoint.sign(method, `/${BUCKET}/${prefix}k${index}`),
  }))
}
