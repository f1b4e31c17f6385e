import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { clientOf, type PostgresqlCluster, urlOf } from '../../support/postgresql-cluster.ts'
import type { PostgresqlServer } from '../../../packages/server/src/metadata/engines/postgresql/connection.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { type ServerProcess, startServerProcess, untilReady } from '../../support/server-process.ts'
import { LITTLE, MixedLoad } from '../mixed-load.ts'

/** A node is killed and started again; is paused for a second; the database is killed and started again; its sessions are ended. */
export const FAULTS = ['killed node', 'paused node', 'killed database', 'ended sessions'] as const

export interface NodesReport {
  readonly rounds: Readonly<Record<(typeof FAULTS)[number], number>>
  readonly acknowledged: number
  /** What was found after which round. */
  readonly problems: readonly string[]
}

export interface NodesOptions {
  readonly cluster: PostgresqlCluster
  readonly dataDirectory: string
  readonly rounds: number
  readonly untilMilliseconds?: number
}

const NODES = 3
const WRITERS = 8
const KEYS = 6
const BUCKET = 'nodes'

/**
 * Several nodes on one database and one folder under a mixed load, each request to any of them, while one thing after the other fails. After each round
 * every key is read from some node: what was acknowledged is there, whole; what was not is whole or absent.
 */
export async function nodeRounds(options: NodesOptions): Promise<NodesReport> {
  const database = await options.cluster.newDatabase()
  await using rounds = new NodeRounds(options, database)
  return await rounds.run()
}

class NodeRounds implements AsyncDisposable {
  readonly #options: NodesOptions
  readonly #database: PostgresqlServer
  readonly #nodes: ServerProcess[] = []
  readonly #load = new MixedLoad(() => this.#anyNode(), BUCKET, WRITERS, KEYS, {
    sizes: LITTLE,
    goesOn: true,
  })
  readonly #counts = { 'killed node': 0, 'paused node': 0, 'killed database': 0, 'ended sessions': 0 }

  constructor(options: NodesOptions, database: PostgresqlServer) {
    this.#options = options
    this.#database = database
  }

  async run(): Promise<NodesReport> {
    const { rounds, untilMilliseconds = Infinity } = this.#options
    for (let index = 0; index < NODES; index++) this.#nodes[index] = await this.#start()
    await rawRequest(this.#anyNode(), { method: 'PUT', path: `/${BUCKET}` })
    const problems: string[] = []
    for (let round = 0; round < rounds && problems.length === 0 && Date.now() < untilMilliseconds; round++) {
      const fault = FAULTS[round % FAULTS.length] ?? 'killed node'
      await this.#failAmid(fault)
      this.#counts[fault]++
      const found = await this.#load.verify()
      problems.push(...found.map((problem) => `round ${round}, ${fault}: ${problem}`))
    }
    return { rounds: this.#counts, acknowledged: this.#load.acknowledgedCount, problems }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node[Symbol.asyncDispose]()))
  }

  #start(): Promise<ServerProcess> {
    const { dataDirectory } = this.#options
    const config = { metadata: { engine: 'postgresql', url: urlOf(this.#database) } }
    const environment = { NODE_COMPILE_CACHE: `${dataDirectory}.compiled` }
    return startServerProcess({ dataDirectory, config, environment })
  }

  #anyNode(): ServerProcess {
    const node = this.#nodes[randomInt(this.#nodes.length)]
    if (!node) throw new Error('no node runs')
    return node
  }

  async #failAmid(fault: (typeof FAULTS)[number]): Promise<void> {
    const stop = new AbortController()
    const running = this.#load.run(stop.signal)
    await Promise.race([running, delay(200 + randomInt(300))])
    await this.#fail(fault)
    await Promise.race([running, delay(200)])
    stop.abort()
    await running
    await Promise.all(this.#nodes.map(untilReady))
  }

  async #fail(fault: (typeof FAULTS)[number]): Promise<void> {
    const { cluster } = this.#options
    if (fault === 'killed database') {
      await cluster.kill()
      await delay(randomInt(200))
      return cluster.start()
    }
    if (fault === 'ended sessions') return this.#endSessions()
    const index = randomInt(NODES)
    const node = this.#nodes[index]
    if (!node) throw new Error('no such node')
    if (fault === 'paused node') {
      process.kill(node.processId, 'SIGSTOP')
      await delay(1000)
      process.kill(node.processId, 'SIGCONT')
      return
    }
    await node.end('SIGKILL')
    await node[Symbol.asyncDispose]()
    this.#nodes[index] = await this.#start()
  }

  async #endSessions(): Promise<void> {
    const client = clientOf(this.#database)
    await client.connect()
    await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdfast'",
    )
    await client.end()
  }
}
