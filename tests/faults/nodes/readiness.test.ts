import { randomBytes } from 'node:crypto'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DatabaseProxy } from '../../support/database-proxy.ts'
import {
  type PostgresqlCluster,
  postgresqlPrograms,
  startPostgresql,
  urlOf,
} from '../../support/postgresql-cluster.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { type ServerProcess, spawnServerProcess, untilReady } from '../../support/server-process.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts'

const MOVED_CLOCK = fileURLToPath(new URL('moved-clock.ts', import.meta.url))
const PATIENCE = { timeout: 60_000, interval: 200 }

describe.skipIf(postgresqlPrograms() === undefined)('a node', { timeout: 150_000 }, () => {
  let cluster: PostgresqlCluster
  let proxy: DatabaseProxy
  let folder: TemporaryDirectory
  let url: string
  let first: ServerProcess
  const rootKey = randomBytes(32).toString('base64')
  let nodes = 0

  beforeAll(async () => {
    cluster = await startPostgresql()
    folder = await temporaryDirectory()
    const server = await cluster.newDatabase()
    proxy = await DatabaseProxy.to({ path: join(server.host, '.s.PGSQL.5432') })
    url = urlOf({ ...server, host: '127.0.0.1', port: proxy.port })
    first = await start()
    await untilReady(first, 60_000)
  }, 120_000)
  afterAll(async () => {
    await first[Symbol.asyncDispose]()
    await proxy[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
    await cluster[Symbol.asyncDispose]()
  })

  async function start(environment: Record<string, string> = {}): Promise<ServerProcess> {
    const dataDirectory = join(folder.path, `node-${nodes++}`)
    await mkdir(dataDirectory)
    return spawnServerProcess({
      dataDirectory,
      config: {
        metadata: { engine: 'postgresql', url },
        blobs: { engine: 'files', directory: join(folder.path, 'shared') },
      },
      environment: { HOLDFAST_ROOT_KEYS: rootKey, ...environment },
    })
  }

  async function refusal(environment: Record<string, string>): Promise<string> {
    await using node = await start(environment)
    expect((await node.ended).exitCode).not.toBe(0)
    return node.output()
  }

  it.each([
    ['another root key', randomBytes(32).toString('base64')],
    ['none', ''],
  ])('with %s does not start', async (_, key) => {
    expect(await refusal({ HOLDFAST_ROOT_KEYS: key })).toContain(
      'No root key that this store is sealed under',
    )
  })

  it.each([
    [-6000, 'behind'],
    [6000, 'ahead of'],
  ])('whose clock is %i ms off does not start, and says why', async (milliseconds, how) => {
    const clock = {
      NODE_OPTIONS: `--import ${MOVED_CLOCK}`,
      HOLDFAST_TEST_CLOCK_MILLISECONDS: `${milliseconds}`,
    }
    expect(await refusal(clock)).toContain(`s ${how} that of the database`)
  })

  it('that reaches no database is not ready, answers 503, and serves when it is back', async () => {
    proxy.cut()
    const { status, errorCode } = await rawRequest(first, { path: '/' })
    expect([status, errorCode]).toEqual([503, 'ServiceUnavailable'])
    await vi.waitFor(
      async () => expect(await readiness(first)).toMatch(/^503 not ready\nmetadata: /),
      PATIENCE,
    )
    proxy.heal('is lost')
    expect((await rawRequest(first, { path: '/' })).status).toBe(200)
    await vi.waitFor(async () => expect(await readiness(first)).toBe('200 ready\n'), PATIENCE)
  })

  it('that finds its blobs gone is not ready, and is again when they are back', async () => {
    const [shared, away] = [join(folder.path, 'shared'), join(folder.path, 'away')]
    await rename(shared, away)
    await vi.waitFor(
      async () =>
        expect(await readiness(first)).toMatch(/^503 not ready\n(.*\n)*blobs: the blobs are not there\n/),
      PATIENCE,
    )
    await rename(away, shared)
    await vi.waitFor(async () => expect(await readiness(first)).toBe('200 ready\n'), PATIENCE)
  })
})

async function readiness(node: ServerProcess): Promise<string> {
  const { status, text } = await rawRequest(node, { path: '/-/ready', anonymous: true })
  return `${status} ${text}`
}
