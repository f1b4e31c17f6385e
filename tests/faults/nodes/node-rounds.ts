import { randomBytes, randomInt } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CEPH_USER, type CephCluster, startCeph, whatCephLacks } from '../../support/ceph-cluster.ts'
import { DatabaseProxy } from '../../support/database-proxy.ts'
import { PostgresqlPair, serverAt } from '../../support/postgresql-pair.ts'
import { urlOf } from '../../support/postgresql-cluster.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { type ServerProcess, spawnServerProcess, untilReady } from '../../support/server-process.ts'
import { setVersioning } from '../../support/versioning.ts'
import { LITTLE, MixedLoad } from '../mixed-load.ts'
import { RegisterLoad } from './register-load.ts'
import { SharedFolder } from './shared-folder.ts'

export const FAULTS = [
  /** And started again. */
  'killed node',
  /** Stopped, and let go on: for a second at first, then for longer than it keeps its locks, its leases and at last its requests. */
  'paused node',
  /** The server that takes writes, and started again. */
  'killed database',
  /** The server that takes writes is gone for good, and its standby takes its place. */
  'promoted standby',
  'ended sessions',
  /** Nodes reach no database for a while. */
  'cut connections',
  /** The same, but nothing tells them so; what they sent comes through late, or never. */
  'hanging connections',
  'read-only folder',
  /** Killed, and started again: one of three, which is hardly missed, then two, without which nothing is answered, then all. */
  'stopped OSDs',
] as const
export type Fault = (typeof FAULTS)[number]

/** Where the nodes have their bytes. */
export const PLACES = ['folder', 'pool'] as const
export type Place = (typeof PLACES)[number]

export interface NodesReport {
  readonly rounds: Readonly<Record<Fault, number>>
  /** Requests that changed something and were answered so. */
  readonly acknowledged: number
  /** Operations on one key whose histories were held against one order; those of which no answer tells what came. */
  readonly registers: { readonly operations: number; readonly unknown: number }
  /** The longest that a node took to give up a request while its database said nothing. */
  readonly slowestRefusalMilliseconds: number
  /** What was found after which round. */
  readonly problems: readonly string[]
}

export interface Round {
  readonly number: number
  readonly fault: Fault
  readonly milliseconds: number
  /** In all rounds so far. */
  readonly acknowledged: number
}

export interface NodesOptions {
  readonly place: Place
  /** Everything but the database and the pool lies there. */
  readonly folder: string
  readonly rounds: number
  readonly untilMilliseconds?: number
  readonly faults?: readonly Fault[]
  readonly onRound?: (round: Round) => void
}

/** The clocks of nodes: as far apart as they may be from the database's. */
const CLOCKS_MILLISECONDS = [4800, 0, -4800]
const PAUSES_MILLISECONDS = [1000, 7000, 15_000, 60_000]
/** Longer than a session keeps its locks, and longer than a node waits. */
const SILENCES_MILLISECONDS = [1000, 7000, 14_000]
/** What a request may take that is given up: 10 s for an answer, and some for connecting. */
const MOST_REFUSAL_MILLISECONDS = 20_000
const OSDS = 3
/** Longer than a node waits for the pool: those that are left have gone on by then. */
const OSDS_AWAY_MILLISECONDS = 7000
const POOL_TIMEOUT_SECONDS = 5
/** Where much else runs. */
const READY_WITHIN_MILLISECONDS = 90_000
const WRITERS = 6
const KEYS = 6
const BUCKET = 'nodes'
const REGISTERS = 'registers'
const MOVED_CLOCK = fileURLToPath(new URL('moved-clock.ts', import.meta.url))

/**
 * Three nodes on one database with a standby and one shared folder or pool of Ceph, under a mixed load, each request to any of them, while one thing after the other
 * fails. After each round every key is read from some node: what was acknowledged is there, whole; what was not is whole or absent. And all that
 * many clients saw of one key, which they changed conditionally at the same time, has one order.
 */
export async function nodeRounds(options: NodesOptions): Promise<NodesReport> {
  await using rounds = await NodeRounds.open(options)
  return await rounds.run()
}

/** Faults that can be made here: only some may mount a file system. Without Ceph nothing in a pool can be tried. */
export async function possibleFaults(place: Place, folder: string): Promise<readonly Fault[]> {
  if (place === 'pool')
    return whatCephLacks() === undefined ? FAULTS.filter((fault) => fault !== 'read-only folder') : []
  await using shared = await SharedFolder.mount(join(folder, 'try'))
  return FAULTS.filter((fault) => fault !== 'stopped OSDs' && (shared || fault !== 'read-only folder'))
}

class NodeRounds implements AsyncDisposable {
  readonly #options: NodesOptions
  readonly #pair: PostgresqlPair
  readonly #proxies: readonly DatabaseProxy[]
  readonly #shared: SharedFolder | undefined
  readonly #ceph: CephCluster | undefined
  readonly #rootKey = randomBytes(32).toString('base64')
  readonly #nodes: ServerProcess[] = []
  readonly #load = new MixedLoad(() => this.#anyNode(), BUCKET, WRITERS, KEYS, {
    sizes: LITTLE,
    goesOn: true,
  })
  readonly #counts = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>
  readonly #problems: string[] = []
  #slowestRefusalMilliseconds = 0

  private constructor(
    options: NodesOptions,
    pair: PostgresqlPair,
    proxies: readonly DatabaseProxy[],
    shared: SharedFolder | undefined,
    ceph: CephCluster | undefined,
  ) {
    this.#options = options
    this.#pair = pair
    this.#proxies = proxies
    this.#shared = shared
    this.#ceph = ceph
  }

  static async open(options: NodesOptions): Promise<NodeRounds> {
    const pair = await PostgresqlPair.start()
    await pair.newDatabase('nodes')
    const proxies = await Promise.all(pair.ports.map((port) => DatabaseProxy.to({ port, host: '127.0.0.1' })))
    const { place, folder } = options
    const shared = place === 'folder' ? await SharedFolder.mount(join(folder, 'shared')) : undefined
    const ceph = place === 'pool' ? await startCeph({ osds: OSDS, size: OSDS, onDisk: true }) : undefined
    return new NodeRounds(options, pair, proxies, shared, ceph)
  }

  async run(): Promise<NodesReport> {
    const { rounds, untilMilliseconds = Infinity, faults = FAULTS, onRound } = this.#options
    for (let index = 0; index < CLOCKS_MILLISECONDS.length; index++)
      this.#nodes[index] = await this.#start(index)
    for (const path of [`/${BUCKET}`, `/${REGISTERS}`])
      await rawRequest(this.#anyNode(), { method: 'PUT', path })
    await setVersioning(this.#anyNode(), REGISTERS, 'Enabled')
    let [acknowledged, operations, unknown] = [0, 0, 0]
    for (let round = 0; round < rounds && Date.now() < untilMilliseconds; round++) {
      const fault = faults[round % faults.length] ?? 'killed node'
      const began = performance.now()
      const key = `round-${String(round).padStart(5, '0')}`
      const register = new RegisterLoad(() => this.#anyNode(), REGISTERS, key)
      await this.#failAmid(fault, register)
      const found = [...this.#problems, ...(await this.#load.verify()), ...(await register.check())]
      if (found.length > 0)
        await writeFile(join(this.#options.folder, `${key}.json`), JSON.stringify(register.history))
      this.#counts[fault]++
      this.#problems.length = 0
      acknowledged += register.acknowledgedCount
      operations += register.length
      unknown += register.unknownCount
      const report = {
        rounds: this.#counts,
        acknowledged: acknowledged + this.#load.acknowledgedCount,
        registers: { operations, unknown },
        slowestRefusalMilliseconds: Math.round(this.#slowestRefusalMilliseconds),
        problems: found.map((problem) => `round ${round}, ${fault}: ${problem}`),
      }
      const milliseconds = Math.round(performance.now() - began)
      onRound?.({ number: round, fault, milliseconds, acknowledged: report.acknowledged })
      if (found.length > 0 || round === rounds - 1 || Date.now() >= untilMilliseconds) return report
    }
    throw new Error('no round was made')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node[Symbol.asyncDispose]()))
    await Promise.all(this.#proxies.map((proxy) => proxy[Symbol.asyncDispose]()))
    await this.#pair[Symbol.asyncDispose]()
    await this.#shared?.[Symbol.asyncDispose]()
    await this.#ceph?.[Symbol.asyncDispose]()
  }

  async #start(index: number): Promise<ServerProcess> {
    const { folder } = this.#options
    const dataDirectory = join(folder, `node-${index}`)
    await mkdir(dataDirectory, { recursive: true })
    const config = {
      metadata: {
        engine: 'postgresql',
        url: this.#proxies.map(({ port }) => urlOf(serverAt(port, 'nodes'))),
        tls: false,
      },
      blobs: this.#ceph ? poolOf(this.#ceph) : { engine: 'files', directory: join(folder, 'shared') },
    }
    const environment = {
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      HOLDFAST_ROOT_KEYS: this.#rootKey,
      NODE_OPTIONS: `--import ${MOVED_CLOCK}`,
      HOLDFAST_TEST_CLOCK_MILLISECONDS: String(CLOCKS_MILLISECONDS[index]),
    }
    const node = await spawnServerProcess({ dataDirectory, config, environment })
    await untilReady(node, READY_WITHIN_MILLISECONDS)
    return node
  }

  #anyNode(): ServerProcess {
    const node = this.#nodes[randomInt(this.#nodes.length)]
    if (!node) throw new Error('no node runs')
    return node
  }

  async #failAmid(fault: Fault, register: RegisterLoad): Promise<void> {
    const stop = new AbortController()
    const running = Promise.all([this.#load.run(stop.signal), register.run(stop.signal)])
    await Promise.race([running, delay(200 + randomInt(300))])
    await this.#fail(fault)
    await Promise.race([running, delay(300)])
    stop.abort()
    await running
    await Promise.all(this.#nodes.map((node) => untilReady(node, READY_WITHIN_MILLISECONDS)))
  }

  async #fail(fault: Fault): Promise<void> {
    const silence = SILENCES_MILLISECONDS[this.#counts[fault] % SILENCES_MILLISECONDS.length] ?? 0
    switch (fault) {
      case 'killed node':
        return this.#killNode(randomInt(this.#nodes.length))
      case 'paused node':
        return this.#pauseNode(PAUSES_MILLISECONDS[this.#counts[fault] % PAUSES_MILLISECONDS.length] ?? 0)
      case 'killed database':
        await this.#pair.kill()
        await delay(randomInt(200))
        return this.#pair.restart()
      case 'promoted standby':
        return this.#pair.failOver()
      case 'ended sessions':
        await this.#pair.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdfast'",
        )
        return
      case 'cut connections':
        for (const proxy of this.#proxies) proxy.cut()
        await delay(Math.min(silence, 2000))
        for (const proxy of this.#proxies) proxy.heal('is lost')
        return
      case 'hanging connections':
        return this.#hang(silence)
      case 'read-only folder':
        await this.#shared?.makeReadOnly()
        await delay(1000)
        return this.#shared?.makeWritable()
      case 'stopped OSDs':
        return this.#stopOsds(1 + (this.#counts[fault] % OSDS))
    }
  }

  async #stopOsds(count: number): Promise<void> {
    const first = randomInt(OSDS)
    const osds = Array.from({ length: count }, (_, index) => (first + index) % OSDS)
    await Promise.all(osds.map(async (osd) => this.#ceph?.killOsd(osd)))
    await delay(OSDS_AWAY_MILLISECONDS)
    for (const osd of osds) this.#ceph?.startOsd(osd)
    await this.#ceph?.untilServed()
  }

  async #killNode(index: number): Promise<void> {
    const node = this.#nodes[index]
    await node?.end('SIGKILL')
    await node?.[Symbol.asyncDispose]()
    this.#nodes[index] = await this.#start(index)
  }

  async #pauseNode(milliseconds: number): Promise<void> {
    const { processId } = this.#anyNode()
    process.kill(processId, 'SIGSTOP')
    await delay(milliseconds)
    process.kill(processId, 'SIGCONT')
  }

  async #hang(milliseconds: number): Promise<void> {
    for (const proxy of this.#proxies) proxy.hang()
    const refusals = Promise.all(this.#nodes.map((node) => this.#refusal(node, milliseconds)))
    await delay(milliseconds)
    for (const proxy of this.#proxies) proxy.heal(randomInt(2) === 0 ? 'comes late' : 'is lost')
    await refusals
  }

  /** A request that nobody can fulfil is answered so, and soon enough. */
  async #refusal(node: ServerProcess, silenceMilliseconds: number): Promise<void> {
    const began = performance.now()
    const { status } = await rawRequest(node, {
      method: 'PUT',
      path: `/${REGISTERS}/refused`,
      body: 'refused',
    })
    const took = performance.now() - began
    if (took < silenceMilliseconds && status !== 503)
      this.#problems.push(`answered ${status} while its database was silent`)
    if (took > MOST_REFUSAL_MILLISECONDS) this.#problems.push(`gave up after ${Math.round(took)} ms`)
    if (status === 503) this.#slowestRefusalMilliseconds = Math.max(this.#slowestRefusalMilliseconds, took)
  }
}

function poolOf({ configFile, pool }: CephCluster): unknown {
  const user = `client.${CEPH_USER}`
  return { engine: 'ceph', pool, user, configFile, timeoutSeconds: POOL_TIMEOUT_SECONDS }
}
