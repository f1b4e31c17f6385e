import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemDisk } from '../../packages/server/src/base/disk.ts'
import { type DiskOperation, FaultyDisk } from '../../packages/server/src/base/faulty-disk.ts'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, getObject, listKeys, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { type ServerAddress, rawRequest, xmlTexts } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const bucket = 'failing-disk'
const path = `/${bucket}/k`
const body = contentOf('body', 3_000_000)
const blobs = /\/blobs\//

const steps: DiskOperation[] = ['create', 'append', 'sync', 'close', 'rename', 'syncDirectory']
const codes = [
  { code: 'EIO', answer: [500, 'InternalError'] },
  { code: 'EROFS', answer: [503, 'ServiceUnavailable'] },
  { code: 'ENOSPC', answer: [503, 'ServiceUnavailable'] },
  { code: 'EDQUOT', answer: [503, 'ServiceUnavailable'] },
]
const cases = steps.flatMap((operation) => codes.map(({ code, answer }) => ({ operation, code, answer })))

let dataDirectory: string
let disk: FaultyDisk
let server: ServerAddress

beforeEach(async () => {
  const folder = await temporaryDirectory()
  dataDirectory = join(folder.path, 'data')
  disk = new FaultyDisk(systemDisk)
  const started = await startTestServer({ dataDirectory, disk })
  server = started
  await createBucket(server, bucket)
  return async () => {
    await started[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
})
afterEach(() => vi.waitUntil(() => disk.openFilesBesideLmdb === 0))

describe('a disk that fails while writing', () => {
  it.each(cases)('$operation with $code: PutObject', async ({ operation, code, answer }) => {
    await putObject(server, bucket, 'k', 'before')
    const heal = disk.inject({ operation, code, path: blobs })
    const put = await rawRequest(server, { method: 'PUT', path, body })
    expect([put.status, put.errorCode]).toEqual(answer)
    expect(put.text).not.toMatch(/E(IO|ROFS|NOSPC|DQUOT)|\/blobs|node:|\.ts/)
    expect((await getObject(server, bucket, 'k')).text).toBe('before')

    heal()
    await putObject(server, bucket, 'k', body)
    expect((await getObject(server, bucket, 'k')).body.equals(body)).toBe(true)
    await expect.poll(() => blobFiles(dataDirectory)).toHaveLength(1)
  })

  it.each(codes)('append with $code: UploadPart', async ({ code, answer }) => {
    const begun = await rawRequest(server, { method: 'POST', path, query: 'uploads' })
    const uploadId = encodeURIComponent(xmlTexts(begun.text, 'UploadId')[0] ?? '')
    const heal = disk.inject({ operation: 'append', code, path: blobs })
    const query = `partNumber=1&uploadId=${uploadId}`
    const part = await rawRequest(server, { method: 'PUT', path, query, body })
    expect([part.status, part.errorCode]).toEqual(answer)
    heal()
    const listed = await rawRequest(server, { path, query: `uploadId=${uploadId}` })
    expect(xmlTexts(listed.text, 'PartNumber')).toEqual([])
    expect(await blobFiles(dataDirectory)).toEqual([])
  })

  it.each(codes)('append with $code: CopyObject', async ({ code, answer }) => {
    await putObject(server, bucket, 'source', body)
    const before = await blobFiles(dataDirectory)
    const heal = disk.inject({ operation: 'append', code, path: blobs })
    const headers = { 'x-amz-copy-source': `/${bucket}/source` }
    const copied = await rawRequest(server, { method: 'PUT', path, headers })
    heal()
    // An error, before or after the answer began with 200; or none, where a copy needs no bytes written.
    const copies = copied.errorCode === undefined ? ['k', 'source'] : ['source']
    expect([answer, [200, answer[1]], [200, undefined]]).toContainEqual([copied.status, copied.errorCode])
    expect(await listKeys(server, bucket)).toEqual(copies)
    for (const key of copies) expect((await getObject(server, bucket, key)).body.equals(body)).toBe(true)
    expect(await blobFiles(dataDirectory)).toEqual(before)
  })

  it('full in the middle of a body leaves nothing', async () => {
    disk.spaceBytes = 1_000_000
    const put = await rawRequest(server, { method: 'PUT', path, body })
    expect([put.status, put.errorCode]).toEqual([503, 'ServiceUnavailable'])
    expect(await listKeys(server, bucket)).toEqual([])
    expect(await blobFiles(dataDirectory)).toEqual([])
  })
})

describe('a disk that fails while reading', () => {
  it('before the first byte is InternalError', async () => {
    await putObject(server, bucket, 'k', body)
    const heal = disk.inject({ operation: 'openForRead', code: 'EIO', path: blobs })
    const get = await rawRequest(server, { path })
    expect([get.status, get.errorCode]).toEqual([500, 'InternalError'])
    heal()
    expect((await getObject(server, bucket, 'k')).body.equals(body)).toBe(true)
  })

  it('in the middle of the body cuts the connection: no client takes it for the whole', async () => {
    await putObject(server, bucket, 'k', body)
    const heal = disk.inject({ operation: 'read', code: 'EIO', path: blobs, nth: 3 })
    await expect(rawRequest(server, { path })).rejects.toThrow(/aborted|ECONNRESET|hang up/)
    heal()
    expect((await getObject(server, bucket, 'k')).body.equals(body)).toBe(true)
  })

  it('never brings down what needs no disk', async () => {
    await putObject(server, bucket, 'small', 'inline')
    disk.diesAtCall = 0
    const put = await rawRequest(server, { method: 'PUT', path, body })
    expect([put.status, put.errorCode]).toEqual([500, 'InternalError'])
    expect((await getObject(server, bucket, 'small')).text).toBe('inline')
    expect(await listKeys(server, bucket)).toEqual(['small'])
  })
})
