import { appendFile, chmod, cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import type { Table } from '../../packages/server/src/metadata/table.ts'
import { newestStoreKey, storeKeys } from '../../packages/server/src/metadata/tables/kms-tables.ts'
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
import { damages } from '../../packages/server/src/metadata/tables/worker-tables.ts'
import { withMd5 } from '../conformance/access/access-room.ts'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { DamagedStore } from '../support/damaged-store.ts'
import { rawRequest, xmlTexts } from '../support/raw-request.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const executable = fileURLToPath(new URL('../../packages/server/bin/holdfast.js', import.meta.url))
const LARGE_BYTES = 100_000
const BUCKET = 'scrubbed'

let made: Awaited<ReturnType<typeof temporaryDirectory>>

/** A store with a row of every kind that objects bring. */
beforeAll(async () => {
  made = await temporaryDirectory()
  await using server = await startTestServer({ dataDirectory: made.path, minimumPartBytes: 1 })
  await createBucket(server, BUCKET)
  const ask = async (method: string, key: string, query: string, body: string | Uint8Array = '') => {
    const headers = typeof body === 'string' ? withMd5(body) : {}
    const answer = await rawRequest(server, { method, path: `/${BUCKET}${key}`, query, body, headers })
    expect([answer.status < 300, answer.errorCode]).toEqual([true, undefined])
    return answer
  }
  await putObject(server, BUCKET, 'small', 'inline')
  await putObject(server, BUCKET, 'large', contentOf('large', LARGE_BYTES))
  await putObject(server, BUCKET, 'other', 'stays whole')
  for (const [key, isCompleted] of [
    ['parts', true],
    ['open', false],
  ] as const) {
    const uploadId = xmlTexts((await ask('POST', `/${key}`, 'uploads=')).text, 'UploadId')[0] ?? ''
    const { headers } = await ask(
      'PUT',
      `/${key}`,
      `partNumber=1&uploadId=${uploadId}`,
      contentOf(key, LARGE_BYTES),
    )
    const part = `<Part><PartNumber>1</PartNumber><ETag>${headers.etag}</ETag></Part>`
    const body = `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`
    if (isCompleted) await ask('POST', `/${key}`, `uploadId=${uploadId}`, body)
  }
  await ask(
    'PUT',
    '',
    'versioning=',
    '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  )
  await ask(
    'PUT',
    '',
    'cors=',
    '<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>',
  )
  for (const body of ['one', 'two']) await putObject(server, BUCKET, 'versions', body)
}, 60_000)
afterAll(() => made[Symbol.asyncDispose]())

/** A copy of that store, to be damaged. */
async function copyOfStore() {
  const folder = await temporaryDirectory()
  await cp(made.path, folder.path, { recursive: true })
  return folder
}

async function damage(data: string, how: (store: DamagedStore) => Promise<unknown>): Promise<void> {
  const damaged = new DamagedStore()
  await using store = await openLmdb({ path: join(data, 'metadata') })
  damaged.wrap(store)
  await how(damaged)
}

function scrub(data: string): Promise<CommandResult> {
  return runCommand(process.execPath, [executable, 'scrub', '--data', data], { allowFailure: true })
}

async function scrubbedAfter(how: (store: DamagedStore) => Promise<unknown>): Promise<CommandResult> {
  await using folder = await copyOfStore()
  await damage(folder.path, how)
  return await scrub(folder.path)
}

const remove =
  (table: Pick<Table<never, unknown>, 'range'>) =>
  async (damaged: DamagedStore): Promise<void> => {
    const entries = await damaged.store.scan({ ...table.range(), limit: 1000 })
    await damaged.write(
      [],
      entries.map(({ key }) => key),
    )
  }

it('a store that is whole has nothing to tell', async () => {
  await using folder = await copyOfStore()
  const { exitCode, text, stderr } = await scrub(folder.path)
  expect([exitCode, stderr]).toEqual([0, expect.anything()])
  expect(text).toMatch(/^\d+ rows: 0 unreadable\.\n6 objects, .+: 0 damaged\.\n$/)
}, 60_000)

describe('scrub names a row that cannot be read, and goes on', () => {
  it.each([
    ['current', current, 'scrubbed/small', 5],
    ['versions', versions, 'scrubbed/versions (version ', 1],
    ['versionHeads', versionHeads, 'scrubbed/versions', 1],
    ['uploads', uploads, 'scrubbed/open', 1],
    ['parts', parts, '', 1],
    ['partLists', partLists, '', 1],
    ['inlineBytes', inlineBytes, '', 4],
    ['blobReferences', blobReferences, '', 3],
    ['buckets', buckets, 'scrubbed', 1],
    ['ownedBuckets', ownedBuckets, 'scrubbed', 1],
    ['bucketDocuments', bucketDocuments, '', 1],
    ['storeKeys', storeKeys, '', 1],
    ['newestStoreKey', newestStoreKey, '', 1],
    ['damages', damages, '', 0],
  ] as const)(
    'of %s',
    async (name, table, place, rows) => {
      const { exitCode, text } = await scrubbedAfter((store) => store.flip(table))
      expect(text.match(new RegExp(`^UNREADABLE row of ${name}.*: .+$`, 'gm')) ?? []).toHaveLength(rows)
      expect(text).toContain(rows === 0 ? '' : `UNREADABLE row of ${name}${place === '' ? ':' : ` ${place}`}`)
      expect(text).toMatch(new RegExp(`^\\d+ rows: ${rows} unreadable\\.$`, 'm'))
      expect(text).toMatch(/^\d+ objects, .+ damaged\.$/m)
      expect(exitCode).toBe(rows > 0 ? 1 : 0)
    },
    60_000,
  )
})

describe('scrub finds what is missing or too much', () => {
  it.each([
    ['inline bytes', remove(inlineBytes), ['small', 'other', 'versions'], 'inline bytes'],
    ['part lists', remove(partLists), ['parts'], 'part list'],
    ['blob references', remove(blobReferences), ['large', 'parts'], 'reference to blob'],
    ['store keys', remove(storeKeys), ['small', 'large', 'other', 'parts', 'versions'], 'no store key'],
  ] as const)(
    '%s',
    async (_name, how, keys, reason) => {
      const { exitCode, text } = await scrubbedAfter(how)
      for (const key of keys)
        expect(text).toMatch(new RegExp(`^DAMAGED scrubbed/${key} \\(version .+\\): .*${reason}`, 'm'))
      const named = [...text.matchAll(/^DAMAGED scrubbed\/(\S+)/gm)].map((match) => match[1])
      expect(new Set(named)).toEqual(new Set(keys))
      expect(exitCode).toBe(1)
    },
    60_000,
  )

  it('bytes that were appended to a blob', async () => {
    await using folder = await copyOfStore()
    for (const { path } of await blobFiles(folder.path)) await appendFile(path, 'x')
    const { exitCode, text } = await scrub(folder.path)
    expect(text).toMatch(
      /^DAMAGED scrubbed\/large \(version null\): blob .+ has more bytes than were stored$/m,
    )
    expect(exitCode).toBe(1)
  }, 60_000)

  it('objects whose bucket cannot be read', async () => {
    const { text } = await scrubbedAfter((store) => store.flip(buckets))
    expect(text).toMatch(/^6 objects, .+: 0 damaged\.$/m)
  }, 60_000)
})

it('a damage that is gone is told no more', async () => {
  await using folder = await copyOfStore()
  const noted = async (): Promise<number> => {
    let found = 0
    await damage(folder.path, async (store) => (found = (await store.entries(damages)).length))
    return found
  }
  await damage(folder.path, (store) => store.flip(current))
  await damage(folder.path, remove(partLists))
  expect((await scrub(folder.path)).exitCode).toBe(1)
  expect(await noted()).toBe(5)
  // Turned over again, they are what they were.
  await damage(folder.path, (store) => store.flip(current))
  expect((await scrub(folder.path)).text).toMatch(/^DAMAGED scrubbed\/parts/m)
  expect(await noted()).toBe(1)
  await damage(folder.path, remove(current))
  await scrub(folder.path)
  expect(await noted()).toBe(0)
}, 60_000)

it('a folder that cannot be written is scrubbed all the same, and nothing is made in it', async () => {
  await using folder = await copyOfStore()
  await damage(folder.path, (store) => store.flip(versionHeads))
  const files = async () => (await readdir(folder.path, { recursive: true })).sort()
  const before = await files()
  const modes = async (mode: { readonly file: number; readonly folder: number }) => {
    for (const entry of await readdir(folder.path, { recursive: true, withFileTypes: true }))
      await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? mode.folder : mode.file)
    await chmod(folder.path, mode.folder)
  }
  await modes({ file: 0o444, folder: 0o555 })
  try {
    const { exitCode, text } = await scrubAsNobody(folder.path)
    expect(text).toMatch(/^UNREADABLE row of versionHeads scrubbed\/versions: /m)
    expect(exitCode).toBe(1)
    expect(await files()).toEqual(before)
  } finally {
    await modes({ file: 0o644, folder: 0o755 })
  }
}, 60_000)

/** The superuser may write anywhere. */
async function scrubAsNobody(data: string): Promise<CommandResult> {
  const command = [process.execPath, executable, 'scrub', '--data', data]
  if (process.getuid?.() !== 0) return scrub(data)
  return runCommand('setpriv', ['--reuid=65534', '--clear-groups', ...command], { allowFailure: true })
}
