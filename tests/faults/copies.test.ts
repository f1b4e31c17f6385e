import { cp, open, readdir, readFile, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { spawnServerProcess, startServerProcess } from '../support/server-process.ts'
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
  const pieces = 12
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

const REFUSED =
  /metadata cannot be used: .*copied while a server wrote into it|is a copy of a store that was made while a server ran/

describe('a copy of a store', { timeout: 120_000 }, () => {
  it('made in pieces while a server runs is refused with an explanation, never a signal', async () => {
    await using folder = await temporaryDirectory()
    const data = join(folder.path, 'data')
    await using server = await startServerProcess({ dataDirectory: data })
    await createBucket(server, BUCKET)
    let written = 0
    const write = async (): Promise<void> => {
      const keys = Array.from({ length: 30 }, () => `key-${(written++ * 7) % 200}`)
      await Promise.all(keys.map((key) => putObject(server, BUCKET, key, contentOf(key, 1000 + written))))
    }
    for (let round = 0; round < 20; round++) await write()
    for (const backwards of [false, true]) {
      const copy = join(folder.path, `copy-${backwards}`)
      await cp(data, copy, { recursive: true })
      const file = join('metadata', 'data.mdb')
      await copyInPieces(join(data, file), join(copy, file), backwards, write)
      const why = await refused(copy)
      expect(why).toMatch(REFUSED)
      // Pages that were not written again meanwhile make a copy that is whole; nothing then keeps who accepts it.
      if (!why.includes('cannot be used')) continue
      // Accepted, or without what tells a copy, too.
      if (backwards) await unlink(join(copy, 'metadata', 'file.json'))
      const again = await refused(copy, ...(backwards ? [] : ['--accept', 'copy']))
      expect(again).toMatch(/metadata cannot be used/)
    }
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
    expect(await refused(copy)).toMatch(
      /is a copy of a store that was made while a server ran.*--accept copy/,
    )
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
