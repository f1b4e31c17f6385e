import { readdir, rename, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { mainAccount } from '../support/accounts.ts'
import { blobFiles, sealedSize } from '../support/blob-files.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { executable } from '../support/executable.ts'
import { rawRequest } from '../support/raw-request.ts'
import { runCommand } from '../support/run-command.ts'
import { startServerProcess } from '../support/server-process.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { sweep } from './sweep.ts'

const body = contentOf('kept', 500_000)

it(
  'the sweep frees what crashes left of large uploads, whole blobs and halves',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const { promise: never } = Promise.withResolvers<undefined>()
    {
      await using server = await startServerProcess({ dataDirectory: folder.path })
      await createBucket(server, 'leftovers')
      await putObject(server, 'leftovers', 'kept', body)
      const kept = (await blobFiles(folder.path)).length
      async function* half() {
        yield contentOf('half', 2_000_000)
        await never
      }
      const headers = { 'content-length': '4000000' }
      for (let upload = 0; upload < 5; upload++) {
        const path = `/leftovers/half-${upload}`
        void rawRequest(server, { method: 'PUT', path, headers, body: half() }).catch(() => undefined)
      }
      await vi.waitUntil(async () => (await blobFiles(folder.path)).length === kept + 5)
      expect(await server.end('SIGKILL')).toMatchObject({ signal: 'SIGKILL' })
    }
    // As a crash leaves it between the blob and its commit: renamed, and named by no row.
    for (const { path } of (await blobFiles(folder.path))
      .filter(({ path }) => path.includes('/blobs/tmp/'))
      .slice(1)) {
      const id = basename(path)
      await rename(path, join(folder.path, 'blobs', id.slice(0, 2), id))
    }
    await sweep(folder.path)
    const left = await blobFiles(folder.path)
    expect(left.map(({ sizeBytes }) => sizeBytes)).toEqual([sealedSize(body.length)])
    await using server = await startTestServer({ dataDirectory: folder.path })
    expect((await getObject(server, 'leftovers', 'kept')).body.equals(body)).toBe(true)
  },
)

it('what no crash explains is set aside, told, and deleted only after a week', async () => {
  await using folder = await temporaryDirectory()
  const blobs = join(folder.path, 'blobs')
  {
    await using server = await startTestServer({ dataDirectory: folder.path })
    await createBucket(server, 'leftovers')
    await putObject(server, 'leftovers', 'kept', body)
  }
  const [kept] = await blobFiles(folder.path)
  const strange = ['00', '7f', 'ff'].map((place) => place.padEnd(32, '0'))
  for (const id of strange) await writeFile(join(blobs, id.slice(0, 2), id), 'nobody knows')
  await sweep(folder.path)
  const inQuarantine = async () => (await readdir(join(blobs, 'quarantine'))).map((name) => name.slice(0, 32))
  expect((await inQuarantine()).toSorted()).toEqual(strange)

  const holdfast = (...args: string[]) =>
    runCommand(process.execPath, [
      executable,
      'quarantine',
      ...args,
      '--data',
      folder.path,
      '--config',
      config,
    ])
  const config = join(folder.path, 'config.json')
  await writeFile(config, JSON.stringify({ accounts: [mainAccount] }))
  expect((await holdfast()).text).toMatch(/^blob +since\n0{32} +\d{4}-.*3 blobs are set aside/s)
  await holdfast('restore', strange[0] ?? '')
  expect(await readdir(join(blobs, '00'))).toContain(strange[0])
  await holdfast('purge', strange[1] ?? '')
  expect(await inQuarantine()).toEqual([strange[2]])

  await using server = await startTestServer({ dataDirectory: folder.path })
  const count = async () =>
    /^holdfast_quarantined_blobs (\d+)$/m.exec((await rawRequest(server, { path: '/-/metrics' })).text)?.[1]
  expect(await count()).toBe('1')
  server.clock.advance(9 * 24 * 3_600_000)
  await server.settle()
  expect(await inQuarantine()).toEqual([])
  expect((await blobFiles(folder.path)).map(({ path }) => path)).toContain(kept?.path)
})

it('the sweep leaves an upload in flight alone', async () => {
  await using folder = await temporaryDirectory()
  await using server = await startTestServer({ dataDirectory: folder.path })
  await createBucket(server, 'leftovers')
  const { promise: gate, resolve: open } = Promise.withResolvers<undefined>()
  async function* slowly() {
    yield body.subarray(0, 200_000)
    await gate
    yield body.subarray(200_000)
  }
  const headers = { 'content-length': String(body.length) }
  const put = rawRequest(server, { method: 'PUT', path: '/leftovers/slow', headers, body: slowly() })
  await vi.waitUntil(async () => (await blobFiles(folder.path)).length > 0)

  await server.settle()
  server.clock.advance(24 * 3_600_000)
  await server.settle()
  open(undefined)
  expect((await put).status).toBe(200)
  await server.settle()
  const later = { path: '/leftovers/slow', date: server.clock.now() }
  expect((await rawRequest(server, later)).body.equals(body)).toBe(true)
})
