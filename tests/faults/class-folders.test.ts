import { cp, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestServer } from 'holdfast'
import { describe, expect, it, vi } from 'vitest'
import { systemDisk } from '../../packages/server/src/base/disk.ts'
import { FaultyDisk } from '../../packages/server/src/base/faulty-disk.ts'
import { blobFilesIn } from '../support/blob-files.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const BUCKET = 'classes'
const large = contentOf('large', 300_000)

interface Classes {
  readonly [name: string]: string
}

function start(dataDirectory: string, classes: Classes, more = {}): Promise<TestServer> {
  const storageClasses = Object.entries(classes).map(([name, directory]) => ({ name, directory }))
  return startTestServer({ dataDirectory, storageClasses, ...more })
}

function refusal(dataDirectory: string, classes: Classes, words: RegExp): Promise<void> {
  return expect(start(dataDirectory, classes)).rejects.toThrow(words)
}

async function put(server: TestServer, key: string, storageClass?: string): Promise<number> {
  const headers = storageClass === undefined ? {} : { 'x-amz-storage-class': storageClass }
  const path = `/${BUCKET}/${key}`
  const date = server.clock.now()
  return (await rawRequest(server, { method: 'PUT', path, headers, body: large, date })).status
}

async function get(server: TestServer, key: string): Promise<number> {
  const answer = await rawRequest(server, { path: `/${BUCKET}/${key}`, date: server.clock.now() })
  if (answer.status === 200 && !answer.body.equals(large)) throw new Error('other bytes than were stored')
  return answer.status
}

/** A stopped store with an object in COLD and one outside. */
async function fill(dataDirectory: string, cold: string): Promise<void> {
  await using server = await start(dataDirectory, { COLD: cold })
  await createBucket(server, BUCKET)
  expect(await put(server, 'cold', 'COLD')).toBe(200)
  expect(await put(server, 'warm')).toBe(200)
}

async function expectWhole(dataDirectory: string, classes: Classes, more = {}): Promise<void> {
  await using server = await start(dataDirectory, classes, more)
  await server.settle()
  server.clock.advance(24 * 3_600_000)
  await server.settle()
  await server.settle()
  expect([await get(server, 'cold'), await get(server, 'warm')]).toEqual([200, 200])
}

describe('a folder of a storage class that does not belong to it is refused', () => {
  it('where it is the folder of something else, by whatever name', async () => {
    await using folder = await temporaryDirectory()
    const [data, cold, link] = ['data', 'cold', 'link'].map((name) => join(folder.path, name))
    if (!data || !cold || !link) throw new Error('three paths')
    await fill(data, cold)
    await symlink(cold, link)
    for (const taken of ['blobs', '.', 'metadata', 'root-keys', 'blobs/00', '../data/blobs']) {
      await refusal(data, { COLD: cold, OTHER: taken }, /The folders of .* lie in one another/)
    }
    await refusal(data, { COLD: cold, OTHER: cold }, /COLD and OTHER lie in one another/)
    await refusal(data, { COLD: cold, OTHER: link }, /COLD and OTHER lie in one another/)
    await refusal(data, { COLD: cold, OTHER: join(cold, 'new') }, /COLD and OTHER lie in one another/)
    await expectWhole(data, { COLD: link })
  })

  it('where the class has another name now', async () => {
    await using folder = await temporaryDirectory()
    const [data, cold] = [join(folder.path, 'data'), join(folder.path, 'cold')]
    await fill(data, cold)
    await refusal(
      data,
      { FROZEN: cold },
      /the folder of the storage class COLD, .* of the storage class FROZEN/,
    )
    await expectWhole(data, { COLD: cold })
  })

  it('where it is of another store, marked or not', async () => {
    await using folder = await temporaryDirectory()
    const [data, cold, other] = ['data', 'cold', 'other'].map((name) => join(folder.path, name))
    if (!data || !cold || !other) throw new Error('three paths')
    await fill(data, cold)
    await refusal(other, { COLD: cold }, /cold belongs to another store/)
    await refusal(other, { COLD: join(data, 'blobs') }, /belongs to another store/)
    await rm(join(cold, 'store.json'))
    await refusal(other, { COLD: cold }, /blobs that this store knows nothing of/)
    await expectWhole(data, { COLD: cold })
  })

  it('where a copy of the data folder would share it, which then is never swept', async () => {
    await using folder = await temporaryDirectory()
    const [data, cold, copy] = ['data', 'cold', 'copy'].map((name) => join(folder.path, name))
    if (!data || !cold || !copy) throw new Error('three paths')
    await fill(data, cold)
    await cp(data, copy, { recursive: true })
    await refusal(copy, { COLD: cold }, /in use by the store in .*data, and .*copy is a copy.*moved-store/)
    // A copy put where the first was: only the file itself tells.
    await rename(data, join(folder.path, 'away'))
    await rename(copy, data)
    await refusal(data, { COLD: cold }, /in use by the store in/)
    await expectWhole(data, { COLD: cold }, { accept: ['moved-store'] })
    await expectWhole(data, { COLD: cold })
  })

  it('but one that lies in the data folder is moved and copied with it', async () => {
    await using folder = await temporaryDirectory()
    const [data, copy] = [join(folder.path, 'data'), join(folder.path, 'copy')]
    await fill(data, 'cold')
    await cp(data, copy, { recursive: true })
    await expectWhole(copy, { COLD: 'cold' })
    await expectWhole(data, { COLD: 'cold' })
  })
})

describe('a cold disk that is away', () => {
  it.each(['without its folder', 'with an empty one where it is mounted'])(
    'makes its class unavailable and nothing else, %s',
    async (how) => {
      await using folder = await temporaryDirectory()
      const [data, cold, elsewhere] = ['data', 'cold', 'elsewhere'].map((name) => join(folder.path, name))
      if (!data || !cold || !elsewhere) throw new Error('three paths')
      await fill(data, cold)
      await rename(cold, elsewhere)
      if (how.startsWith('with an')) await mkdir(cold)
      await using server = await start(data, { COLD: cold })
      expect([await get(server, 'cold'), await get(server, 'warm')]).toEqual([503, 200])
      expect([await put(server, 'new', 'COLD'), await put(server, 'new')]).toEqual([503, 200])
      const ready = await rawRequest(server, { path: '/-/ready' })
      expect([ready.status, ready.text]).toEqual([
        200,
        'ready\nstorage-class: the folder is not there of COLD\n',
      ])
      // What is deleted there waits, and holds up nothing else.
      const remove = { method: 'DELETE', path: `/${BUCKET}/cold` }
      expect((await rawRequest(server, remove)).status).toBe(204)
      expect((await rawRequest(server, { method: 'DELETE', path: `/${BUCKET}/new` })).status).toBe(204)
      await server.settle()
      expect((await blobFilesIn(join(data, 'blobs'))).length).toBe(1)
      expect((await readdir(folder.path)).includes('cold')).toBe(how.startsWith('with an'))

      await rm(cold, { recursive: true, force: true })
      await rename(elsewhere, cold)
      server.clock.advance(60_000)
      expect(await put(server, 'new', 'COLD')).toBe(200)
      expect(await get(server, 'new')).toBe(200)
      await server.settle()
      expect((await blobFilesIn(cold)).length).toBe(1)
      server.clock.advance(11_000)
      await vi.waitUntil(async () => (await rawRequest(server, { path: '/-/ready' })).text === 'ready\n')
    },
  )

  it('while the server runs is not taken for damage, and its mount point gets no new folder', async () => {
    await using folder = await temporaryDirectory()
    const [data, cold] = [join(folder.path, 'data'), join(folder.path, 'cold')]
    await fill(data, cold)
    await using server = await start(data, { COLD: cold })
    await rename(cold, `${cold}-elsewhere`)
    await mkdir(cold)
    expect([await get(server, 'cold'), await get(server, 'warm')]).toEqual([503, 200])
    expect(await put(server, 'new', 'COLD')).toBe(503)
    await server.settle()
    expect(await readdir(cold)).toEqual([])
    await rm(cold, { recursive: true })
    await rename(`${cold}-elsewhere`, cold)
    expect([await get(server, 'cold'), await put(server, 'new', 'COLD')]).toEqual([200, 200])
  })

  it('and whose rights were taken away is the same', async () => {
    await using folder = await temporaryDirectory()
    const [data, cold] = [join(folder.path, 'data'), join(folder.path, 'cold')]
    await fill(data, cold)
    const disk = new FaultyDisk(systemDisk)
    await using server = await start(data, { COLD: cold }, { disk })
    // One file that this user may not read is not the folder: it waits for nothing.
    const healFile = disk.inject({ operation: 'openForRead', path: /cold\/[0-9a-f]{2}\//, code: 'EACCES' })
    expect([await get(server, 'cold'), await get(server, 'warm')]).toEqual([500, 200])
    healFile()
    const heal = (['openForRead', 'create', 'list'] as const).map((operation) =>
      disk.inject({ operation, path: /\/cold(\/|$)/, code: 'EACCES' }),
    )
    expect([await get(server, 'cold'), await get(server, 'warm')]).toEqual([503, 200])
    expect(await put(server, 'new', 'COLD')).toBe(503)
    for (const each of heal) each()
    expect([await get(server, 'cold'), await put(server, 'new', 'COLD')]).toEqual([200, 200])
    const healWrites = disk.inject({ operation: 'create', path: /\/cold\//, code: 'EACCES' })
    expect([await get(server, 'cold'), await put(server, 'more', 'COLD')]).toEqual([200, 503])
    healWrites()
    server.clock.advance(11_000)
    await vi.waitUntil(async () => (await put(server, 'more', 'COLD')) === 200)
  })

  it('and that is mounted elsewhere now is the same', async () => {
    await using folder = await temporaryDirectory()
    const [data, cold] = [join(folder.path, 'data'), join(folder.path, 'cold')]
    await fill(data, cold)
    await rename(cold, `${cold}-elsewhere`)
    await expectWhole(data, { COLD: `${cold}-elsewhere` })
  })
})

it('a storage class may be taken out of the config and put in again', async () => {
  await using folder = await temporaryDirectory()
  const [data, cold] = [join(folder.path, 'data'), join(folder.path, 'cold')]
  await fill(data, cold)
  {
    await using server = await start(data, {})
    expect(await (await fetch(`${server.url}/-/ready`)).text()).toMatch(
      /^ready\nremoved-class: objects are in .+ does not name: COLD$/m,
    )
    expect([(await getObject(server, BUCKET, 'cold')).status, await get(server, 'warm')]).toEqual([503, 200])
    await putObject(server, BUCKET, 'more', large)
  }
  await expectWhole(data, { COLD: cold })
})
