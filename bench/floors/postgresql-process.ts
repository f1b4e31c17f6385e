import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { byteaArray, int8Array } from '../../packages/server/src/metadata/engines/postgresql/binary-arrays.ts'
import {
  Connection,
  type PostgresqlServer,
  send,
} from '../../packages/server/src/metadata/engines/postgresql/connection.ts'
import { PrimaryFinder } from '../../packages/server/src/metadata/engines/postgresql/primary-finder.ts'
import { readMany } from '../../packages/server/src/metadata/engines/postgresql/reads.ts'
import { prepareTable } from '../../packages/server/src/metadata/engines/postgresql/schema.ts'
import { BEGIN, COMMIT, PUT } from '../../packages/server/src/metadata/engines/postgresql/statements.ts'
import type { Load } from '../load/load.ts'

// What the database does for the same rows through the same client, without S3: run by engines.ts, takes how to connect as its first message
// and answers with the port on which it is told to run.

const IN_FLIGHT = 64
const CONNECTIONS = 2
/** Of rows and their keys, as a PUT of 4 KiB writes them: its bytes, its place in the listing, its share of what the bucket holds. */
const INLINE = { keyBytes: 26, valueBytes: 4118 }
const CURRENT = { keyBytes: 43, valueBytes: 110 }
const SHARE = { keyBytes: 31, valueBytes: 47 }
const SHARES = 16
/** As a GET of 1 KiB reads them. */
const READ_BYTES = 1046
const READ_OBJECTS = 1000

interface Row {
  readonly key: Buffer
  readonly value: Buffer
}

interface Waiting {
  readonly rows: readonly Row[]
  readonly done: () => void
}

class Floor {
  readonly #connections: readonly Connection[]
  readonly #waiting: Waiting[] = []
  readonly #idle: Connection[]
  #stamp = 1

  constructor(server: PostgresqlServer) {
    const options = { servers: new PrimaryFinder([server]), answerMilliseconds: 30_000 }
    const settings = { synchronous_commit: 'on', bytea_output: 'hex', plan_cache_mode: 'force_generic_plan' }
    this.#connections = Array.from({ length: CONNECTIONS }, () => new Connection({ ...options, settings }))
    this.#idle = [...this.#connections]
  }

  async prepare(): Promise<void> {
    const [first] = this.#connections
    if (first) await prepareTable(first)
    for (let index = 0; index < READ_OBJECTS; index++) {
      await this.commit([
        { key: keyOf('bucket', 20), value: randomBytes(300) },
        { key: keyOf(`current ${index}`, CURRENT.keyBytes), value: randomBytes(CURRENT.valueBytes) },
        { key: keyOf(`inline ${index}`, INLINE.keyBytes), value: randomBytes(READ_BYTES) },
      ])
    }
  }

  /** With all others that wait: one transaction on each connection at a time. */
  commit(rows: readonly Row[]): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ rows, done })
      void this.#next()
    })
  }

  async #next(): Promise<void> {
    const connection = this.#idle.pop()
    if (!connection) return
    // What comes in the same turn goes along.
    await new Promise((resolve) => setImmediate(resolve))
    const group = this.#waiting.splice(0)
    if (group.length > 0) await this.#write(connection, group)
    this.#idle.push(connection)
    for (const { done } of group) done()
    if (this.#waiting.length > 0) void this.#next()
  }

  async #write(connection: Connection, group: readonly Waiting[]): Promise<void> {
    const rows = new Map(group.flatMap((one) => one.rows.map((row) => [row.key.toString('latin1'), row])))
    // In one order, so that no two wait for each other.
    const sorted = [...rows.values()].toSorted((one, other) => one.key.compare(other.key))
    const client = await connection.client()
    const keys = byteaArray(sorted.map(({ key }) => key))
    const stamps = int8Array(sorted.map(() => this.#stamp++))
    const values = byteaArray(sorted.map(({ value }) => value))
    await Promise.all([send(client, BEGIN), send(client, PUT, [keys, stamps, values]), send(client, COMMIT)])
  }

  async put(): Promise<void> {
    await this.commit([
      { key: randomBytes(INLINE.keyBytes), value: randomBytes(INLINE.valueBytes) },
      { key: randomBytes(CURRENT.keyBytes), value: randomBytes(CURRENT.valueBytes) },
      {
        key: keyOf(`share ${Math.floor(Math.random() * SHARES)}`, SHARE.keyBytes),
        value: randomBytes(SHARE.valueBytes),
      },
    ])
  }

  /** The bucket and the object, then its bytes. */
  async get(): Promise<void> {
    const index = Math.floor(Math.random() * READ_OBJECTS)
    const connection = this.#connections[index % CONNECTIONS]
    const client = await connection?.client()
    if (!client) return
    await readMany(client, [keyOf('bucket', 20), keyOf(`current ${index}`, CURRENT.keyBytes)])
    await readMany(client, [keyOf(`inline ${index}`, INLINE.keyBytes)])
  }

  async run(what: 'put' | 'get', seconds: number): Promise<Pick<Load, 'units' | 'seconds'>> {
    const begin = performance.now()
    const end = begin + seconds * 1000
    let units = 0
    const one = async (): Promise<void> => {
      for (; performance.now() < end; units++) await (what === 'put' ? this.put() : this.get())
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, one))
    return { units, seconds: (performance.now() - begin) / 1000 }
  }
}

function keyOf(name: string, bytes: number): Buffer {
  return Buffer.from(name.padEnd(bytes, '.'))
}

async function serve(server: Omit<PostgresqlServer, 'password'>): Promise<void> {
  const floor = new Floor({ ...server, password: async () => '' })
  await floor.prepare()
  const control = createServer((request, response) => {
    const [, what, seconds] = (request.url ?? '').split('/')
    const answer = async (): Promise<void> => {
      response.end(JSON.stringify(await floor.run(what === 'get' ? 'get' : 'put', Number(seconds))))
    }
    void answer()
  })
  control.listen(0, '127.0.0.1', () => process.send?.((control.address() as AddressInfo).port))
}

process.once('disconnect', () => process.exit())
process.once('message', (server: Omit<PostgresqlServer, 'password'>) => void serve(server))
