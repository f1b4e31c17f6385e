import type { EngineName } from '../base/engine-names.ts'
import { startChild } from '../base/child.ts'
import type { Endpoint } from '../base/endpoint.ts'
import { fillBucket, rawLoad, smallLoad } from '../load/generators.ts'
import type { Load } from '../load/load.ts'
import type { Request } from '../load/raw-client.ts'
import type { Bench } from '../setting/bench.ts'
import { cpuRatioOf, ratioCheck } from '../setting/checks.ts'
import { BUCKET, contender, haveBucket, MIB } from '../setting/contenders.ts'
import { startOnEngine } from '../setting/engine.ts'
import type { Check, Contender, Result, Workload } from '../setting/workload.ts'
import { requestsTo } from './small-objects.ts'

const CONNECTIONS = 64
const OBJECTS = 1000
const SMALL_BYTES = 1024
const PUT_BYTES = 4096
const PUT_KEYS_PER_SECOND = 25_000
const LISTED = 10_000
const LARGE_BYTES = 64 * MIB
const LARGE_AT_ONCE = 4
const NODES = 3
/** How unlike one node several may be, in CPU a request. */
const APART = 0.15

/** What Holdfast on an engine costs, against the engine's own speed and against the same in one folder. */
export function engineWorkloads(engine: EngineName): readonly Workload[] {
  const large = [get64m(engine), put64m(engine)]
  if (engine === 'shared-folder') return large
  return [put4k, get1k, head, listing, ...large]
}

const put4k: Workload = {
  name: 'put-4k',
  about: `durable PUT of 4 KiB to new keys, ${CONNECTIONS} in flight; floor: the same rows committed by the same client; ${NODES} nodes have ${CONNECTIONS} each`,
  measure: 'requests',
  prepare: (bench, resources) => withFloor(bench, resources, 'put', putsOf),
  checks: (results) => [ratioCheck(results, 0.5), ...cpuChecks(results, 2.5)],
}

const get1k: Workload = {
  name: 'get-1k',
  about: `GET of 1 KiB, ${OBJECTS} objects, ${CONNECTIONS} connections; floor: the same rows selected by the same client, two statements one after the other`,
  measure: 'requests',
  prepare: (bench, resources) => withFloor(bench, resources, 'get', getsOf),
  checks: (results) => [ratioCheck(results, 0.5), ...cpuChecks(results, 2.5)],
}

const head: Workload = {
  name: 'head',
  about: `HEAD of 1 KiB objects, ${CONNECTIONS} connections; floor: Holdfast in one folder`,
  measure: 'requests',
  prepare: async (bench, resources) => {
    const endpoints = await both(bench, resources, 'postgresql')
    for (const endpoint of endpoints) await fill(endpoint)
    return endpoints.map((endpoint) =>
      contender(endpoint, (_round, seconds) =>
        rawLoad(endpoint, requestsTo(endpoint, 'HEAD', OBJECTS), { connections: CONNECTIONS }, seconds),
      ),
    )
  },
  checks: (results) => [cpuOfEmbedded(results[1], results[0], 2.5)],
}

const listing: Workload = {
  name: 'list',
  about: `ListObjectsV2, 1,000 of ${LISTED} keys, 8 connections; floor: Holdfast in one folder`,
  measure: 'requests',
  prepare: async (bench, resources) => {
    const endpoints = await both(bench, resources, 'postgresql')
    for (const endpoint of endpoints) await fillBucket(endpoint, BUCKET, LISTED, 20)
    return endpoints.map((endpoint) => {
      const page = endpoint.sign('GET', `/${BUCKET}`, { 'list-type': '2', 'max-keys': '1000' })
      const requests = [{ method: 'GET', target: page }]
      return contender(endpoint, (_round, seconds) =>
        smallLoad(endpoint, requests, seconds, { connections: 8 }),
      )
    })
  },
  checks: (results) => [cpuOfEmbedded(results[1], results[0], 2)],
}

function get64m(engine: EngineName): Workload {
  return {
    name: 'get-64m',
    about: `GET of 64 MiB, ${LARGE_AT_ONCE} connections; floor: Holdfast in one folder`,
    measure: 'bytes',
    prepare: async (bench, resources) => {
      const endpoints = await both(bench, resources, engine)
      for (const endpoint of endpoints)
        await rawLoad(endpoint, largePuts(endpoint, 1), { connections: 1, bodyBytes: LARGE_BYTES })
      return endpoints.map((endpoint) =>
        contender(endpoint, async (_round, seconds) => {
          const requests = [{ method: 'GET', target: endpoint.sign('GET', `/${BUCKET}/l0`) }]
          const load = await rawLoad(endpoint, requests, { connections: LARGE_AT_ONCE }, seconds)
          return { ...load, units: load.bodyBytesReceived }
        }),
      )
    },
    checks: (results) => [cpuOfEmbedded(results[1], results[0], 1.3)],
  }
}

function put64m(engine: EngineName): Workload {
  return {
    name: 'put-64m',
    about: `durable PUT of 64 MiB, ${LARGE_AT_ONCE} connections; floor: Holdfast in one folder`,
    measure: 'bytes',
    prepare: async (bench, resources) =>
      (await both(bench, resources, engine)).map((endpoint) =>
        contender(endpoint, async () => {
          const puts = largePuts(endpoint, 8)
          const how = { connections: LARGE_AT_ONCE, bodyBytes: LARGE_BYTES }
          return { ...(await rawLoad(endpoint, puts, how)), units: puts.length * LARGE_BYTES }
        }),
      ),
    checks: (results) => [cpuOfEmbedded(results[1], results[0], 1.3)],
  }
}

/** The engine itself, Holdfast on it, Holdfast in one folder, and several nodes on the engine. */
async function withFloor(
  bench: Bench,
  resources: AsyncDisposableStack,
  what: 'put' | 'get',
  load: (endpoint: Endpoint, round: number, seconds: number) => Promise<Load>,
): Promise<Contender[]> {
  const { password: _asked, ...server } = await bench.newDatabase()
  const floor = resources.use(await startChild<number>('../floors/postgresql-process.ts', server))
  const onFloor = async (seconds: number): Promise<Load> => {
    const answer = await fetch(`http://127.0.0.1:${floor.answer}/${what}/${seconds}`)
    return (await answer.json()) as Load
  }
  const [embedded, one] = await both(bench, resources, 'postgresql')
  const several = await startOnEngine(bench, resources, 'postgresql', NODES)
  await haveBucket(several)
  const endpoints = [one, { ...embedded, isCompared: true }, { ...several, isCompared: true }]
  for (const endpoint of endpoints) if (what === 'get') await fill(endpoint)
  return [
    { name: 'floor', pid: floor.pid, run: (_round, seconds) => onFloor(seconds) },
    ...endpoints.map((endpoint) => contender(endpoint, (round, seconds) => load(endpoint, round, seconds))),
  ]
}

/** Holdfast in one folder, and on the engine; each has a bucket. */
async function both(
  bench: Bench,
  resources: AsyncDisposableStack,
  engine: EngineName,
): Promise<[embedded: Endpoint, onEngine: Endpoint]> {
  const { endpoint } = resources.use(await bench.startHoldfast(await bench.newDirectory(resources)))
  const embedded = { ...endpoint, name: 'embedded' }
  const onEngine = await startOnEngine(bench, resources, engine)
  await haveBucket(embedded)
  await haveBucket(onEngine)
  return [embedded, onEngine]
}

async function fill(endpoint: Endpoint): Promise<void> {
  const puts = requestsTo(endpoint, 'PUT', OBJECTS)
  await rawLoad(endpoint, puts, { connections: 16, bodyBytes: SMALL_BYTES })
}

function putsOf(endpoint: Endpoint, round: number, seconds: number): Promise<Load> {
  const puts = requestsTo(endpoint, 'PUT', PUT_KEYS_PER_SECOND * seconds, `r${round}/`)
  const connections = connectionsTo(endpoint)
  return smallLoad(endpoint, puts, seconds, { connections, bodyBytes: PUT_BYTES })
}

function getsOf(endpoint: Endpoint, _round: number, seconds: number): Promise<Load> {
  const connections = connectionsTo(endpoint)
  return smallLoad(endpoint, requestsTo(endpoint, 'GET', OBJECTS), seconds, { connections })
}

/** Each node has as much to do at once: what shares a round trip to the database is a node's own. */
function connectionsTo({ nodes = [0] }: Endpoint): number {
  return CONNECTIONS * nodes.length
}

function largePuts(endpoint: Endpoint, count: number): Request[] {
  return Array.from({ length: count }, (_, index) => ({
    method: 'PUT',
    target: endpoint.sign('PUT', `/${BUCKET}/l${index}`),
  }))
}

function cpuOfEmbedded(onEngine: Result | undefined, embedded: Result | undefined, limit: number): Check {
  const figure = (onEngine && embedded && cpuRatioOf(embedded, onEngine)) ?? NaN
  return { what: 'CPU against one folder', figure, limit, sense: 'at most' }
}

/** Of a floor, one node, one folder and several nodes. */
function cpuChecks([, one, embedded, several]: readonly Result[], limit: number): Check[] {
  const ratio = (one && several && cpuRatioOf(one, several)) ?? NaN
  const what = `CPU of ${NODES} nodes against one, apart`
  return [
    cpuOfEmbedded(one, embedded, limit),
    { what, figure: Math.abs(ratio - 1), limit: APART, sense: 'at most' },
  ]
}
