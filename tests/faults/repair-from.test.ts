import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeKeys } from '../../packages/server/src/metadata/tables/kms-tables.ts'
import {
  blobReferences,
  bucketDocuments,
  buckets,
  current,
  inlineBytes,
  partLists,
  parts,
  versions,
} from '../../packages/server/src/metadata/tables/tables.ts'
import type { Table } from '../../packages/server/src/metadata/table.ts'
import { blobFiles } from '../support/blob-files.ts'
import { getObject, listKeys, putObject } from '../support/buckets.ts'
import { startTestServer } from '../support/server.ts'
import { startServerProcess } from '../support/server-process.ts'
import type { TemporaryDirectory } from '../support/temporary-directory.ts'
import { copyOfBackup, makeBackup } from './backed-up-folder.ts'
import { BUCKET, damage, holdfast } from './damaged-folder.ts'

let made: TemporaryDirectory
beforeAll(async () => {
  made = await makeBackup()
}, 60_000)
afterAll(() => made[Symbol.asyncDispose]())

const prepared = () => copyOfBackup(made)

async function bodies(dataDirectory: string): Promise<string[]> {
  await using server = await startTestServer({ dataDirectory })
  const found: string[] = []
  for (const key of await listKeys(server, BUCKET)) {
    const { status, body } = await getObject(server, BUCKET, key)
    found.push(`${key} ${status} ${body.toString('base64')}`)
  }
  return found
}

/** Turns bits over on the disk, where no store knows of it: stamps stay as they are. */
async function flipOnDisk(data: string, table: Pick<Table<never, unknown>, 'range'>): Promise<number> {
  const values: Uint8Array[] = []
  await damage(data, async (store) => {
    for (const { value } of await store.entries(table)) values.push(value)
  })
  const path = join(data, 'metadata', 'data.mdb')
  const file = await readFile(path)
  for (const value of values) {
    for (let at = file.indexOf(value); at >= 0; at = file.indexOf(value, at + 1)) {
      const middle = at + Math.floor(value.length / 2)
      file.writeUInt8(file.readUInt8(middle) ^ 1, middle)
    }
  }
  await writeFile(path, file)
  return values.length
}

describe('repair --from puts back, as it was, what is damaged', () => {
  it.each([
    ['current', current],
    ['versions', versions],
    ['parts', parts],
    ['partLists', partLists],
    ['inlineBytes', inlineBytes],
    ['blobReferences', blobReferences],
    ['buckets', buckets],
    ['bucketDocuments', bucketDocuments],
    ['storeKeys', storeKeys],
  ] as const)(
    'rows of %s',
    async (name, table) => {
      await using at = await prepared()
      const before = await bodies(at.data)
      const count = await flipOnDisk(at.data, table)
      expect((await holdfast(at.data, 'verify', at.backup)).text).toContain(
        `WRONG in the store: Row of ${name} `,
      )
      const { exitCode, text, stderr } = await holdfast(at.data, 'repair', '--from', at.backup)
      expect([exitCode, stderr]).toEqual([0, ''])
      expect(text.match(/^PUT BACK Row of /gm)).toHaveLength(count)
      expect(text).toMatch(/^Nothing is to be taken out\.$/m)
      expect((await holdfast(at.data, 'verify', at.backup)).exitCode).toBe(0)
      expect(await bodies(at.data)).toEqual(before)
    },
    60_000,
  )

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['that are longer', (path) => appendFile(path, 'x')],
    ['with other bytes', async (path) => writeFile(path, (await readFile(path)).fill(0, 10, 20))],
    ['that are gone', (path) => rm(path)],
  ])(
    'blobs %s',
    async (_name, spoil) => {
      await using at = await prepared()
      const before = await bodies(at.data)
      const files = await blobFiles(at.data)
      for (const { path } of files) await spoil(path)
      expect((await holdfast(at.data, 'verify', at.backup)).text).toContain('WRONG in the store: Blob ')
      const { exitCode, text } = await holdfast(at.data, 'repair', '--from', at.backup)
      expect([exitCode, text.match(/^PUT BACK Blob /gm)?.length]).toEqual([0, files.length])
      expect(text).toMatch(/^Nothing is to be taken out\.$/m)
      expect(await bodies(at.data)).toEqual(before)
    },
    60_000,
  )
})

it('what was written since the backup stays, and what the backup does not have is taken out as before', async () => {
  await using at = await prepared()
  {
    await using server = await startTestServer({ dataDirectory: at.data })
    await putObject(server, BUCKET, 'small', 'newer')
    await putObject(server, BUCKET, 'later', Buffer.alloc(100_000, 'later'))
  }
  for (const { path } of await blobFiles(at.data)) await appendFile(path, 'x')
  const { exitCode, text } = await holdfast(at.data, 'repair', '--yes', '--from', at.backup)
  expect([exitCode, text]).toEqual([0, expect.stringMatching(/^TO REMOVE scrubbed\/later /m)])
  await using server = await startTestServer({ dataDirectory: at.data })
  expect((await getObject(server, BUCKET, 'small')).text).toBe('newer')
  expect((await getObject(server, BUCKET, 'large')).status).toBe(200)
  expect(await listKeys(server, BUCKET)).toEqual(['large', 'other', 'parts', 'small', 'versions'])
}, 60_000)

it('a backup that is damaged itself mends nothing with what is damaged', async () => {
  await using at = await prepared()
  for (const { path } of await blobFiles(at.data)) await appendFile(path, 'x')
  await rm(join(at.backup, 'blobs'), { recursive: true })
  const { exitCode, text } = await holdfast(at.data, 'repair', '--from', at.backup)
  expect([exitCode, text]).toEqual([
    1,
    expect.stringMatching(/^WRONG in the backup: Blob \w+: it is missing\.$/m),
  ])
  expect(text).toMatch(/^0 rows and blobs were put back\.$/m)
  expect(text).toMatch(/^TO REMOVE scrubbed\/large /m)
}, 60_000)

it('refuses beside a running server', async () => {
  await using at = await prepared()
  await using _ = await startServerProcess({ dataDirectory: at.data })
  const { exitCode, stderr } = await holdfast(at.data, 'repair', '--from', at.backup)
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Stop it first')])
}, 60_000)
