import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  blobReferences,
  current,
  inlineBytes,
  ownedBuckets,
} from '../../packages/server/src/metadata/tables/tables.ts'
import { annotationOf } from '../conformance/annotations/annotation-room.ts'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, putObject } from '../support/buckets.ts'
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

it('repair frees the annotations of an object that it takes out', async () => {
  expect(await blobFiles(folder.path)).toHaveLength(1)
  await damage(folder.path, (store) => store.flip(current))
  expect((await holdfast(folder.path, 'repair', '--yes')).exitCode).toBe(0)
  await sweep(folder.path)
  expect(await blobFiles(folder.path)).toEqual([])
}, 120_000)

it('an annotation whose bytes are lost is an error, and no request without end', async () => {
  await damage(folder.path, removeAll(blobReferences))
  await damage(folder.path, removeAll(inlineBytes))
  await using server = await startTestServer({ dataDirectory: folder.path })
  for (const name of Object.keys(NOTES)) {
    const { status, errorCode } = await ask(server, 'GET', name)
    expect([name, status, errorCode]).toEqual([name, 500, 'InternalError'])
  }
}, 60_000)
