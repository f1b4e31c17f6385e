import type { Endpoint } from '../base/endpoint.ts'
import { keyOf } from '../load/key-of.ts'
import { rawLoad, smallLoad } from '../load/generators.ts'
import type { Load } from '../load/load.ts'
import type { Request } from '../load/raw-client.ts'
import type { Bench, FilledStore } from '../setting/bench.ts'
import { cpuPerUnit, slowestSeconds } from '../setting/checks.ts'
import { contender } from '../setting/contenders.ts'
import { FOLDERS, LARGE_BUCKET } from '../setting/filled-store.ts'
import type { Check, Contender, Result, Workload } from '../setting/workload.ts'
import { pagesOf } from './listing.ts'

const FEW = 100_000
const CONNECTIONS = 64
const READS = 20_000
const PUTS_PER_SECOND = 25_000
const PUT_BYTES = 4096
const WARM_UP_SECONDS = 6
/** Of a large store against a small one. */
const LIMIT = 1.3

const note = `beside \`--objects\` objects; floor: Holdfast with ${FEW.toLocaleString('en')}`

export const scaleGet: Workload = {
  name: 'scale-get',
  about: `GET of 100 bytes, ${READS} of them by turns, ${CONNECTIONS} connections, ${note}`,
  measure: 'requests',
  prepare: (bench) =>
    scaled(bench, ({ endpoint, objects }, _round, seconds) =>
      smallLoad(endpoint, reads(endpoint, objects), seconds, { connections: CONNECTIONS }),
    ),
  checks: scaleChecks,
}

export const scalePut: Workload = {
  name: 'scale-put',
  about: `durable PUT of 4 KiB to new keys among the others, ${CONNECTIONS} in flight, ${note}`,
  measure: 'requests',
  prepare: (bench) =>
    scaled(bench, ({ endpoint }, round, seconds) => put(endpoint, round, seconds), {
      // V8 compiles what a PUT runs through in its first seconds.
      warmUp: async ({ endpoint }) => void (await put(endpoint, 'warm', WARM_UP_SECONDS)),
    }),
  checks: scaleChecks,
}

function put(endpoint: Endpoint, round: number | string, seconds: number): Promise<Load> {
  const options = { connections: CONNECTIONS, bodyBytes: PUT_BYTES }
  return rawLoad(endpoint, puts(endpoint, round, seconds), options, seconds)
}

export const scaleList: Workload = {
  name: 'scale-list',
  about: `ListObjectsV2, 1,000 keys, ${note}`,
  measure: 'requests',
  prepare: (bench) =>
    scaled(bench, ({ endpoint }, _round, seconds) =>
      smallLoad(endpoint, pagesOf(endpoint, LARGE_BUCKET, {}), seconds, { connections: 8 }),
    ),
  checks: scaleChecks,
}

export const scaleStart: Workload = {
  name: 'scale-start',
  about: `from the start of the process to ready, ${note}`,
  measure: 'seconds',
  async prepare(bench) {
    const of = (store: FilledStore, name: string): Contender => ({
      name,
      run: async () => ({ units: 1, seconds: await store.restart() }),
    })
    return [
      of(await bench.scaledStore(FEW), 'few'),
      of(await bench.scaledStore(bench.options.objects), 'Holdfast'),
    ]
  },
  checks: ([few, many]) => [
    {
      what: 'against few',
      figure: slowestSeconds(many) / slowestSeconds(few),
      limit: LIMIT,
      sense: 'at most',
    },
  ],
}

interface Scaled {
  readonly endpoint: Endpoint
  readonly objects: number
}

async function scaled(
  bench: Bench,
  run: (store: Scaled, round: number, seconds: number) => Promise<Load>,
  { warmUp }: { readonly warmUp?: (store: Scaled) => Promise<void> } = {},
): Promise<Contender[]> {
  if (bench.options.selfCheck) throw new Error('scale-… compares Holdfast with itself and has no self-check')
  const of = async (objects: number, name: string): Promise<Contender> => {
    const { endpoint } = await bench.scaledStore(objects)
    const store = { endpoint, objects }
    const around = warmUp && { warmUp: () => warmUp(store) }
    return { ...contender(endpoint, (round, seconds) => run(store, round, seconds), around), name }
  }
  return [await of(FEW, 'few'), await of(bench.options.objects, 'Holdfast')]
}

function scaleChecks([few, many]: readonly Result[]): Check[] {
  return [
    { what: 'CPU against few', figure: cpuPerUnit(many) / cpuPerUnit(few), limit: LIMIT, sense: 'at most' },
    {
      // Of the metadata file, which is mapped, as much is in memory as was read of it and fits.
      what: 'memory of its own against few',
      figure: (many?.peakOwnBytes ?? NaN) / (few?.peakOwnBytes ?? NaN),
      limit: LIMIT,
      sense: 'at most',
    },
  ]
}

/** Spread over all keys, each time the same. */
function reads(endpoint: Endpoint, objects: number): Request[] {
  const stride = Math.max(1, Math.floor(objects / READS))
  return Array.from({ length: Math.min(READS, objects) }, (_, index) => ({
    method: 'GET',
    target: endpoint.sign('GET', `/${LARGE_BUCKET}/${keyOf(index * stride, FOLDERS)}`),
  }))
}

function puts(endpoint: Endpoint, round: number | string, seconds: number): Request[] {
  return Array.from({ length: PUTS_PER_SECOND * seconds }, (_, index) => ({
    method: 'PUT',
    target: endpoint.sign('PUT', `/${LARGE_BUCKET}/${keyOf(index, FOLDERS)}-${round}`),
  }))
}
