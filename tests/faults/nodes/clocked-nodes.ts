import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { TestServer } from 'holdfast'
import { MovableClock } from '../../../packages/server/src/base/clock.ts'
import type { Credentials } from '../../support/accounts.ts'
import { clientOf, type PostgresqlCluster, urlOf } from '../../support/postgresql-cluster.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import type { ModelServer } from '../../model/model-server.ts'

/** Where names are looked for before PostgreSQL's own: its clock, too. */
const CLOCK = [
  'create schema clock',
  'create table clock.shown (time timestamptz not null)',
  'insert into clock.shown values (now())',
  `create function clock.clock_timestamp() returns timestamptz language sql volatile as 'select time from clock.shown'`,
]

/**
 * Nodes on one database whose clock, like theirs, stands still and is set; each node's is ahead of it, or behind, by so much. Each request goes to the
 * next of them.
 */
export class ClockedNodes implements ModelServer, AsyncDisposable {
  readonly #nodes: readonly TestServer[]
  readonly #apartMilliseconds: readonly number[]
  readonly #showDatabase: (time: Date) => Promise<void>
  readonly #stack: AsyncDisposableStack
  readonly credentials: Credentials
  #time: Date
  #requests = 0

  static async start(
    cluster: PostgresqlCluster,
    apartMilliseconds: readonly number[],
    time: Date,
  ): Promise<ClockedNodes> {
    await using stack = new AsyncDisposableStack()
    const database = await cluster.newDatabase()
    const admin = clientOf(database)
    await admin.connect()
    stack.defer(() => admin.end())
    for (const statement of CLOCK) await admin.query(statement)
    await admin.query(`alter database ${database.database} set search_path = public, clock, pg_catalog`)
    const show = async (shown: Date): Promise<void> =>
      void (await admin.query('update clock.shown set time = $1', [shown.toISOString()]))
    await show(time)
    const folder = stack.use(await temporaryDirectory())
    const rootKeys = [randomBytes(32).toString('base64')]
    const nodes: TestServer[] = []
    for (const [index, apart] of apartMilliseconds.entries()) {
      const node = await startTestServer({
        clock: new MovableClock(new Date(time.getTime() + apart)),
        dataDirectory: join(folder.path, `node-${index}`),
        metadata: { engine: 'postgresql', url: urlOf(database), poolSize: 2 },
        blobs: { engine: 'files', directory: join(folder.path, 'shared') },
        keySecrets: { rootKeys },
        minimumPartBytes: 1,
        newBuckets: { blockPublicAccess: false },
      })
      nodes.push(stack.use(node))
    }
    return new ClockedNodes(nodes, apartMilliseconds, show, time, stack.move())
  }

  private constructor(
    nodes: readonly TestServer[],
    apartMilliseconds: readonly number[],
    showDatabase: (time: Date) => Promise<void>,
    time: Date,
    stack: AsyncDisposableStack,
  ) {
    this.#nodes = nodes
    this.#apartMilliseconds = apartMilliseconds
    this.#showDatabase = showDatabase
    this.#time = time
    this.#stack = stack
    this.credentials = this.#node(0).credentials
  }

  get url(): string {
    return this.#node(this.#requests++).url
  }

  now(): Date {
    return this.#time
  }

  async setTime(time: Date): Promise<void> {
    // Nobody commits while the clocks are being set, one after the other.
    await this.#settle()
    await this.#showDatabase(time)
    this.#time = time
    for (const [index, apart] of this.#apartMilliseconds.entries())
      this.#node(index).clock.set(new Date(time.getTime() + apart))
    await this.#settle()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync()
  }

  async #settle(): Promise<void> {
    for (const node of this.#nodes) await node.settle()
  }

  #node(number: number): TestServer {
    const node = this.#nodes[number % this.#nodes.length]
    if (!node) throw new Error('no node runs')
    return node
  }
}
