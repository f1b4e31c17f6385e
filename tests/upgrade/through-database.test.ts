import { cp, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgresql } from '../../packages/server/src/metadata/engines/postgresql/postgresql.ts'
import { FORMAT_VERSION } from '../../packages/server/src/metadata/store-format.ts'
import { formatTable } from '../../packages/server/src/metadata/tables/tables.ts'
import { readRow } from '../../packages/server/src/metadata/transaction.ts'
import { holdfast } from '../faults/damaged-folder.ts'
import { mainAccount, otherAccount, testRegion } from '../support/accounts.ts'
import { getObject, putObject } from '../support/buckets.ts'
import { executable } from '../support/executable.ts'
import {
  type PostgresqlCluster,
  postgresqlPrograms,
  startPostgresql,
  urlOf,
} from '../support/postgresql-cluster.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { s3Client } from '../support/s3-client.ts'
import { startTestServer } from '../support/server.ts'
import { allOfStore } from './all-of-store.ts'
import { change, unpacked } from './older-store.ts'

const accounts = [mainAccount, otherAccount]

/** What a server in a folder tells of its store. */
async function toldOf(dataDirectory: string): Promise<Record<string, unknown>> {
  await using server = await startTestServer({ dataDirectory })
  expect((await getObject(server, 'plain', 'before')).text).toBe('as the older version writes')
  return await allOfStore(s3Client(server))
}

describe.skipIf(postgresqlPrograms() === undefined)('an older store and a database', () => {
  let cluster: PostgresqlCluster
  beforeAll(async () => void (cluster = await startPostgresql()), 60_000)
  afterAll(() => cluster[Symbol.asyncDispose]())

  it.each(['format-1-last', 'format-2-last'])(
    '%s is copied into it, brought to the format of today there, and comes back by a backup and by a copy',
    { timeout: 120_000 },
    async (name) => {
      await using old = await unpacked(name)
      const { at, told } = old
      const database = await cluster.newDatabase()
      const metadata = { engine: 'postgresql' as const, url: urlOf(database) }
      const [inFolder, inDatabase] = [at('config.json'), at('database.json')]
      await writeFile(inDatabase, JSON.stringify({ region: testRegion, accounts, metadata }))
      for (const folder of ['shared', 'back', 'restored'])
        await cp(at('data', 'root-keys'), at(folder, 'root-keys'), { recursive: true })
      const done = async (command: Promise<CommandResult>): Promise<void> => {
        const { exitCode, stderr, text } = await command
        expect([exitCode, stderr, text]).toEqual([0, '', expect.any(String)])
      }
      const copy = (from: readonly [string, string], to: readonly [string, string]) => {
        const places = ['--from-data', from[0], '--from', from[1], '--to-data', to[0], '--to', to[1]]
        return runCommand(process.execPath, [executable, 'copy-store', ...places], { allowFailure: true })
      }
      const format = async (): Promise<unknown> => {
        await using store = await openPostgresql({ servers: [database] })
        return await readRow(store, formatTable)
      }
      // Stores of format 1 had no id: a copy asks for a start, which gives them one.
      await (await startTestServer({ dataDirectory: at('data') }))[Symbol.asyncDispose]()
      await done(copy([at('data'), inFolder], [at('shared'), inDatabase]))
      expect(await format()).toEqual({ version: Number(/\d/.exec(name)?.[0]) })
      let after: Record<string, unknown>
      {
        const options = { dataDirectory: at('shared'), metadata, testing: { enabled: true } }
        await using server = await startTestServer(options)
        const client = s3Client(server)
        expect(await allOfStore(client)).toMatchObject(told)
        await putObject(server, 'plain', 'before', 'as the older version writes')
        // Time for other processes to show themselves, and for the worker that writes rows anew.
        for (let minute = 0; minute < 10; minute++) {
          server.clock.advance(60_000)
          await server.settle()
        }
        await change(client, told)
        after = await allOfStore(client)
      }
      expect(await format()).toEqual({ version: FORMAT_VERSION })
      const [shared, restored, backup] = [at('shared'), at('restored'), at('of the database')]
      await done(holdfast(shared, 'backup', backup, '--config', inDatabase))
      await done(holdfast(shared, 'verify', backup, '--config', inDatabase))
      await done(holdfast(restored, 'restore', backup))
      expect(await toldOf(restored)).toEqual(after)
      await done(copy([shared, inDatabase], [at('back'), inFolder]))
      expect(await toldOf(at('back'))).toEqual(after)
      for (const folder of [restored, at('back')]) {
        const { text } = await holdfast(folder, 'scrub', '--config', inFolder)
        expect(text).toMatch(/ 0 unreadable\.\n.* 0 damaged\.$/m)
      }
    },
  )
})
