import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgresql } from '../../packages/server/src/metadata/engines/postgresql/postgresql.ts'
import { ALL_KEYS } from '../../packages/server/src/metadata/key-limits.ts'
import type { OrderedStore } from '../../packages/server/src/metadata/ordered-store.ts'
import { UNFINISHED_FORMAT } from '../../packages/server/src/metadata/store-format.ts'
import { storeIdentity } from '../../packages/server/src/metadata/tables/identity-tables.ts'
import { formatTable } from '../../packages/server/src/metadata/tables/tables.ts'
import { putOf, readRow } from '../../packages/server/src/metadata/transaction.ts'
import {
  type PostgresqlCluster,
  postgresqlPrograms,
  startPostgresql,
  urlOf,
} from '../support/postgresql-cluster.ts'
import { mainAccount, otherAccount, testRegion } from '../support/accounts.ts'
import { getObject, listKeys, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { executable } from '../support/executable.ts'
import { startTestServer } from '../support/server.ts'
import { copyOfBackup, makeBackup } from './backed-up-folder.ts'
import { BUCKET, contentsOf, holdfast } from './damaged-folder.ts'
import type { TemporaryDirectory } from '../support/temporary-directory.ts'

async function allOf(store: OrderedStore): Promise<string[]> {
  const entries = await store.scan({ ...ALL_KEYS, limit: 100_000 })
  return entries.map(({ key, stamp }) => `${Buffer.from(key).toString('hex')} ${stamp}`)
}

describe.skipIf(postgresqlPrograms() === undefined)('a backup as the way between engines', () => {
  let cluster: PostgresqlCluster
  let made: TemporaryDirectory
  beforeAll(async () => {
    cluster = await startPostgresql()
    made = await makeBackup()
  }, 60_000)
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]()
    await made[Symbol.asyncDispose]()
  })

  /** A folder with a store and its backup, and the config of one in an empty database. */
  async function prepared() {
    const at = await copyOfBackup(made)
    const database = await cluster.newDatabase()
    const metadata = { engine: 'postgresql' as const, url: urlOf(database) }
    const config = join(at.data, '..', 'database.json')
    const accounts = [mainAccount, otherAccount]
    await writeFile(config, JSON.stringify({ region: testRegion, accounts, metadata }))
    return { ...at, config, database, metadata, back: join(at.data, '..', 'back') }
  }

  it('goes from a file into a database, and back', { timeout: 120_000 }, async () => {
    await using at = await prepared()
    const restored = await holdfast(at.restored, 'restore', at.backup, '--config', at.config)
    expect([restored.exitCode, restored.stderr]).toEqual([0, ''])
    await cp(join(at.data, 'root-keys'), join(at.restored, 'root-keys'), { recursive: true })
    const before = await contentsOf(at.data)
    {
      await using server = await startTestServer({
        dataDirectory: at.restored,
        metadata: at.metadata,
        testing: { enabled: true },
      })
      const found: Record<string, string> = {}
      for (const key of await listKeys(server, BUCKET)) {
        const { status, body } = await getObject(server, BUCKET, key)
        found[key] = `${status} ${body.toString('base64')}`
      }
      expect(found).toEqual(before)
      await putObject(server, BUCKET, 'of the database', contentOf('new', 200_000))
    }
    const back = join(at.back, 'backup')
    const taken = await holdfast(at.restored, 'backup', back, '--config', at.config)
    expect([taken.exitCode, taken.stderr]).toEqual([0, ''])
    const file = join(at.back, 'data')
    expect((await holdfast(file, 'restore', back)).exitCode).toBe(0)
    await cp(join(at.data, 'root-keys'), join(file, 'root-keys'), { recursive: true })
    const after = `200 ${contentOf('new', 200_000).toString('base64')}`
    expect(await contentsOf(file)).toEqual({ ...before, 'of the database': after })
  })

  it('is found well by holdfast doctor in a database', { timeout: 60_000 }, async () => {
    await using at = await prepared()
    await holdfast(at.restored, 'restore', at.backup, '--config', at.config)
    await cp(join(at.data, 'root-keys'), join(at.restored, 'root-keys'), { recursive: true })
    const options = { dataDirectory: at.restored, metadata: at.metadata }
    await (await startTestServer(options))[Symbol.asyncDispose]()
    const { text } = await holdfast(at.restored, 'doctor', '--config', at.config)
    expect(text).toContain('All pieces of the store are there.')
    expect(text).not.toContain('missing')
  })

  it('leaves a database alone that holds a store', { timeout: 60_000 }, async () => {
    await using at = await prepared()
    await holdfast(at.restored, 'restore', at.backup, '--config', at.config)
    const again = await holdfast(join(at.back, 'data'), 'restore', at.backup, '--config', at.config)
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('holds a store already')])
  })

  it(
    'that goes on takes no other database of the same store for its own work',
    { timeout: 60_000 },
    async () => {
      await using at = await prepared()
      expect((await holdfast(at.restored, 'restore', at.backup, '--config', at.config)).exitCode).toBe(0)
      await using store = await openPostgresql({ servers: [at.database] })
      const identity = await readRow(store, storeIdentity)
      const begun = { storeId: identity?.storeId, moment: 1, backup: at.backup, token: identity?.restoration }
      const goOn = async (data: string, restoration: object) => {
        await mkdir(data, { recursive: true })
        await writeFile(join(data, 'restoring.json'), JSON.stringify(restoration))
        return holdfast(data, 'restore', at.backup, '--config', at.config)
      }
      // As it is where a run was killed after its last row.
      expect((await goOn(at.restored, begun)).exitCode).toBe(0)
      const live = await allOf(store)
      const other = join(at.back, 'other')
      for (const token of [undefined, 'of a run into another database']) {
        const { exitCode, stderr } = await goOn(other, { ...begun, token })
        expect([exitCode, stderr]).toEqual([1, expect.stringContaining('holds a store already')])
        expect(await readdir(other)).toEqual(['restoring.json'])
      }
      await mkdir(join(other, 'metadata'))
      const inFolder = await goOn(other, begun)
      expect([inFolder.exitCode, inFolder.stderr]).toEqual([
        1,
        expect.stringContaining('and the config names a database'),
      ])
      expect(await allOf(store)).toEqual(live)
    },
  )

  it('goes on where it was killed, again and again', { timeout: 120_000 }, async () => {
    await using at = await prepared()
    const command = [executable, 'restore', at.backup, '--data', at.restored, '--config', at.config]
    for (const milliseconds of [350, 450, 550, 650, 800]) {
      const child = spawn(process.execPath, command, { stdio: 'ignore' })
      const ended = once(child, 'exit')
      await delay(milliseconds)
      child.kill('SIGKILL')
      await ended
    }
    const { exitCode, stderr } = await holdfast(at.restored, 'restore', at.backup, '--config', at.config)
    // One that was quick enough was done.
    expect(exitCode === 0 || stderr.includes('is not empty')).toBe(true)
    await cp(join(at.data, 'root-keys'), join(at.restored, 'root-keys'), { recursive: true })
    const scrub = await holdfast(at.restored, 'scrub', '--config', at.config)
    expect(scrub.text).toMatch(/ 0 unreadable\.\n.* 0 damaged\.$/m)
  })

  it(
    'goes on where it was cut off, and until then no server opens the database',
    { timeout: 60_000 },
    async () => {
      await using at = await prepared()
      {
        // As far as a run comes that is killed at once: some rows, and no format that anybody reads.
        await using store = await openPostgresql({ servers: [at.database] })
        const format = putOf(store, formatTable, [], { version: UNFINISHED_FORMAT })
        const stray = { key: Buffer.from('zz'), value: Buffer.from('half') }
        await store.commit({ expect: [], put: [format, stray], remove: [] })
      }
      const options = { dataDirectory: join(at.back, 'other'), metadata: at.metadata }
      await expect(startTestServer(options)).rejects.toThrow('not finished')
      const { exitCode, stderr } = await holdfast(at.restored, 'restore', at.backup, '--config', at.config)
      expect([exitCode, stderr]).toEqual([0, ''])
      await cp(join(at.data, 'root-keys'), join(at.restored, 'root-keys'), { recursive: true })
      const scrub = await holdfast(at.restored, 'scrub', '--config', at.config)
      expect(scrub.text).toMatch(/ 0 unreadable\.\n.* 0 damaged\.$/m)
    },
  )
})
