import { cp, open, readdir, readFile, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemDisk } from '../../packages/server/src/base/disk.ts'
import { checkLmdbPages } from '../../packages/server/src/metadata/engines/lmdb-pages.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest, type ServerAddress } from '../support/raw-request.ts'
import { spawnServerProcess, startServerProcess } from '../support/server-process.ts'
import { objectPath } from '../support/signature-v4.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const BUCKET = 'copies'
/** A process that was killed counts as dead before the next has started. */
const config = { testing: { enabled: true, processTimeoutSeconds: 0.1 } }

/** How a start on a data folder ends that is to be refused, and what it says. */
async function refused(dataDirectory: string, ...args: string[]): Promise<string> {
  await using server = await spawnServerProcess({ dataDirectory, arguments: args })
  expect(await server.ended).toEqual({ exitCode: 1, signal: null })
  return server.output()
}

/** Copies a file in pieces with time between them, the last one first where it is `backwards`. */
async function copyInPieces(from: string, to: string, backwards: boolean, between: () => Promise<void>) {
  const pieces = 24
  const target = await open(to, 'w')
  for (let step = 0; step < pieces; step++) {
    const bytes = await readFile(from)
    const pieceBytes = Math.ceil(bytes.length / pieces / 4096) * 4096
    const start = (backwards ? pieces - 1 - step : step) * pieceBytes
    await target.write(bytes.subarray(start, start + pieceBytes), 0, undefined, start)
    await between()
  }
  await target.close()
}

const COPY = /is a copy of a store that was made while a server ran.*--accept copy/
const TORN = /metadata cannot be used: .*copied while a server wrote into it/

function deleteObject(server: ServerAddress, key: string): Promise<unknown> {
  return rawRequest(server, { method: 'DELETE', path: objectPath(BUCKET, key) })
}

/** Whether pages of the file are not of one moment, as far as that can be told. */
async function isTorn(path: string): Promise<boolean> {
  return checkLmdbPages(systemDisk, path).then(
    () => false,
    () => true,
  )
}

describe('a copy of a store', { timeout: 120_000 }, () => {
  it('made in pieces while a server runs is refused with an explanation, never a signal', async () => {
    await using folder = await temporaryDirectory()
    const data = join(folder.path, 'data')
    await using server = await startServerProcess({ dataDirectory: data })
    await createBucket(server, BUCKET)
    let era = 0
    // Other keys each time, so that a page of another moment is not what the pages above it say.
    const write = async (): Promise<void> => {
      era++
      for (let index = 0; index < 60; index += 30) {
        const names = Array.from({ length: 30 }, (_, at) => `${index + at}`)
        await Promise.all(
          names.map((name) => putObject(server, BUCKET, `${era} ${name}`, contentOf(name, 15_000))),
        )
        await Promise.all(names.map((name) => deleteObject(server, `${era - 1} ${name}`)))
      }
    }
    for (let round = 0; round < 10; round++) await write()
    const file = join('metadata', 'data.mdb')
    const [forwards, backwards] = [join(folder.path, 'forwards'), join(folder.path, 'backwards')]
    for (const copy of [forwards, backwards]) {
      await cp(data, copy, { recursive: true })
      await copyInPieces(join(data, file), join(copy, file), copy === backwards, write)
    }
    // Old roots: what they lead to may have been there still.
    expect(await refused(forwards)).toMatch((await isTorn(join(forwards, file))) ? TORN : COPY)
    // Roots that are newer than what they lead to, whoever accepts it.
    expect(await refused(backwards)).toMatch(TORN)
    expect(await refused(backwards, '--accept', 'copy')).toMatch(TORN)
    // And without what tells a copy.
    await unlink(join(backwards, 'metadata', 'file.json'))
    expect(await refused(backwards)).toMatch(TORN)
  })

  it('made at once while a server runs is refused; accepted it is looked through first', async () => {
    await using folder = await temporaryDirectory()
    const [data, copy] = [join(folder.path, 'data'), join(folder.path, 'copy')]
    const large = contentOf('large', 300_000)
    {
      await using server = await startServerProcess({ dataDirectory: data })
      await createBucket(server, BUCKET)
      await putObject(server, BUCKET, 'large', large)
      await cp(data, copy, { recursive: true })
    }
    expect(await refused(copy)).toMatch(COPY)
    const lost = join(folder.path, 'lost')
    await cp(copy, lost, { recursive: true })
    for (const name of await readdir(join(lost, 'blobs'))) {
      if (!/^[0-9a-f]{2}$/.test(name)) continue
      for (const id of await readdir(join(lost, 'blobs', name))) await rm(join(lost, 'blobs', name, id))
    }
    for (let start = 0; start < 2; start++) {
      expect(await refused(lost, '--accept', 'copy')).toMatch(
        /1 of the 1 blobs that its metadata name are missing/,
      )
    }
    for (const args of [['--accept', 'copy'], []]) {
      await using server = await startServerProcess({ dataDirectory: copy, arguments: args })
      expect((await getObject(server, BUCKET, 'large')).body.equals(large)).toBe(true)
    }
  })

  it('made after the server ended starts at once, and so does the first after it was killed', async () => {
    await using folder = await temporaryDirectory()
    const [data, copy] = [join(folder.path, 'data'), join(folder.path, 'copy')]
    {
      await using server = await startServerProcess({ dataDirectory: data, config })
      await createBucket(server, BUCKET)
      await putObject(server, BUCKET, 'small', 'small')
      await server.end('SIGKILL')
    }
    {
      await using server = await startServerProcess({ dataDirectory: data, config })
      expect((await getObject(server, BUCKET, 'small')).text).toBe('small')
      await server.end('SIGTERM')
    }
    await cp(data, copy, { recursive: true })
    await using server = await startServerProcess({ dataDirectory: copy })
    expect((await getObject(server, BUCKET, 'small')).text).toBe('small')
  })
})
