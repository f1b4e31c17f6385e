import type { Bench } from '../setting/bench.ts'
import { answerOf, BUCKET, contender, madeUpAnswer, storingEndpoints } from '../setting/contenders.ts'
import { call, type Endpoint } from '../base/endpoint.ts'
import { rawLoad, smallLoad } from '../load/generators.ts'
import type { Request } from '../load/raw-client.ts'
import type { Contender, Result, Workload } from '../setting/workload.ts'
import { ratioCheck } from '../setting/checks.ts'

const CONNECTIONS = 64
const OBJECTS = 1000
const SMALL_BYTES = 1024
const PUT_BYTES = 4096
/** New keys for each second of a round; one that is faster goes round them and overwrites. */
const PUT_KEYS_PER_SECOND = 25_000

export const get1k: Workload = {
  name: 'get-1k',
  about: `GET of 1 KiB, ${OBJECTS} objects, ${CONNECTIONS} connections; floor: node:http, same answer from memory`,
  measure: 'requests',
  prepare: (bench, resources) => readers(bench, resources, 'GET'),
  checks: (results: readonly Result[]) => [ratioCheck(results, 0.5)],
}

export const head: Workload = {
  name: 'head',
  about: `HEAD of 1 KiB objects, ${CONNECTIONS} connections; floor: node:http, same headers`,
  measure: 'requests',
  prepare: (bench, resources) => readers(bench, resources, 'HEAD'),
}

export const put4k: Workload = {
  name: 'put-4k',
  about: `durable PUT of 4 KiB to new keys, ${CONNECTIONS} in flight; floor: node:http and one durable LMDB put`,
  measure: 'requests',
  async prepare(bench, resources) {
    const endpoints = await storingEndpoints(bench, resources, 'lmdb')
    return endpoints.map((endpoint) =>
      contender(endpoint, (round, seconds) => {
        const requests = requestsTo(endpoint, 'PUT', PUT_KEYS_PER_SECOND * seconds, `r${round}/`)
        return smallLoad(endpoint, requests, seconds, { connections: CONNECTIONS, bodyBytes: PUT_BYTES })
      }),
    )
  },
  checks: (results) => [ratioCheck(results, 0.4)],
}

async function readers(
  bench: Bench,
  resources: AsyncDisposableStack,
  method: 'GET' | 'HEAD',
): Promise<Contender[]> {
  const server = await bench.startServer(resources, { kind: 'memory', answer: madeUpAnswer(SMALL_BYTES) })
  const servers = [server, ...bench.others]
  for (const endpoint of servers) {
    await call(endpoint, 'PUT', `/${BUCKET}`)
    if (bench.options.selfCheck && endpoint === server) continue
    await rawLoad(endpoint, requestsTo(endpoint, 'PUT', OBJECTS), { connections: 16, bodyBytes: SMALL_BYTES })
  }
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

function requestsTo(endpoint: Endpoint, method: string, count: number, prefix = ''): Request[] {
  return Array.from({ length: count }, (_, index) => ({
    method,
    target: endpoint.sign(method, `/${BUCKET}/${prefix}k${index}`),
  }))
}
