import type { Bench } from '../setting/bench.ts'
import {
  answerOf,
  BUCKET,
  contender,
  haveBucket,
  madeUpAnswer,
  madeUpHeaders,
  storingEndpoints,
} from '../setting/contenders.ts'
import type { Endpoint } from '../base/endpoint.ts'
import type { Floor } from '../floors/floor.ts'
import { rawLoad, smallLoad } from '../load/generators.ts'
import type { Load } from '../load/load.ts'
import type { Request } from '../load/raw-client.ts'
import type { Contender, Result, Workload } from '../setting/workload.ts'
import { cpuChecks, cpuRatioOf, latencyOf } from '../setting/checks.ts'

const CONNECTIONS = 64
const OBJECTS = 1000
const SMALL_BYTES = 1024
const PUT_BYTES = 4096
/** New keys for each second of a round; one that is faster goes round them and overwrites. */
const PUT_KEYS_PER_SECOND = 25_000
const DELETES_PER_ROUND = 10_000
/**
 * Before anything counts: a PUT runs through so much code that V8 is still compiling it after 20,000 of them, and servers are in use
 * for longer than that. All contenders get them.
 */
const WARM_UP_WRITES = 30_000
/** And then by the client that measures: it sends heads and bodies together, so that other code runs. */
const WARM_UP_SECONDS = 4
/** What twenty requests of the mixed load are. */
const MIX = 'GHGPGHGDGHGPHGHDGPHG'

export const get1k: Workload = {
  name: 'get-1k',
  about: `GET of 1 KiB, ${OBJECTS} objects, ${CONNECTIONS} connections; floor: node:http, same answer from memory`,
  measure: 'requests',
  prepare: (bench, resources) => readers(bench, resources, 'GET'),
  checks: (results: readonly Result[]) => [
    ...cpuChecks(results, { limit: 42, unit: 'µs', ofMinio: 42 / 309 }),
    { what: 'floor’s CPU of it', figure: floorPart(results), limit: 0.33, sense: 'at least' },
  ],
}

export const head: Workload = {
  name: 'head',
  about: `HEAD of 1 KiB objects, ${CONNECTIONS} connections; floor: node:http, same headers`,
  measure: 'requests',
  prepare: (bench, resources) => readers(bench, resources, 'HEAD'),
  checks: (results) => cpuChecks(results, { limit: 28, unit: 'µs', ofMinio: 28 / 242 }),
}

export const put4k: Workload = {
  name: 'put-4k',
  about: `durable PUT of 4 KiB to new keys, ${CONNECTIONS} in flight; floor: node:http and one durable LMDB put`,
  measure: 'requests',
  prepare: (bench, resources) => writers(bench, resources, 'lmdb', CONNECTIONS),
  checks: (results) => cpuChecks(results, { limit: 140, unit: 'µs', ofMinio: 140 / 966 }),
}

export const put4kLone: Workload = {
  name: 'put-4k-lone',
  about: 'durable PUT of 4 KiB to new keys, one at a time; floor: node:http, one write and one fdatasync',
  measure: 'requests',
  prepare: (bench, resources) => writers(bench, resources, 'log', 1),
  checks: (results) => [
    ...cpuChecks(results, { limit: 400, unit: 'µs', ofMinio: 0.4 / 1.1 }),
    {
      what: 'p50 of the floor’s',
      figure: latencyOf(results[1], 'p50') / latencyOf(results[0], 'p50'),
      limit: 2,
      sense: 'at most',
    },
  ],
}

export const remove: Workload = {
  name: 'delete',
  about: `durable DELETE of 4 KiB, ${CONNECTIONS} in flight; floor: node:http and one durable LMDB remove`,
  measure: 'requests',
  async prepare(bench, resources) {
    const endpoints = await storingEndpoints(bench, resources, 'lmdb')
    const send = (endpoint: Endpoint, method: string, round: number): Promise<Load> => {
      const requests = requestsTo(endpoint, method, DELETES_PER_ROUND, `d${round}/`)
      return rawLoad(endpoint, requests, { connections: CONNECTIONS, bodyBytes: PUT_BYTES })
    }
    return endpoints.map((endpoint) =>
      contender(endpoint, (round) => send(endpoint, 'DELETE', round), {
        warmUp: () => warmUpWrites(endpoint),
        beforeRound: async (round) => void (await send(endpoint, 'PUT', round)),
      }),
    )
  },
  checks: (results) => cpuChecks(results, { limit: 80, unit: 'µs', ofMinio: 80 / 539 }),
}

export const mixed: Workload = {
  name: 'mixed',
  about: `45 % GET and 30 % HEAD of 1 KiB, 15 % PUT of 4 KiB, 10 % DELETE, ${CONNECTIONS} connections; floor: as get-1k's and put-4k's`,
  measure: 'requests',
  async prepare(bench, resources) {
    const answer = madeUpAnswer(SMALL_BYTES)
    const directory = await bench.newDirectory(resources)
    const kind = { kind: 'lmdb', headers: madeUpHeaders(0), read: answer } as const
    const endpoints = await readable(bench, resources, { ...kind, directory })
    const floor = await bench.startFloor(resources, {
      ...kind,
      directory: await bench.newDirectory(resources),
    })
    return [floor, ...endpoints].map((endpoint) => {
      const run = (round: number, seconds: number): Promise<Load> => {
        const requests = mixOf(endpoint, PUT_KEYS_PER_SECOND * seconds, `m${round}/`)
        return rawLoad(endpoint, requests, { connections: CONNECTIONS, bodyBytes: PUT_BYTES }, seconds)
      }
      return contender(endpoint, run, { warmUp: () => warmUpWrites(endpoint) })
    })
  },
  checks: (results) => cpuChecks(results, { limit: 90, unit: 'µs', ofMinio: 90 / 452 }),
}

async function writers(
  bench: Bench,
  resources: AsyncDisposableStack,
  floor: 'lmdb' | 'log',
  connections: number,
): Promise<Contender[]> {
  const endpoints = await storingEndpoints(bench, resources, floor)
  return endpoints.map((endpoint) => {
    const put = (prefix: string, seconds: number, inFlight: number): Promise<Load> => {
      const requests = requestsTo(endpoint, 'PUT', PUT_KEYS_PER_SECOND * seconds, prefix)
      return smallLoad(endpoint, requests, seconds, { connections: inFlight, bodyBytes: PUT_BYTES })
    }
    const warmUp = async (): Promise<void> => {
      await warmUpWrites(endpoint)
      await put('warm-too/', WARM_UP_SECONDS, CONNECTIONS)
    }
    return contender(endpoint, (round, seconds) => put(`c${connections}-r${round}/`, seconds, connections), {
      warmUp,
    })
  })
}

/** Puts and removes many small objects, as many in flight as in the other workloads. */
async function warmUpWrites(endpoint: Endpoint): Promise<void> {
  for (const method of ['PUT', 'DELETE']) {
    const requests = requestsTo(endpoint, method, WARM_UP_WRITES, 'warm/')
    await rawLoad(endpoint, requests, { connections: CONNECTIONS, bodyBytes: PUT_BYTES })
  }
}

async function readers(
  bench: Bench,
  resources: AsyncDisposableStack,
  method: 'GET' | 'HEAD',
): Promise<Contender[]> {
  const servers = await readable(bench, resources, { kind: 'memory', answer: madeUpAnswer(SMALL_BYTES) })
  const [server] = servers
  const answer = await answerOf(server, method, server.sign(method, `/${BUCKET}/k0`))
  const floor = await bench.startFloor(resources, { kind: 'memory', answer })
  return [floor, ...servers].map((endpoint) => {
    const requests = requestsTo(endpoint, method, OBJECTS)
    return contender(endpoint, (_round, seconds) =>
      // wrk waits for the body that the answer to a HEAD declares, so this one is ours.
      method === 'HEAD'
        ? rawLoad(endpoint, requests, { connections: CONNECTIONS }, seconds)
        : smallLoad(endpoint, requests, seconds, { connections: CONNECTIONS }),
    )
  })
}

/** Servers with objects to read, Holdfast first. */
async function readable(
  bench: Bench,
  resources: AsyncDisposableStack,
  selfCheck: Floor,
): Promise<[Endpoint, ...Endpoint[]]> {
  const server = await bench.startServer(resources, selfCheck)
  const servers: [Endpoint, ...Endpoint[]] = [server, ...(await bench.others())]
  for (const endpoint of servers) {
    await haveBucket(endpoint)
    if (bench.options.selfCheck && endpoint === server) continue
    await rawLoad(endpoint, requestsTo(endpoint, 'PUT', OBJECTS), { connections: 16, bodyBytes: SMALL_BYTES })
  }
  return servers
}

function floorPart([floor, server]: readonly Result[]): number {
  return (server && floor && cpuRatioOf(server, floor)) ?? NaN
}

export function requestsTo(endpoint: Endpoint, method: string, count: number, prefix = ''): Request[] {
  return Array.from({ length: count }, (_, index) => ({
    method,
    target: endpoint.sign(method, `/${BUCKET}/${prefix}k${index}`),
  }))
}

/** What is deleted was put some requests before; what is read was there at the start. */
function mixOf(endpoint: Endpoint, count: number, prefix: string): Request[] {
  const reads = new Map(
    (['GET', 'HEAD'] as const).map((method) => [method, requestsTo(endpoint, method, OBJECTS)] as const),
  )
  let written = 0
  let removed = 0
  return Array.from({ length: count }, (_, index): Request => {
    const kind = MIX[index % MIX.length]
    const read = kind === 'G' ? 'GET' : kind === 'H' ? 'HEAD' : undefined
    const found = read && reads.get(read)?.[index % OBJECTS]
    if (found) return found
    const method = kind === 'P' ? 'PUT' : 'DELETE'
    const key = kind === 'P' ? written++ : removed++
    return { method, target: endpoint.sign(method, `/${BUCKET}/${prefix}k${key}`) }
  })
}
