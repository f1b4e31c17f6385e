import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildServer } from '../../tools/build-server.ts'
import { CEPH_USER, startCeph } from '../../tests/support/ceph-cluster.ts'
import { startPostgresql } from '../../tests/support/postgresql-cluster.ts'
import { startChild } from '../base/child.ts'
import { type Endpoint, endpointAt, LOCAL_KEYS } from '../base/endpoint.ts'
import { startHoldfast } from './holdfast.ts'
import type { Bench } from './bench.ts'
import { openFilledStore } from './filled-store.ts'
import { openLivedIn } from './lived-in.ts'
import { openScaledStore } from './scaled-store.ts'
import { madeUpAnswer } from './contenders.ts'
import type { Options } from '../base/options.ts'

/** About what a page of 1,000 keys takes in XML. */
const PAGE_BYTES = 250_000

/** As it is installed, with four times the memory that it takes by default. */
const DURABLE = { fsync: 'on', full_page_writes: 'on', shared_buffers: '512MB' }

/** It replaces modules of the source, so what it is compared with runs from the source as well. */
const UNENCRYPTED = new URL('../unencrypted/register.ts', import.meta.url).href
const SOURCE = fileURLToPath(new URL('../../packages/server/bin/holdfast.js', import.meta.url))

/** `run` holds what outlives single workloads. */
export function createBench(options: Options, run: AsyncDisposableStack): Bench {
  const peers = options.against.map(({ name, hostname, port, keys, pid }) => ({
    ...endpointAt(name, hostname, port, keys, pid),
    isCompared: true,
  }))
  const startWorkers = async (workers: number): Promise<Endpoint> => {
    const { endpoint } = run.use(await bench.startHoldfast(await bench.newDirectory(run), { workers }))
    return { ...endpoint, name: `${endpoint.name}, ${workers} workers`, isCompared: true }
  }
  const done = new Map<string, Promise<unknown>>()
  const bench: Bench = {
    options,
    async others() {
      const { livedIn, workers } = options
      if (options.selfCheck) return peers
      const own: Endpoint[] = []
      if (livedIn !== undefined)
        own.push(await bench.once('lived in', () => openLivedIn(bench, run, livedIn)))
      if (workers !== undefined) own.push(await bench.once('workers', () => startWorkers(workers)))
      return [...own, ...peers]
    },
    async newDatabase() {
      const start = async () => run.use(await startPostgresql(DURABLE))
      return (await bench.once('PostgreSQL', start)).newDatabase()
    },
    async newNamespace() {
      const ceph = await bench.once('Ceph', async () => run.use(await startCeph()))
      const { configFile, pool } = ceph
      return { configFile, pool, user: CEPH_USER, namespace: ceph.newNamespace() }
    },
    async newDirectory(resources) {
      const directory = join(options.directory, `holdfast-bench-${randomUUID()}`)
      await mkdir(directory, { recursive: true })
      resources.defer(() => rm(directory, { recursive: true, force: true }))
      return directory
    },
    async startFloor(resources, floor) {
      const { pid, answer: port } = resources.use(
        await startChild<number>('../floors/floor-process.ts', floor),
      )
      return endpointAt('floor', '127.0.0.1', port, LOCAL_KEYS, pid)
    },
    async startServer(resources, selfCheck) {
      if (options.selfCheck) return { ...(await bench.startFloor(resources, selfCheck)), name: 'floor again' }
      return resources.use(await bench.startHoldfast(await bench.newDirectory(resources))).endpoint
    },
    async startHoldfast(directory, { isEncrypted, ...how } = {}) {
      const profiling = options.profile ? ['--cpu-prof', '--cpu-prof-dir', options.profile] : []
      if (isEncrypted === undefined) {
        const { command } = await bench.once('built server', () => Promise.resolve(run.use(buildServer())))
        return startHoldfast([...profiling, command], directory, how)
      }
      if (isEncrypted) return startHoldfast([...profiling, SOURCE], directory, how)
      const running = await startHoldfast([...profiling, '--import', UNENCRYPTED, SOURCE], directory, how)
      return { ...running, endpoint: { ...running.endpoint, name: 'unencrypted' } }
    },
    filledStore: () =>
      bench.once('filled store', async () => run.use(await openFilledStore(bench, madeUpAnswer(PAGE_BYTES)))),
    scaledStore: (objects) =>
      bench.once(`store of ${objects}`, async () => run.use(await openScaledStore(bench, objects))),
    once<Value>(name: string, work: () => Promise<Value>) {
      const doing = (done.get(name) as Promise<Value> | undefined) ?? work()
      done.set(name, doing)
      return doing
    },
  }
  return bench
}
