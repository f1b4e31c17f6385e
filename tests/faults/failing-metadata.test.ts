import { hash } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { MovableClock } from '../../packages/server/src/base/clock.ts'
import type { OrderedStore } from '../../packages/server/src/metadata/ordered-store.ts'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket, getObject, listKeys, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { rawRequest, type ServerAddress, xmlTexts } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { FaultyStore } from './faulty-store.ts'
import { sweep } from './sweep.ts'

const bucket = 'failing-metadata'
const path = `/${bucket}/k`
const before = contentOf('before', 200_000)
const kinds = [
  { kind: 'full', answer: [503, 'ServiceUnavailable'] },
  { kind: 'unavailable', answer: [500, 'InternalError'] },
  { kind: 'corrupt', answer: [500, 'InternalError'] },
] as const
const sizes = [1000, 300_000]
const cases = kinds.flatMap((each) => sizes.map((size) => ({ ...each, size })))

let dataDirectory: string
let store: FaultyStore
let server: ServerAddress
let clock: MovableClock
let stop: () => Promise<void>
let hopeless: string[]

beforeEach(async () => {
  const folder = await temporaryDirectory()
  dataDirectory = folder.path
  hopeless = []
  const wrapMetadata = (inner: OrderedStore): OrderedStore => (store = new FaultyStore(inner))
  const started = await startTestServer({
    dataDirectory,
    wrapMetadata,
    onHopeless: (reason) => hopeless.push(reason),
  })
  server = started
  clock = started.clock
  stop = async () => started[Symbol.asyncDispose]()
  await createBucket(server, bucket)
  await putObject(server, bucket, 'k', before)
  return async () => {
    await stop()
    await folder[Symbol.asyncDispose]()
  }
})

describe('a metadata store that refuses commits', () => {
  it.each(cases)('$kind: PutObject of $size bytes', async ({ kind, answer, size }) => {
    store.commits = kind
    const put = await rawRequest(server, { method: 'PUT', path, body: contentOf('after', size) })
    expect([put.status, put.errorCode]).toEqual(answer)
    expect(put.text).not.toMatch(/injected|secret/)
    expect((await getObject(server, bucket, 'k')).body.equals(before)).toBe(true)
    store.commits = undefined
    await putObject(server, bucket, 'k', contentOf('again', size))
    expect((await getObject(server, bucket, 'k')).body.equals(contentOf('again', size))).toBe(true)
  })

  it.each(kinds)('$kind: the other writes', async ({ kind, answer }) => {
    const begun = await rawRequest(server, { method: 'POST', path, query: 'uploads' })
    const uploadId = encodeURIComponent(xmlTexts(begun.text, 'UploadId')[0] ?? '')
    store.commits = kind
    const requests = [
      { method: 'PUT', path: `/${bucket}-2` },
      { method: 'DELETE', path },
      { method: 'POST', path, query: 'uploads' },
      { method: 'PUT', path, query: `partNumber=1&uploadId=${uploadId}`, body: before },
      { method: 'DELETE', path, query: `uploadId=${uploadId}` },
      { method: 'PUT', path: `${path}-2`, headers: { 'x-amz-copy-source': path } },
    ]
    for (const request of requests) {
      const { status, errorCode } = await rawRequest(server, request)
      expect({ ...request, outcome: [status, errorCode] }).toEqual({ ...request, outcome: answer })
    }
    store.commits = undefined
    expect(await listKeys(server, bucket)).toEqual(['k'])
    const parts = await rawRequest(server, { path, query: `uploadId=${uploadId}` })
    expect([parts.status, xmlTexts(parts.text, 'PartNumber')]).toEqual([200, []])
  })

  it('DeleteObjects: fails for the one key whose commit fails', async () => {
    await putObject(server, bucket, 'unlucky', before)
    await putObject(server, bucket, 'z', before)
    store.commitsOf = 'unlucky'
    const objects = ['k', 'unlucky', 'z'].map((key) => `<Object><Key>${key}</Key></Object>`)
    const body = `<Delete>${objects.join('')}</Delete>`
    const headers = { 'content-md5': hash('md5', body, 'base64') }
    const request = { method: 'POST', path: `/${bucket}`, query: 'delete', body, headers }
    const answer = await rawRequest(server, request)
    expect(answer.status).toBe(200)
    const [, failed = ''] = answer.text.split('<Error>')
    expect([xmlTexts(answer.text, 'Key'), xmlTexts(failed, 'Key')]).toEqual([
      ['k', 'z', 'unlucky'],
      ['unlucky'],
    ])
    expect(xmlTexts(failed, 'Code')).toEqual(['InternalError'])
    expect(answer.text).not.toMatch(/injected|secret/)
    expect(await listKeys(server, bucket)).toEqual(['unlucky'])
    store.commitsOf = undefined
    expect((await rawRequest(server, request)).text).not.toContain('<Error>')
    expect(await listKeys(server, bucket)).toEqual([])
  })

  it('leaves no blob behind after the sweep', async () => {
    const kept = await blobFiles(dataDirectory)
    for (const { kind } of kinds) {
      store.commits = kind
      await rawRequest(server, { method: 'PUT', path, body: contentOf(kind, 300_000) })
    }
    store.commits = undefined
    await stop()
    await sweep(dataDirectory)
    expect(await blobFiles(dataDirectory)).toEqual(kept)
  })
})

it('a commit whose answer is lost is an error to the client, and whole on disk', async () => {
  store.losesAnswers = true
  const after = contentOf('after', 300_000)
  const put = await rawRequest(server, { method: 'PUT', path, body: after })
  expect([put.status, put.errorCode]).toEqual([500, 'InternalError'])
  store.losesAnswers = false
  expect((await getObject(server, bucket, 'k')).body.equals(after)).toBe(true)
  await stop()
  await sweep(dataDirectory)
  expect(await blobFiles(dataDirectory)).toHaveLength(1)
})

describe('a metadata store that cannot be read', () => {
  it.each(kinds)('$kind: is an error of the server, never an absent object', async ({ kind }) => {
    store.reads = kind
    for (const request of [
      { path },
      { path: `/${bucket}`, query: 'list-type=2' },
      { path: '/' },
      { method: 'DELETE', path },
    ]) {
      const { status } = await rawRequest(server, request)
      expect({ ...request, failed: status >= 500 }).toEqual({ ...request, failed: true })
    }
    clock.advance(10_000)
    await expect.poll(ready).toEqual([503, 'not ready\nmetadata: the metadata store fails\n'])
    expect((await fetch(`${server.url}/-/live`)).status).toBe(200)
    store.reads = undefined
    clock.advance(10_000)
    await expect.poll(ready).toEqual([200, 'ready\n'])
    expect((await getObject(server, bucket, 'k')).body.equals(before)).toBe(true)
  })
})

describe('/-/ready', () => {
  it('tells of a store that takes no commits, and of one that is silent', async () => {
    store.commits = 'unavailable'
    clock.advance(10_000)
    await expect.poll(ready).toEqual([503, 'not ready\nmetadata: the metadata store fails\n'])
    store.commits = undefined
    const answer = Promise.withResolvers<void>()
    store.silence = answer.promise
    await expect.poll(readyLater).toEqual([503, 'not ready\nmetadata: the metadata store does not answer\n'])
    expect(await metric('holdfast_condition')).toEqual([
      'holdfast_condition{name="metadata",effect="unready"} 1',
    ])
    store.silence = undefined
    answer.resolve()
    await expect.poll(ready).toEqual([200, 'ready\n'])
    expect(await metric('holdfast_condition')).toEqual([])
  })

  it('tells of a commit that gets no answer, and the process is told to end', async () => {
    const answer = Promise.withResolvers<void>()
    store.silence = answer.promise
    await expect
      .poll(async () => (await readyLater())[1], { timeout: 10_000 })
      .toContain('stuck-commit: a commit to the metadata store has had no answer for too long\n')
    expect(hopeless).toEqual(['a commit to the metadata store has had no answer for too long'])
    store.silence = undefined
    answer.resolve()
  })

  it('tells of a root key that is gone, and of its return', async () => {
    const keys = join(dataDirectory, 'root-keys')
    await rename(keys, `${keys}-away`)
    await expect
      .poll(async () => (await readyLater())[1], { timeout: 10_000 })
      .toBe('not ready\nroot-key: the root key is not there, or does not open the keys of the store\n')
    await rename(`${keys}-away`, keys)
    await expect.poll(readyLater, { timeout: 10_000 }).toEqual([200, 'ready\n'])
  })

  it('never works for whoever asks', async () => {
    const { calls } = store
    for (let turn = 0; turn < 20; turn++) await ready()
    expect(store.calls - calls).toBeLessThan(10)
  })
})

async function ready(): Promise<[status: number, text: string]> {
  const answer = await fetch(`${server.url}/-/ready`)
  return [answer.status, await answer.text()]
}

function readyLater(): ReturnType<typeof ready> {
  clock.advance(10_000)
  return ready()
}

async function metric(name: string): Promise<string[]> {
  const text = await (await fetch(`${server.url}/-/metrics`)).text()
  return text.split('\n').filter((line) => line.startsWith(`${name}{`))
}
