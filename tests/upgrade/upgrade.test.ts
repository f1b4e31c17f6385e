import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import { FORMAT_VERSION } from '../../packages/server/src/metadata/store-format.ts'
import { formatTable } from '../../packages/server/src/metadata/tables/tables.ts'
import { readRow, transact } from '../../packages/server/src/metadata/transaction.ts'
import { mainAccount, otherAccount } from '../support/accounts.ts'
import { executable } from '../support/executable.ts'
import { readTree } from '../support/file-tree.ts'
import { runCommand } from '../support/run-command.ts'
import { s3Client } from '../support/s3-client.ts'
import { startTestServer } from '../support/server.ts'
import { spawnServerProcess, startServerProcess } from '../support/server-process.ts'
import { allOfStore } from './all-of-store.ts'
import { change, names, unpacked } from './older-store.ts'

const NEWER = FORMAT_VERSION + 1
const REFUSAL = `has format ${NEWER}; this version of Holdfast reads formats up to ${FORMAT_VERSION}.`

type Unpacked = Awaited<ReturnType<typeof unpacked>>

function holdfast({ at }: Unpacked, ...words: string[]) {
  const line = [executable, ...words, '--data', at('data'), '--config', at('config.json')]
  return runCommand(process.execPath, line, { allowFailure: true })
}

describe.each(names)('a store of %s', (name) => {
  it(
    'is told of by today’s server as by the one that wrote it, and written',
    { timeout: 60_000 },
    async () => {
      await using old = await unpacked(name)
      {
        await using server = await startServerProcess({ dataDirectory: old.at('data') })
        const client = s3Client(server)
        expect(await allOfStore(client)).toMatchObject(old.told)
        const asUser = s3Client(server, { credentials: old.userKey ?? server.credentials })
        expect((await asUser.send(new ListBucketsCommand())).Buckets).toHaveLength(3)
        await change(client, old.told)
        await server.end('SIGTERM')
      }
      const { exitCode, text } = await holdfast(old, 'scrub')
      expect([exitCode, text]).toEqual([0, expect.not.stringContaining('DAMAGED')])
    },
  )

  it('is brought to the format of today, and is the same', { timeout: 60_000 }, async () => {
    await using old = await unpacked(name)
    const options = { dataDirectory: old.at('data'), accounts: [mainAccount, otherAccount] }
    {
      await using server = await startTestServer(options)
      // Time for other processes to show themselves, and for the worker that writes rows anew.
      for (let minute = 0; minute < 10; minute++) {
        server.clock.advance(60_000)
        await server.settle()
      }
      await server.settle()
      expect(await allOfStore(s3Client(server))).toMatchObject(old.told)
    }
    await using metadata = await openLmdb({ path: old.at('data', 'metadata') })
    expect(await readRow(metadata, formatTable)).toEqual({ version: FORMAT_VERSION })
  })
})

describe('a backup that an older version made', () => {
  const name = 'format-2-backup'

  it('is restored, held against its store, and added to', { timeout: 60_000 }, async () => {
    await using old = await unpacked(name)
    const verified = await holdfast(old, 'verify', old.at('backup'))
    expect([verified.exitCode, verified.stderr]).toEqual([0, ''])
    const added = await holdfast(old, 'backup', old.at('backup'))
    expect([added.exitCode, added.text]).toEqual([0, expect.stringMatching(/^Moment 2: /)])
    const restored = old.at('restored')
    const line = [executable, 'restore', old.at('backup'), '--data', restored, '--moment', '1']
    await runCommand(process.execPath, line)
    await cp(old.at('data', 'root-keys'), join(restored, 'root-keys'), { recursive: true })
    await using server = await startServerProcess({ dataDirectory: restored })
    expect(await allOfStore(s3Client(server))).toMatchObject(old.told)
  })

  it('is refused, in words, where a newer version made it', async () => {
    await using old = await unpacked(name)
    const file = old.at('backup', 'backup.json')
    await writeFile(file, (await readFile(file, 'utf8')).replace('"version":1', '"version":99'))
    const line = [executable, 'restore', old.at('backup'), '--data', old.at('restored')]
    const said = await runCommand(process.execPath, line, { allowFailure: true })
    expect([said.exitCode, said.stderr]).toEqual([
      1,
      expect.stringContaining('was made by a newer version of Holdfast'),
    ])
  })
})

it(
  'a store of a newer format is refused in words by whatever opens it, and every byte stays',
  { timeout: 60_000 },
  async () => {
    await using old = await unpacked('format-2-first')
    {
      await using metadata = await openLmdb({ path: old.at('data', 'metadata') })
      await transact(metadata, async (transaction) => transaction.put(formatTable, [], { version: NEWER }))
    }
    const before = await bytesOf(old)
    await using server = await spawnServerProcess({ dataDirectory: old.at('data') })
    expect(await server.ended).toMatchObject({ exitCode: 1 })
    expect(server.output()).toContain(REFUSAL)
    for (const command of [
      ['scrub'],
      ['repair', '--yes'],
      ['backup', old.at('backup')],
      ['accounts', 'list'],
      ['doctor'],
    ]) {
      const said = await holdfast(old, ...command)
      const words = [command, 1, expect.stringContaining(REFUSAL)]
      expect([command, said.exitCode, said.text + said.stderr]).toEqual(words)
    }
    expect(await bytesOf(old)).toEqual(before)
  },
)

async function bytesOf({ at }: Unpacked): Promise<Map<string, string>> {
  const tree = new Map(await readTree(at('data')))
  tree.delete(join('metadata', 'lock.mdb'))
  return tree
}
