import type { Bench } from '../setting/bench.ts'
import { cpuPerUnit } from '../setting/checks.ts'
import { answerOf, contender, madeUpAnswer, madeUpHeaders } from '../setting/contenders.ts'
import { call, type Endpoint, putDocument } from '../base/endpoint.ts'
import { secondsOf } from '../setting/filled-store.ts'
import { smallLoad } from '../load/generators.ts'
import type { Request } from '../load/raw-client.ts'
import { openStoreOf, RowWriter } from '../setting/rows.ts'
import type { Check, Contender, Result, Workload } from '../setting/workload.ts'

const KEYS = 1000
const LIST_CONNECTIONS = 8
const PUT_BYTES = 4096
/** New keys for each second of a round. */
const PUTS_PER_SECOND = 5000
const PAGE_BYTES = 250_000

const PLAIN = 'plain'
const VERSIONED = 'versioned'
const CROWDED = 'crowded'

export const listVersions: Workload = {
  name: 'versions-list',
  about: `ListObjectsV2 of ${KEYS} keys that have a thousandth of \`--objects\` versions each, and of ${KEYS} that have none, ${LIST_CONNECTIONS} connections; floor: node:http, the same page from memory`,
  measure: 'requests',
  async prepare(bench, resources) {
    const server = await serverWithVersions(bench, resources)
    const answer = await answerOf(server, 'GET', pageOf(server, VERSIONED).target)
    const floor = await bench.startFloor(resources, { kind: 'memory', answer })
    const of = (endpoint: Endpoint, name: string, bucket: string): Contender => ({
      ...contender(endpoint, (_round, seconds) =>
        smallLoad(endpoint, [pageOf(endpoint, bucket)], seconds, { connections: LIST_CONNECTIONS }),
      ),
      name,
    })
    return [
      of(floor, floor.name, VERSIONED),
      of(server, `${server.name}, with versions`, VERSIONED),
      of(server, `${server.name}, without`, PLAIN),
    ]
  },
  checks: (results) => [cpuCheck(results, 1.3)],
}

export const putVersions: Workload = {
  name: 'versions-put',
  about: `durable PUT of 4 KiB to a key that has a tenth of \`--objects\` versions, and to new keys, one at a time; floor: node:http and one durable LMDB put`,
  measure: 'requests',
  async prepare(bench, resources) {
    const server = await serverWithVersions(bench, resources)
    const directory = await bench.newDirectory(resources)
    const floor = await bench.startFloor(resources, { kind: 'lmdb', headers: madeUpHeaders(0), directory })
    const of = (endpoint: Endpoint, name: string, keyOf: (index: number) => string): Contender => ({
      ...contender(endpoint, (round, seconds) => {
        const requests = Array.from({ length: PUTS_PER_SECOND * seconds }, (_, index) => ({
          method: 'PUT',
          target: endpoint.sign('PUT', `/${CROWDED}/${keyOf(round * 1_000_000 + index)}`),
        }))
        return smallLoad(endpoint, requests, seconds, { connections: 1, bodyBytes: PUT_BYTES })
      }),
      name,
    })
    const newKey = (index: number): string => `new-${index}`
    return [
      of(floor, floor.name, newKey),
      of(server, `${server.name}, key with versions`, () => 'k'),
      of(server, `${server.name}, new keys`, newKey),
    ]
  },
  checks: (results) => [cpuCheck(results, 1.2)],
}

function pageOf(endpoint: Endpoint, bucket: string): Request {
  return { method: 'GET', target: endpoint.sign('GET', `/${bucket}`, { 'list-type': '2' }) }
}

/** Rates depend on what else the machine does, CPU hardly. */
function cpuCheck([, crowded, plain]: readonly Result[], limit: number): Check {
  const figure = cpuPerUnit(crowded) / cpuPerUnit(plain)
  return { what: 'CPU against that without versions', figure, limit, sense: 'at most' }
}

function serverWithVersions(bench: Bench, resources: AsyncDisposableStack): Promise<Endpoint> {
  const selfCheck = { kind: 'memory', answer: madeUpAnswer(PAGE_BYTES) } as const
  return bench.options.selfCheck ? bench.startServer(resources, selfCheck) : start(bench, resources)
}

async function start(bench: Bench, resources: AsyncDisposableStack): Promise<Endpoint> {
  const directory = await bench.newDirectory(resources)
  {
    await using server = await bench.startHoldfast(directory)
    for (const bucket of [PLAIN, VERSIONED, CROWDED]) await call(server.endpoint, 'PUT', `/${bucket}`)
    const enabled = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
    for (const bucket of [VERSIONED, CROWDED])
      await putDocument(server.endpoint, `/${bucket}`, { versioning: '' }, enabled)
  }
  const seconds = await secondsOf(() => fill(directory, bench.options.objects))
  console.error(`  filled with ${bench.options.objects} versions in ${seconds.toFixed(0)} s`)
  return resources.use(await bench.startHoldfast(directory)).endpoint
}

async function fill(directory: string, objects: number): Promise<void> {
  await using store = await openStoreOf(directory)
  await using plain = await RowWriter.open(store, PLAIN)
  await using versioned = await RowWriter.open(store, VERSIONED)
  await using crowded = await RowWriter.open(store, CROWDED)
  for (let index = 0; index < KEYS; index++) {
    const key = `folder/key-${String(index).padStart(6, '0')}`
    await plain.object(key, 0, Date.UTC(2026, 0, 1))
    await versioned.versions(key, Math.ceil(objects / KEYS))
  }
  await crowded.versions('k', Math.ceil(objects / 10))
}
