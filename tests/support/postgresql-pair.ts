import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresqlServer } from '../../packages/server/src/metadata/engines/postgresql/connection.ts'
import { freePort } from './free-port.ts'
import {
  clientOf,
  clusterFolder,
  copyCluster,
  initialize,
  PostgresqlProcess,
  USER,
} from './postgresql-cluster.ts'

const HOST = '127.0.0.1'
const CAUGHT_UP = `select count(*) from pg_stat_replication
  where sync_state = 'sync' and state = 'streaming' and replay_lsn >= pg_current_wal_lsn()`

interface Member {
  readonly port: number
  readonly data: string
  readonly process: PostgresqlProcess
}

/**
 * Two PostgreSQL servers of a test's own, on ports of the loopback: one takes writes, and acknowledges none that the other, its standby, has
 * not written down too.
 */
export class PostgresqlPair implements AsyncDisposable {
  readonly #folder: string
  #primary: Member
  #standby: Member

  private constructor(folder: string, primary: Member, standby: Member) {
    this.#folder = folder
    this.#primary = primary
    this.#standby = standby
  }

  static async start(): Promise<PostgresqlPair> {
    const folder = await clusterFolder()
    const [primary, standby] = [await memberIn(folder, 'one'), await memberIn(folder, 'two')]
    await initialize(primary.data)
    await primary.process.start()
    const pair = new PostgresqlPair(folder, primary, standby)
    // Its copies have it from the beginning: whoever is promoted waits for a standby.
    await pair.query("alter system set synchronous_standby_names = '*'")
    await pair.#addStandby()
    return pair
  }

  get ports(): readonly number[] {
    return [this.#primary, this.#standby].map(({ port }) => port).toSorted((one, other) => one - other)
  }

  async newDatabase(name: string): Promise<void> {
    await this.query(`create database ${name}`)
  }

  /** To the server that takes writes. */
  async query(text: string): Promise<readonly unknown[][]> {
    const client = clientOf(serverAt(this.#primary.port, 'postgres'))
    await client.connect()
    try {
      return (await client.query<unknown[]>({ text, rowMode: 'array' })).rows
    } finally {
      await client.end()
    }
  }

  /** Ends the one that takes writes, as a crash would. */
  kill(): Promise<void> {
    return this.#primary.process.kill()
  }

  /** Starts it again. */
  async restart(): Promise<void> {
    await this.#primary.process.start()
    // What it was asked to commit when it was killed can be seen now, and must not be lost by a failover.
    await this.#untilCaughtUp()
  }

  /** The one that takes writes is gone for good; the standby takes its place, and a new one follows it. */
  async failOver(): Promise<void> {
    const [old, standby] = [this.#primary, this.#standby]
    await old.process.kill()
    this.#primary = standby
    this.#standby = old
    await this.query('select pg_promote()')
    await rm(old.data, { recursive: true })
    await this.#addStandby()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#primary, this.#standby].map((member) => member.process.kill()))
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #addStandby(): Promise<void> {
    await copyCluster(this.#folder, this.#primary.port, this.#standby.data)
    await this.#standby.process.start()
    await this.query('select pg_reload_conf()')
    await this.#untilCaughtUp()
  }

  async #untilCaughtUp(): Promise<void> {
    for (let attempt = 0; attempt < 400; attempt++) {
      const [[count] = []] = await this.query(CAUGHT_UP)
      if (Number(count) > 0) return
      await delay(50)
    }
    throw new Error('the standby does not catch up')
  }
}

export function serverAt(port: number, database: string): PostgresqlServer {
  return { host: HOST, port, user: USER, database, password: async () => '' }
}

async function memberIn(folder: string, name: string): Promise<Member> {
  const [port, data] = [await freePort(), join(folder, name)]
  const settings = { port: String(port), listen_addresses: HOST, wal_retrieve_retry_interval: '200ms' }
  return { port, data, process: new PostgresqlProcess(folder, data, settings) }
}
