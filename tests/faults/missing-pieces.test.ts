import { cp, readdir, rename, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestServer } from 'holdfast'
import { describe, expect, it } from 'vitest'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import { StoreRefusal } from '../../packages/server/src/compose/identity/store-refusal.ts'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { executable } from '../support/executable.ts'
import { rawRequest } from '../support/raw-request.ts'
import { runCommand } from '../support/run-command.ts'
import { startTestServer } from '../support/server.ts'
import { startServerProcess, spawnServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { sweep } from './sweep.ts'

const BUCKET = 'pieces'
const large = contentOf('large', 300_000)

/** A stopped store with a small and a large object. */
async function fill(dataDirectory: string): Promise<void> {
  await using server = await startTestServer({ dataDirectory })
  await createBucket(server, BUCKET)
  await putObject(server, BUCKET, 'small', 'small')
  await putObject(server, BUCKET, 'large', large)
}

async function expectWhole(dataDirectory: string): Promise<void> {
  await using server = await startTestServer({ dataDirectory })
  await expectServed(server)
}

async function expectServed(server: TestServer): Promise<void> {
  expect((await getObject(server, BUCKET, 'small')).text).toBe('small')
  expect((await getObject(server, BUCKET, 'large')).body.equals(large)).toBe(true)
}

/** What a start is refused with. */
async function refusal(dataDirectory: string): Promise<string> {
  try {
    await using _ = await startTestServer({ dataDirectory })
    return 'it started'
  } catch (error) {
    return error instanceof StoreRefusal ? error.message : `not a refusal: ${String(error)}`
  }
}

async function metric(server: TestServer, name: string): Promise<string | undefined> {
  const { text } = await rawRequest(server, { path: '/-/metrics' })
  return new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]
}

describe('without its metadata', () => {
  it('a store is refused, nothing is changed, and it is whole when they are back', async () => {
    await using folder = await temporaryDirectory()
    await fill(folder.path)
    const before = await blobFiles(folder.path)
    await rename(join(folder.path, 'metadata'), join(folder.path, 'elsewhere'))
    for (let start = 0; start < 2; start++) {
      expect(await refusal(folder.path)).toMatch(
        /lost its metadata.*blobs\/ and root-keys\/.*Restore metadata\/.*--new/,
      )
    }
    expect(await blobFiles(folder.path)).toEqual(before)
    expect(await readdir(folder.path)).not.toContain('metadata')
    await rename(join(folder.path, 'elsewhere'), join(folder.path, 'metadata'))
    await expectWhole(folder.path)
  })

  it('one piece that is left is enough to be refused', async () => {
    await using folder = await temporaryDirectory()
    await fill(folder.path)
    await rm(join(folder.path, 'metadata'), { recursive: true })
    await rename(join(folder.path, 'root-keys'), join(folder.path, 'elsewhere'))
    expect(await refusal(folder.path)).toMatch(/lost its metadata.*: blobs\/ of a store/)
    await rename(join(folder.path, 'elsewhere'), join(folder.path, 'root-keys'))
    await rm(join(folder.path, 'blobs'), { recursive: true })
    expect(await refusal(folder.path)).toMatch(/lost its metadata.*: root-keys\/ of a store/)
  })

  it(
    'the command says so and ends; --new begins anew and keeps what was there',
    { timeout: 30_000 },
    async () => {
      await using folder = await temporaryDirectory()
      await fill(folder.path)
      await rm(join(folder.path, 'metadata'), { recursive: true })
      {
        await using refused = await spawnServerProcess({ dataDirectory: folder.path })
        expect(await refused.ended).toEqual({ exitCode: 1, signal: null })
        expect(refused.output()).toMatch(/lost its metadata/)
      }
      {
        await using server = await startServerProcess({ dataDirectory: folder.path, arguments: ['--new'] })
        expect((await getObject(server, BUCKET, 'small')).errorCode).toBe('NoSuchBucket')
        await createBucket(server, BUCKET)
        await putObject(server, BUCKET, 'large', large)
      }
      const aside = (await readdir(folder.path)).find((name) => name.startsWith('before-')) ?? ''
      expect(await readdir(join(folder.path, aside))).toEqual(['blobs', 'root-keys'])
      await sweep(folder.path)
      expect((await blobFiles(join(folder.path, aside))).length).toBe(1)
    },
  )
})

describe('without its root key', () => {
  it('a store is refused, no other key is made, and it is whole when the key is back', async () => {
    await using folder = await temporaryDirectory()
    await fill(folder.path)
    const [keys, elsewhere] = [join(folder.path, 'root-keys'), join(folder.path, 'elsewhere')]
    await rename(keys, elsewhere)
    expect(await refusal(folder.path)).toMatch(
      /No root key.*Restore root-keys\/ from its backup.*HOLDFAST_ROOT_KEYS.*lost-keys/,
    )
    expect(await readdir(folder.path)).not.toContain('root-keys')
    // One key, of another store.
    await using other = await temporaryDirectory()
    await fill(other.path)
    await cp(join(other.path, 'root-keys'), keys, { recursive: true })
    expect(await refusal(folder.path)).toMatch(/root-keys belongs to another store/)
    await unlink(join(keys, 'store.json'))
    expect(await refusal(folder.path)).toMatch(/No root key/)
    await rm(keys, { recursive: true })
    await rename(elsewhere, keys)
    await expectWhole(folder.path)
  })

  it('lost for good it can be accepted: new objects are kept again', async () => {
    await using folder = await temporaryDirectory()
    await fill(folder.path)
    await rm(join(folder.path, 'root-keys'), { recursive: true })
    {
      await using server = await startTestServer({ dataDirectory: folder.path, accept: ['lost-keys'] })
      expect((await getObject(server, BUCKET, 'small')).status).toBe(500)
      await putObject(server, BUCKET, 'small', 'small')
      await putObject(server, BUCKET, 'large', large)
    }
    await expectWhole(folder.path)
  })
})

describe('without its blobs', () => {
  it('a store is refused and makes no empty folder; they may be accepted as lost', async () => {
    await using folder = await temporaryDirectory()
    await fill(folder.path)
    const blobs = join(folder.path, 'blobs')
    await rename(blobs, join(folder.path, 'elsewhere'))
    expect(await refusal(folder.path)).toMatch(/blobs is missing.*Restore the whole folder.*lost-blobs/)
    expect(await readdir(folder.path)).not.toContain('blobs')
    await rename(join(folder.path, 'elsewhere'), blobs)
    await expectWhole(folder.path)
    await rm(blobs, { recursive: true })
    {
      await using server = await startTestServer({ dataDirectory: folder.path, accept: ['lost-blobs'] })
      expect((await getObject(server, BUCKET, 'small')).text).toBe('small')
      expect((await getObject(server, BUCKET, 'large')).status).toBe(500)
      await putObject(server, BUCKET, 'large', large)
    }
    await expectWhole(folder.path)
  })
})

describe('with metadata that are older than the blobs', () => {
  it('a store is refused; accepted, what they do not name is set aside, and put back with newer ones', async () => {
    await using folder = await temporaryDirectory()
    const [metadata, older, newer] = ['metadata', 'older', 'newer'].map((name) => join(folder.path, name))
    if (!metadata || !older || !newer) throw new Error('three paths')
    await fill(folder.path)
    await cp(metadata, older, { recursive: true })
    {
      await using server = await startTestServer({ dataDirectory: folder.path })
      for (const key of ['one', 'two']) await putObject(server, BUCKET, key, large)
    }
    await rename(metadata, newer)
    await cp(older, metadata, { recursive: true })
    expect(await refusal(folder.path)).toMatch(/older than the blobs.*Restore newer metadata.*older-metadata/)
    const before = await blobFiles(folder.path)
    expect(before.length).toBe(3)
    {
      await using server = await startTestServer({ dataDirectory: folder.path, accept: ['older-metadata'] })
      await server.settle()
      server.clock.advance(24 * 3_600_000)
      await server.settle()
      await server.settle()
      expect(await metric(server, 'holdfast_quarantined_blobs')).toBe('2')
    }
    const sizes = (files: { sizeBytes: number }[]) => files.map(({ sizeBytes }) => sizeBytes)
    expect(sizes(await blobFiles(folder.path))).toEqual(sizes(before))
    await rm(metadata, { recursive: true })
    await rename(newer, metadata)
    await sweep(folder.path)
    await using server = await startTestServer({ dataDirectory: folder.path })
    await expectServed(server)
    for (const key of ['one', 'two']) {
      expect((await getObject(server, BUCKET, key)).body.equals(large)).toBe(true)
    }
  })

  it('by less than anybody counts, nothing is deleted either', async () => {
    await using folder = await temporaryDirectory()
    const [metadata, older] = [join(folder.path, 'metadata'), join(folder.path, 'older')]
    await fill(folder.path)
    {
      await using server = await startTestServer({ dataDirectory: folder.path })
      await putObject(server, BUCKET, 'first', large)
      await cp(metadata, older, { recursive: true })
      await putObject(server, BUCKET, 'second', large)
    }
    await rm(metadata, { recursive: true })
    await cp(older, metadata, { recursive: true })
    await unlink(join(metadata, 'lock.mdb'))
    const count = (await blobFiles(folder.path)).length
    expect(await refusal(folder.path)).toMatch(/is a copy of a store that was made while a server ran/)
    await (await startTestServer({ dataDirectory: folder.path, accept: ['copy'] }))[Symbol.asyncDispose]()
    await sweep(folder.path)
    expect((await blobFiles(folder.path)).length).toBe(count)
  })
})

it('tools make no metadata where they are lost', async () => {
  await using folder = await temporaryDirectory()
  const { path } = folder
  await fill(path)
  await rename(join(path, 'metadata'), join(path, 'aside'))
  const line = [executable, 'accounts', 'add', 'new', '--data', path]
  const { exitCode, stderr } = await runCommand(process.execPath, line, { allowFailure: true })
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('data.mdb')])
  expect(await readdir(path)).not.toContain('metadata')
})

it('a store of an older version is taken over where nothing is missing', async () => {
  await using folder = await temporaryDirectory()
  await fill(folder.path)
  await forgetIdentity(folder.path)
  const elsewhere = join(folder.path, 'elsewhere')
  for (const piece of ['root-keys', 'blobs', 'metadata']) {
    await rename(join(folder.path, piece), elsewhere)
    expect(await refusal(folder.path)).toMatch(/No root key|blobs is missing|lost its metadata/)
    await rename(elsewhere, join(folder.path, piece))
  }
  await expectWhole(folder.path)
  await rename(join(folder.path, 'blobs'), elsewhere)
  expect(await refusal(folder.path)).toMatch(/blobs is missing/)
})

/** Makes a store what older versions left. */
async function forgetIdentity(dataDirectory: string): Promise<void> {
  for (const folder of ['blobs', 'root-keys']) {
    for (const name of await readdir(join(dataDirectory, folder))) {
      if (/^(store\.json|reached-.*)$/.test(name)) await unlink(join(dataDirectory, folder, name))
    }
  }
  await unlink(join(dataDirectory, 'metadata', 'file.json'))
  await using store = await openLmdb({ path: join(dataDirectory, 'metadata') })
  // The tables storeIdentity and blobBatches.
  const entries = await store.scan({
    start: Buffer.from([0x11, 34]),
    end: Buffer.from([0x11, 36]),
    limit: 100,
  })
  expect(entries.length).toBeGreaterThan(1)
  await store.commit({ expect: [], put: [], remove: entries.map(({ key }) => key) })
}
