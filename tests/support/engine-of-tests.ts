import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { RadosPool } from '../../packages/server/src/blobs/engines/ceph/rados-pool.ts'
import type { StartServerOptions } from 'holdfast'
import { CEPH_POOL, CEPH_USER, startCeph } from './ceph-cluster.ts'
import { clientOf, databaseIn, startPostgresql, urlOf } from './postgresql-cluster.ts'

/**
 * Set to `postgresql` it makes every server of a test that would be in memory one with its metadata in a database and its blobs in files;
 * to `postgresql+ceph`, in a pool of Ceph.
 */
const WANTED = 'HOLDFAST_TEST_ENGINE'
/** Where the server of that database is. */
const FOLDER = 'HOLDFAST_TEST_POSTGRESQL'
/** Ceph's config file. */
const CEPH = 'HOLDFAST_TEST_CEPH'

/** Vitest's global setup: one PostgreSQL server for all tests, and one Ceph, where they ask for it. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  const wanted = (process.env[WANTED] ?? '').split('+')
  // Each project of vitest.config.ts asks for it.
  if (!wanted.includes('postgresql') || process.env[FOLDER] !== undefined) return undefined
  await using stack = new AsyncDisposableStack()
  const cluster = stack.use(await startPostgresql({ max_connections: '1000' }))
  await chmod(cluster.folder, 0o777)
  process.env[FOLDER] = cluster.folder
  if (wanted.includes('ceph')) process.env[CEPH] = stack.use(await startCeph()).configFile
  const clusters = stack.move()
  return () => clusters.disposeAsync()
}

/** Where a test server keeps what it stores, if it was not told; `remove` takes it away again. */
export interface TestEngine {
  readonly options: Pick<StartServerOptions, 'dataDirectory' | 'metadata' | 'blobs' | 'testing'>
  remove(): Promise<void>
}

export async function engineOfTests(): Promise<TestEngine | undefined> {
  const folder = process.env[FOLDER]
  if (folder === undefined) return undefined
  const server = await databaseIn(folder)
  const dataDirectory = await mkdtemp(join(folder, 'store-'))
  const pool = poolOf(process.env[CEPH])
  return {
    // Clocks of tests are moved.
    options: {
      dataDirectory,
      testing: { enabled: true },
      metadata: { engine: 'postgresql', url: urlOf(server), poolSize: 2 },
      ...(pool && { blobs: { engine: 'ceph', ...pool } }),
    },
    async remove() {
      const client = clientOf({ ...server, database: 'postgres' })
      await client.connect()
      await client.query(`drop database if exists ${server.database} with (force)`)
      await client.end()
      await rm(dataDirectory, { recursive: true, force: true })
      if (pool) await empty(pool)
    },
  }
}

interface Pool {
  readonly configFile: string
  readonly pool: string
  readonly user: string
  readonly namespace: string
}

/** A part of it that no other test uses. */
function poolOf(configFile: string | undefined): Pool | undefined {
  if (configFile === undefined) return undefined
  return { configFile, pool: CEPH_POOL, user: CEPH_USER, namespace: crypto.randomUUID() }
}

/** They are in memory. */
async function empty(options: Pool): Promise<void> {
  await using pool = await RadosPool.open(options)
  for await (const names of pool.pages(1000)) {
    await Promise.all(names.map((name) => pool.change(name, { remove: true })))
  }
}
