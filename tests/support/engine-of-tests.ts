import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { StartServerOptions } from 'holdfast'
import { clientOf, databaseIn, startPostgresql, urlOf } from './postgresql-cluster.ts'

/** Set to `postgresql` it makes every server of a test that would be in memory one with its metadata in a database and its blobs in files. */
const WANTED = 'HOLDFAST_TEST_ENGINE'
/** Where the server of that database is. */
const FOLDER = 'HOLDFAST_TEST_POSTGRESQL'

/** Vitest's global setup: one PostgreSQL server for all tests, where they ask for it. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Each project of vitest.config.ts asks for it.
  if (process.env[WANTED] !== 'postgresql' || process.env[FOLDER] !== undefined) return undefined
  const cluster = await startPostgresql({ max_connections: '1000' })
  await chmod(cluster.folder, 0o777)
  process.env[FOLDER] = cluster.folder
  return async () => cluster[Symbol.asyncDispose]()
}

/** Where a test server keeps what it stores, if it was not told; `remove` takes it away again. */
export interface TestEngine {
  readonly options: Pick<StartServerOptions, 'dataDirectory' | 'metadata' | 'testing'>
  remove(): Promise<void>
}

export async function engineOfTests(): Promise<TestEngine | undefined> {
  const folder = process.env[FOLDER]
  if (folder === undefined) return undefined
  const server = await databaseIn(folder)
  const dataDirectory = await mkdtemp(join(folder, 'store-'))
  return {
    // Clocks of tests are moved.
    options: {
      dataDirectory,
      testing: { enabled: true },
      metadata: { engine: 'postgresql', url: urlOf(server), poolSize: 2 },
    },
    async remove() {
      const client = clientOf({ ...server, database: 'postgres' })
      await client.connect()
      await client.query(`drop database if exists ${server.database} with (force)`)
      await client.end()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}
