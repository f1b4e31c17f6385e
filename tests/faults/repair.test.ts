import { appendFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  blobReferences,
  bucketDocuments,
  buckets,
  current,
  inlineBytes,
  ownedBuckets,
  partLists,
  parts,
  uploads,
  versionHeads,
  versions,
} from '../../packages/server/src/metadata/tables/tables.ts'
import { storeKeys } from '../../packages/server/src/metadata/tables/kms-tables.ts'
import { blobFiles } from '../support/blob-files.ts'
import { getObject, listKeys } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest, xmlTexts } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { BUCKET, copyOf, damage, holdfast, LARGE_BYTES, makeStore, removeAll } from './damaged-folder.ts'
import { sweep } from './sweep.ts'

let made: Awaited<ReturnType<typeof temporaryDirectory>>
beforeAll(async () => {
  made = await temporaryDirectory()
  await makeStore(made.path)
}, 60_000)
afterAll(() => made[Symbol.asyncDispose]())

/** What a server shows of a folder. */
async function shown(dataDirectory: string): Promise<{ keys: string[]; faults: string[]; blobs: number }> {
  await sweep(dataDirectory)
  await using server = await startTestServer({ dataDirectory })
  const keys = await listKeys(server, BUCKET)
  const faults: string[] = []
  for (const key of keys) if ((await getObject(server, BUCKET, key)).status !== 200) faults.push(key)
  return { keys, faults, blobs: (await blobFiles(dataDirectory)).length }
}

const ALL = ['large', 'other', 'parts', 'small', 'versions']
const without = (...gone: string[]): string[] => ALL.filter((key) => !gone.includes(key))

describe('repair takes out what is beyond reading, and nothing else', () => {
  it.each([
    // Whatever is shown again was whole: an older version is the newest now, counts are counted anew.
    ['current rows', current, ['versions'], 1],
    ['older versions', versions, ALL, 3],
    ['heads of versions', versionHeads, ALL, 3],
    ['uploads', uploads, ALL, 2],
    ['parts of an open upload', parts, ALL, 2],
    ['part lists', partLists, without('parts'), 2],
    ['inline bytes', inlineBytes, ['large', 'parts'], 3],
    ['references to blobs', blobReferences, ALL, 3],
    ['buckets of accounts', ownedBuckets, ALL, 3],
  ] as const)(
    '%s',
    async (_name, table, keys, blobs) => {
      await using folder = await copyOf(made)
      await damage(folder.path, (store) => store.flip(table))
      const { exitCode, text } = await holdfast(folder.path, 'repair', '--yes')
      expect([exitCode, text]).toEqual([0, expect.stringMatching(/^TO REMOVE row of /m)])
      expect(text).toMatch(/^\d+ rows and \d+ objects were taken out\.$/m)
      const after = await holdfast(folder.path, 'scrub')
      expect([after.exitCode, after.text]).toEqual([0, expect.stringMatching(/ 0 damaged\.$/m)])
      expect(await shown(folder.path)).toEqual({ keys: [...keys], faults: [], blobs })
    },
    120_000,
  )

  it('references that are missing are there again, and nothing is taken out', async () => {
    await using folder = await copyOf(made)
    await damage(folder.path, removeAll(blobReferences))
    const { exitCode, text } = await holdfast(folder.path, 'repair', '--yes')
    expect([exitCode, text]).toEqual([0, expect.stringMatching(/^0 rows and 0 objects were taken out\.$/m)])
    expect(text).toMatch(/^2 objects are whole again\.$/m)
    expect(await shown(folder.path)).toEqual({ keys: ALL, faults: [], blobs: 3 })
  }, 120_000)

  it('objects whose blobs are not what they were', async () => {
    await using folder = await copyOf(made)
    for (const { path } of await blobFiles(folder.path)) await appendFile(path, 'x')
    expect((await holdfast(folder.path, 'repair', '--yes')).exitCode).toBe(0)
    // The blob of the open upload nobody has asked for yet.
    expect(await shown(folder.path)).toEqual({ keys: without('large', 'parts'), faults: [], blobs: 1 })
  }, 120_000)
})

describe('repair leaves what hangs together with more, or may come back', () => {
  it.each([
    ['buckets', buckets],
    ['settings of buckets', bucketDocuments],
    ['store keys', storeKeys],
  ] as const)(
    '%s',
    async (_name, table) => {
      await using folder = await copyOf(made)
      await damage(folder.path, (store) => store.flip(table))
      const { exitCode, text } = await holdfast(folder.path, 'repair', '--yes')
      expect([exitCode, text]).toEqual([1, expect.stringMatching(/^LEFT AS IT IS row of /m)])
      expect(text).toMatch(/^Nothing is to be taken out\.$/m)
      await damage(folder.path, (store) => store.flip(table))
      expect(await shown(folder.path)).toEqual({ keys: ALL, faults: [], blobs: 3 })
    },
    120_000,
  )
})

it('an older version that becomes the newest is read without its id', async () => {
  await using folder = await copyOf(made)
  await damage(folder.path, (store) => store.flip(current))
  await holdfast(folder.path, 'repair', '--yes')
  await using server = await startTestServer({ dataDirectory: folder.path })
  expect((await getObject(server, BUCKET, 'versions')).text).toBe('one')
  const { text } = await rawRequest(server, { path: `/${BUCKET}`, query: 'versions=' })
  expect(xmlTexts(text, 'IsLatest')).toEqual(['true'])
}, 60_000)

it('repair asks, and without an answer changes nothing', async () => {
  await using folder = await copyOf(made)
  await damage(folder.path, (store) => store.flip(versionHeads))
  const { exitCode, text } = await holdfast(folder.path, 'repair')
  expect([exitCode, text]).toEqual([1, expect.stringMatching(/^Give --yes .+\nNothing was changed\.$/m)])
  expect((await holdfast(folder.path, 'scrub')).text).toMatch(/^UNREADABLE row of versionHeads/m)
  await damage(folder.path, (store) => store.flip(versionHeads))
  expect((await holdfast(folder.path, 'repair')).text).toBe('Nothing is to be taken out.\n')
}, 60_000)

it('repair refuses beside a running server', async () => {
  await using folder = await copyOf(made)
  await damage(folder.path, (store) => store.flip(versionHeads))
  await using server = await startServerProcess({ dataDirectory: folder.path })
  const { exitCode, stderr } = await holdfast(folder.path, 'repair', '--yes')
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('A server is running on this store')])
  expect((await getObject(server, BUCKET, 'large')).body.equals(contentOf('large', LARGE_BYTES))).toBe(true)
}, 60_000)
