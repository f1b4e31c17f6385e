import { chmod, readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  blobReferences,
  current,
  inlineBytes,
  ownedBuckets,
} from '../../packages/server/src/metadata/tables/tables.ts'
import { annotations, annotationSets } from '../../packages/server/src/metadata/tables/annotation-tables.ts'
import { inventoryReports } from '../../packages/server/src/metadata/tables/inventory-tables.ts'
import { ANNOTATIONS, annotationOf } from '../conformance/annotations/annotation-room.ts'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { type RawAnswer, rawRequest, type ServerAddress } from '../support/raw-request.ts'
import { objectPath } from '../support/signature-v4.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { BUCKET, damage, holdfast, removeAll } from './damaged-folder.ts'
import { sweep } from './sweep.ts'

const NOTES = { short: 'inline', long: 'a blob of its own. '.repeat(5000) }

let folder: Awaited<ReturnType<typeof temporaryDirectory>>
beforeEach(async () => {
  folder = await temporaryDirectory()
  await using server = await startTestServer({ dataDirectory: folder.path })
  await createBucket(server, BUCKET)
  await putObject(server, BUCKET, 'noted', 'an object')
  for (const [name, body] of Object.entries(NOTES)) await ask(server, 'PUT', name, body)
})
afterEach(() => folder[Symbol.asyncDispose]())

function ask(server: ServerAddress, method: string, name: string, body = ''): Promise<RawAnswer> {
  const path = objectPath(BUCKET, 'noted')
  return rawRequest(server, { method, path, query: annotationOf(name), body })
}

it('repair leaves annotations as they are', async () => {
  await damage(folder.path, (store) => store.flip(ownedBuckets))
  expect((await holdfast(folder.path, 'repair', '--yes')).exitCode).toBe(0)
  await sweep(folder.path)
  await using server = await startTestServer({ dataDirectory: folder.path })
  for (const [name, body] of Object.entries(NOTES)) {
    const { status, text } = await ask(server, 'GET', name)
    expect([name, status, text === body]).toEqual([name, 200, true])
  }
}, 120_000)

it('scrub reads annotations, tells which are damaged, and repair leaves their object', async () => {
  expect((await holdfast(folder.path, 'scrub')).exitCode).toBe(0)
  for (const { path } of await blobFiles(folder.path)) {
    const bytes = await readFile(path)
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    await chmod(path, 0o600)
    await writeFile(path, bytes)
  }
  for (const isMended of [false, true]) {
    if (isMended) await holdfast(folder.path, 'repair', '--yes')
    const { text } = await holdfast(folder.path, 'scrub')
    expect(text).toMatch(/^DAMAGED .+\/noted \(version null\): annotation long: /m)
  }
  await using server = await startTestServer({ dataDirectory: folder.path })
  const { text } = await rawRequest(server, { method: 'GET', path: objectPath(BUCKET, 'noted') })
  expect(text).toBe('an object')
  expect((await ask(server, 'GET', 'short')).text).toBe(NOTES.short)
}, 120_000)

it('repair frees the annotations of an object that it takes out', async () => {
  expect(await blobFiles(folder.path)).toHaveLength(1)
  await damage(folder.path, (store) => store.flip(current))
  expect((await holdfast(folder.path, 'repair', '--yes')).exitCode).toBe(0)
  await sweep(folder.path)
  expect(await blobFiles(folder.path)).toEqual([])
}, 120_000)

it.each([
  { of: 'an annotation', table: annotations, left: '0' },
  { of: 'how many there are', table: annotationSets, left: '2' },
])(
  'repair takes out a row that is damaged of $of, and nothing of its object',
  async ({ table, left }) => {
    await damage(folder.path, (store) => store.flip(table))
    expect((await holdfast(folder.path, 'repair', '--yes')).exitCode).toBe(0)
    await sweep(folder.path)
    expect(await blobFiles(folder.path)).toHaveLength(left === '0' ? 0 : 1)
    const { exitCode, text } = await holdfast(folder.path, 'scrub')
    expect([exitCode, text]).toEqual([0, expect.stringMatching(/ 0 unreadable\.\n.* 0 damaged\.$/m)])
    await using server = await startTestServer({ dataDirectory: folder.path })
    expect((await getObject(server, BUCKET, 'noted')).text).toBe('an object')
    const listing = { path: objectPath(BUCKET, 'noted'), query: ANNOTATIONS }
    const names = (await rawRequest(server, listing)).text.match(/<AnnotationName>/g) ?? []
    expect(String(names.length)).toBe(left)
    expect((await ask(server, 'PUT', 'short', 'anew')).status).toBe(200)
    expect((await ask(server, 'GET', 'short')).text).toBe('anew')
    expect((await ask(server, 'DELETE', 'short')).status).toBe(204)
  },
  120_000,
)

it('repair takes out what is damaged of a report of an inventory: the next one is made anew', async () => {
  await damage(folder.path, async (store) => {
    const key = inventoryReports.key('a bucket', 'weekly')
    const row = { bucketName: BUCKET, startedMilliseconds: 1_900_000_000_000 }
    await store.write([{ key, value: inventoryReports.encode(key, row, 2) }])
    return store.flip(inventoryReports)
  })
  expect((await holdfast(folder.path, 'repair', '--yes')).exitCode).toBe(0)
  expect((await holdfast(folder.path, 'scrub')).exitCode).toBe(0)
}, 60_000)

it('an annotation whose bytes are lost is an error, and no request without end', async () => {
  await damage(folder.path, removeAll(blobReferences))
  await damage(folder.path, removeAll(inlineBytes))
  await using server = await startTestServer({ dataDirectory: folder.path })
  for (const name of Object.keys(NOTES)) {
    const { status, errorCode } = await ask(server, 'GET', name)
    expect([name, status, errorCode]).toEqual([name, 500, 'InternalError'])
  }
}, 60_000)
