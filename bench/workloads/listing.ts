import type { Bench } from '../setting/bench.ts'
import { answerOf, contender, madeUpAnswer } from '../setting/contenders.ts'
import { cpuChecks, cpuPerUnit, slowestSeconds, type CpuTarget } from '../setting/checks.ts'
import type { Endpoint } from '../base/endpoint.ts'
import {
  fillEndpoint,
  FOLDERS,
  LARGE_BUCKET,
  secondsOf,
  SMALL_BUCKET,
  SMALL_BUCKET_OBJECTS,
} from '../setting/filled-store.ts'
import { smallLoad } from '../load/generators.ts'
import type { Request } from '../load/raw-client.ts'
import type { Query } from '../base/presign.ts'
import type { Check, Contender, Result, Workload } from '../setting/workload.ts'

const CONNECTIONS = 8
const PAGES = 64

const floorNote = `${CONNECTIONS} connections; floor: node:http, the same page from memory`

export const list: Workload = {
  name: 'list-1m',
  about: `ListObjectsV2, 1,000 keys from ${PAGES} places in turn, ${floorNote}`,
  measure: 'requests',
  prepare: (bench, resources) => listings(bench, resources, {}),
  checks: (results) => listChecks(results, { limit: 1.6, unit: 'ms', ofMinio: 1.6 / 21.5 }),
}

export const listWithDelimiter: Workload = {
  name: 'list-1m-delimiter',
  about: `ListObjectsV2 with delimiter, 1,000 common prefixes from ${PAGES} places in turn, ${floorNote}`,
  measure: 'requests',
  prepare: (bench, resources) => listings(bench, resources, { delimiter: '/' }),
  checks: (results) => listChecks(results, { limit: 1.3, unit: 'ms', ofMinio: 1.3 / 11.7 }),
}

export const start: Workload = {
  name: 'start',
  about:
    'from the start of the process to ready, on the large store, files in the page cache; floor: node:http',
  measure: 'seconds',
  async prepare(bench) {
    const store = await bench.filledStore()
    const floor = { kind: 'memory', answer: madeUpAnswer(1) } as const
    const startFloor = async (): Promise<void> => {
      await using starting = new AsyncDisposableStack()
      await bench.startFloor(starting, floor)
    }
    return [
      { name: 'floor', run: async () => ({ units: 1, seconds: await secondsOf(startFloor) }) },
      { name: store.endpoint.name, run: async () => ({ units: 1, seconds: await store.restart() }) },
    ]
  },
  checks: ([, server]) => [
    { what: 'slowest start, s', figure: slowestSeconds(server), limit: 0.4, sense: 'at most' },
  ],
}

async function listings(bench: Bench, resources: AsyncDisposableStack, query: Query): Promise<Contender[]> {
  const server = (await bench.filledStore()).endpoint
  const others = await bench.others()
  for (const other of others)
    await bench.once(`fill ${other.name}`, () => fillEndpoint(other, bench.options.objects))
  const [page] = pagesOf(server, LARGE_BUCKET, query)
  const answer = await answerOf(server, 'GET', page?.target ?? '')
  const floor = await bench.startFloor(resources, { kind: 'memory', answer })
  const of = (endpoint: Endpoint, bucket: string, objects?: number): Contender => ({
    ...contender(endpoint, (_round, seconds) =>
      smallLoad(endpoint, pagesOf(endpoint, bucket, query), seconds, { connections: CONNECTIONS }),
    ),
    name: objects === undefined ? endpoint.name : `${endpoint.name}, ${objects.toLocaleString('en')} keys`,
  })
  return [
    of(floor, LARGE_BUCKET),
    of(server, LARGE_BUCKET, bench.options.objects),
    of(server, SMALL_BUCKET, SMALL_BUCKET_OBJECTS),
    ...others.map((other) => of(other, LARGE_BUCKET)),
  ]
}

/** Pages that begin in the first third of the folders, so that all are full. `~` sorts behind all in a folder. */
export function pagesOf(endpoint: Endpoint, bucket: string, query: Query): Request[] {
  return Array.from({ length: PAGES }, (_, index) => {
    const folder = String(Math.floor((index * FOLDERS) / PAGES / 3)).padStart(6, '0')
    const page = { 'list-type': '2', 'max-keys': '1000', 'start-after': `f${folder}~`, ...query }
    return { method: 'GET', target: endpoint.sign('GET', `/${bucket}`, page) }
  })
}

function listChecks(results: readonly Result[], target: CpuTarget): Check[] {
  const [, large, small] = results
  return [
    ...cpuChecks(results, target),
    {
      what: 'CPU against the small bucket',
      figure: cpuPerUnit(large) / cpuPerUnit(small),
      limit: 1.5,
      sense: 'at most',
    },
  ]
}
