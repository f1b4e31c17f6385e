import type { TestServer } from 'holdfast'
import { beforeEach, describe, expect, it } from 'vitest'
import { newestStoreKey, storeKeys } from '../../packages/server/src/metadata/tables/kms-tables.ts'
import {
  blobReferences,
  buckets,
  current,
  garbage,
  inlineBytes,
  ownedBuckets,
  parts,
  uploads,
  versionHeads,
  versions,
  workerProgress,
} from '../../packages/server/src/metadata/tables/tables.ts'
import { serverProcesses, workerLeases } from '../../packages/server/src/metadata/tables/worker-tables.ts'
import { withMd5 } from '../conformance/access/access-room.ts'
import { contentOf } from '../support/content.ts'
import { createBucket, getObject, listKeys, putObject } from '../support/buckets.ts'
import { DamagedStore } from '../support/damaged-store.ts'
import { rawRequest, xmlTexts } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'

const LATER_MILLISECONDS = 20 * 60_000
const LARGE_BYTES = 100_000

let damaged: DamagedStore
let server: TestServer
let bucket: string
let bucketId: string

beforeEach(async () => {
  damaged = new DamagedStore()
  server = await startTestServer({ wrapMetadata: damaged.wrap, log: damaged.log, minimumPartBytes: 1 })
  bucket = await createBucket(server, 'rows')
  const [entry] = await damaged.entries(buckets)
  bucketId = entry ? buckets.decode(entry).id : ''
  return () => server[Symbol.asyncDispose]()
})

async function statusOf(key: string, query = ''): Promise<(number | string | undefined)[]> {
  const { status, errorCode } = await rawRequest(server, { path: `/${bucket}/${key}`, query })
  return [status, errorCode]
}

const WHOLE = [200, undefined]
const FAULT = [500, 'InternalError']

async function countOf(table: string): Promise<number> {
  const { status, text } = await rawRequest(server, { path: '/-/metrics', anonymous: true })
  expect(status).toBe(200)
  const found = new RegExp(`^holdfast_unreadable_rows_total\\{table="${table}"\\} (\\d+)$`, 'm').exec(text)
  return Number(found?.[1] ?? 0)
}

async function list(query: string): Promise<string> {
  const { status, text } = await rawRequest(server, { path: `/${bucket}`, query })
  expect(status).toBe(200)
  return text
}

async function settleLater(): Promise<void> {
  await server.settle()
  server.clock.advance(LATER_MILLISECONDS)
  await server.settle()
  await server.settle()
}

/** Whether a large object is what was put, by the clock of the server. */
async function isWhole(key: string): Promise<boolean> {
  const { body } = await rawRequest(server, { path: `/${bucket}/${key}`, date: server.clock.now() })
  return body.equals(contentOf(key, LARGE_BYTES))
}

describe('a row of an object', () => {
  beforeEach(async () => {
    for (const key of ['a', 'b', 'c', 'd/1', 'e']) await putObject(server, bucket, key, key)
    await damaged.flip(current, bucketId, 'b')
  })

  it('costs that object alone', async () => {
    expect(await statusOf('b')).toEqual(FAULT)
    for (const key of ['a', 'c', 'd/1', 'e']) expect(await statusOf(key)).toEqual(WHOLE)
    await putObject(server, bucket, 'new', 'x')
    const body = '<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>'
    const answer = await rawRequest(server, {
      method: 'POST',
      path: `/${bucket}`,
      query: 'delete=',
      body,
      headers: withMd5(body),
    })
    expect(xmlTexts(answer.text, 'Code')).toEqual(['InternalError'])
    expect(await listKeys(server, bucket)).toEqual(['c', 'd/1', 'e', 'new'])
  })

  it('is left out of listings, which go on behind it, and is told and counted', async () => {
    expect(await listKeys(server, bucket)).toEqual(['a', 'c', 'd/1', 'e'])
    expect(damaged.told).toEqual([{ table: 'current', reason: expect.stringContaining('"b"') as string }])
    expect(await countOf('current')).toBe(1)
    // Pages of one: none is empty, and none is cut off where more follows.
    const found: string[] = []
    for (let marker: string | undefined = ''; marker !== undefined;) {
      const page = await list(`max-keys=1&marker=${encodeURIComponent(marker)}`)
      found.push(...xmlTexts(page, 'Key'))
      marker = xmlTexts(page, 'IsTruncated')[0] === 'true' ? xmlTexts(page, 'Key').at(-1) : undefined
    }
    expect(found).toEqual(['a', 'c', 'd/1', 'e'])
    expect(xmlTexts(await list('delimiter=/'), 'Key')).toEqual(['a', 'c', 'e'])
    expect(xmlTexts(await list('versions='), 'Key')).toEqual(['a', 'c', 'd/1', 'e'])
    expect(damaged.told).toHaveLength(1)
    expect(await countOf('current')).toBeGreaterThan(4)
  })

  it('at the key of another is not taken for the other', async () => {
    const [entry] = await damaged.entries(current, bucketId, 'c')
    await damaged.write([{ key: current.key(bucketId, 'b'), value: entry?.value ?? Buffer.alloc(0) }])
    expect(await statusOf('b')).toEqual(FAULT)
    expect(await listKeys(server, bucket)).toEqual(['a', 'c', 'd/1', 'e'])
  })

  it('leaves lifecycle rules to all others', async () => {
    const rule =
      '<Rule><ID>all</ID><Status>Enabled</Status><Filter/><Expiration><Days>1</Days></Expiration></Rule>'
    const body = `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`
    const answer = await rawRequest(server, {
      method: 'PUT',
      path: `/${bucket}`,
      query: 'lifecycle=',
      body,
      headers: withMd5(body),
    })
    expect(answer.status).toBe(200)
    server.clock.advance(3 * 24 * 3_600_000)
    await server.settle()
    const left = await damaged.entries(current, bucketId)
    expect(left.map(({ key }) => current.parts(key)[1])).toEqual(['b'])
  })
})

it('inline bytes and store keys that cannot be read cost the objects that need them', async () => {
  await putObject(server, bucket, 'one', 'one')
  const [entry] = await damaged.entries(inlineBytes)
  await putObject(server, bucket, 'other', 'other')
  await damaged.flip(inlineBytes, ...(entry ? inlineBytes.parts(entry.key) : []))
  expect(await statusOf('one')).toEqual(FAULT)
  expect((await getObject(server, bucket, 'other')).text).toBe('other')
})

describe('rows of versions', () => {
  let ids: string[]
  beforeEach(async () => {
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
    await rawRequest(server, { method: 'PUT', path: `/${bucket}`, query: 'versioning=', body })
    ids = []
    for (const content of ['1', '2', '3']) {
      const { headers } = await putObject(server, bucket, 'key', content)
      ids.push(String(headers['x-amz-version-id']))
    }
    await putObject(server, bucket, 'other', 'x')
  })
  const version = (index: number): string => `versionId=${ids[index]}`

  async function shown(): Promise<unknown[]> {
    const text = await list('versions=')
    const latest = xmlTexts(text, 'IsLatest')
    return xmlTexts(text, 'VersionId').map((id, index) => [ids.indexOf(id), latest[index]])
  }

  it('the newest costs itself: the older ones stay what they are, and can be tagged and deleted', async () => {
    await damaged.flip(current, bucketId, 'key')
    expect(await statusOf('key')).toEqual(FAULT)
    expect(await statusOf('key', version(2))).toEqual(FAULT)
    for (const index of [0, 1]) expect(await statusOf('key', version(index))).toEqual(WHOLE)
    expect(await shown()).toEqual([
      [1, 'false'],
      [0, 'false'],
      [-1, 'true'],
    ])
    expect(xmlTexts(await list(`versions=&key-marker=key&version-id-marker=${ids[1]}`), 'VersionId')[0]).toBe(
      ids[0],
    )
    const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
    const path = `/${bucket}/key`
    const tagged = await rawRequest(server, { method: 'PUT', path, query: `tagging=&${version(0)}`, body })
    expect(tagged.status).toBe(200)
    expect((await rawRequest(server, { method: 'DELETE', path, query: version(1) })).status).toBe(204)
    expect(await damaged.entries(versions, bucketId, 'key')).toHaveLength(1)
  })

  it('an older one costs itself: the newest is read and deleted, the one behind the damage too', async () => {
    await damaged.flip(versions, bucketId, 'key', ids[1] ?? '')
    expect(await statusOf('key')).toEqual(WHOLE)
    expect(await statusOf('key', version(1))).toEqual(FAULT)
    expect(await statusOf('key', version(0))).toEqual(WHOLE)
    expect(await shown()).toEqual([
      [2, 'true'],
      [0, 'false'],
      [-1, 'true'],
    ])
    const path = `/${bucket}/key`
    expect((await rawRequest(server, { method: 'DELETE', path, query: version(2) })).status).toBe(204)
    // Now it is the newest, and whoever asks for the newest is told.
    expect(await statusOf('key')).toEqual(FAULT)
    expect(await statusOf('key', version(0))).toEqual(WHOLE)
    expect(await shown()).toEqual([
      [0, 'false'],
      [-1, 'true'],
    ])
  })

  it('the head costs no reader anything', async () => {
    await damaged.flip(versionHeads, bucketId, 'key')
    for (const index of [0, 1, 2]) expect(await statusOf('key', version(index))).toEqual(WHOLE)
    expect(await statusOf('key')).toEqual(WHOLE)
    expect(await shown()).toHaveLength(4)
  })
})

describe('rows of uploads', () => {
  let ids: string[]
  beforeEach(async () => {
    ids = []
    for (const key of ['one', 'two']) {
      const begun = await rawRequest(server, { method: 'POST', path: `/${bucket}/${key}`, query: 'uploads=' })
      ids.push(xmlTexts(begun.text, 'UploadId')[0] ?? '')
    }
  })
  const put = (index: number, partNumber: number) =>
    rawRequest(server, {
      method: 'PUT',
      path: `/${bucket}/${['one', 'two'][index]}`,
      query: `partNumber=${partNumber}&uploadId=${ids[index]}`,
      body: contentOf(`part ${index}/${partNumber}`, LARGE_BYTES),
    })

  it('an upload costs itself: metrics and the other uploads are told of', async () => {
    await put(1, 1)
    await damaged.flip(uploads, bucketId, 'one')
    const { status, text } = await rawRequest(server, { path: '/-/metrics', anonymous: true })
    expect(status).toBe(200)
    expect(text).toContain('\nholdfast_open_uploads 1\n')
    expect(xmlTexts(await list('uploads='), 'UploadId')).toEqual([ids[1]])
    expect(xmlTexts(await list('uploads=&max-uploads=1'), 'UploadId')).toEqual([ids[1]])
    expect(await statusOf('one', `uploadId=${ids[0]}`)).toEqual(FAULT)
    expect(await statusOf('two', `uploadId=${ids[1]}`)).toEqual(WHOLE)
  })

  it('a part costs itself: the upload is completed without it, and what is left is freed', async () => {
    const etags: string[] = []
    for (const partNumber of [1, 2, 3]) etags.push(String((await put(0, partNumber)).headers['etag']))
    await damaged.flip(parts, ids[0] ?? '', 2)
    const listed = await rawRequest(server, { path: `/${bucket}/one`, query: `uploadId=${ids[0]}` })
    expect(xmlTexts(listed.text, 'PartNumber')).toEqual(['1', '3'])
    const complete = (numbers: readonly number[]) =>
      rawRequest(server, {
        method: 'POST',
        path: `/${bucket}/one`,
        query: `uploadId=${ids[0]}`,
        body: `<CompleteMultipartUpload>${numbers
          .map((n) => `<Part><PartNumber>${n}</PartNumber><ETag>${etags[n - 1]}</ETag></Part>`)
          .join('')}</CompleteMultipartUpload>`,
      })
    expect((await complete([1, 2])).errorCode).toBe('InternalError')
    expect([(await complete([1])).status, await statusOf('one')]).toEqual([200, WHOLE])
    await settleLater()
    const left = await damaged.entries(parts, ids[0] ?? '')
    expect(left.map(({ key }) => parts.parts(key)[1])).toEqual([2])
    expect(await countOf('parts')).toBeGreaterThan(0)
    // What the part named nobody knows: its blob stays.
    expect(await damaged.entries(blobReferences)).toHaveLength(2)
  })
})

it('rows of buckets cost their bucket alone', async () => {
  const other = await createBucket(server, 'rows-other')
  await putObject(server, other, 'key', 'x')
  await damaged.flip(buckets, bucket)
  const listBuckets = async () => xmlTexts((await rawRequest(server, { path: '/' })).text, 'Name')
  expect(await listBuckets()).toEqual([bucket, other])
  expect((await rawRequest(server, { path: `/${bucket}` })).errorCode).toBe('InternalError')
  expect((await getObject(server, other, 'key')).status).toBe(200)
  const [owned] = await damaged.entries(ownedBuckets)
  await damaged.flip(ownedBuckets, ...(owned ? ownedBuckets.parts(owned.key) : []))
  expect(await listBuckets()).toEqual([other])
  await settleLater()
  expect(await countOf('ownedBuckets')).toBe(1)
})

describe('rows that workers go by', () => {
  it('garbage that cannot be read keeps no other from being freed', async () => {
    for (const key of ['a', 'b', 'c']) await putObject(server, bucket, key, contentOf(key, LARGE_BYTES))
    await damaged.write([
      { key: garbage.key('0'.repeat(32)), value: Buffer.from([2, 0, 0, 0, 0, 1, 0x7b, 0x7d]) },
    ])
    await rawRequest(server, { method: 'DELETE', path: `/${bucket}/a` })
    await settleLater()
    const left = await damaged.entries(garbage)
    expect(left.map(({ key }) => garbage.parts(key)[0])).toEqual(['0'.repeat(32)])
    expect(await countOf('garbage')).toBeGreaterThan(0)
  })

  it('a blob whose reference is lost stays, as long as a row names it', async () => {
    await putObject(server, bucket, 'large', contentOf('large', LARGE_BYTES))
    const [entry] = await damaged.entries(blobReferences)
    await damaged.write([], entry ? [entry.key] : [])
    for (let pass = 0; pass < 4; pass++) await settleLater()
    expect(await damaged.entries(garbage)).toEqual([])
    await damaged.write(entry ? [entry] : [])
    expect(await isWhole('large')).toBe(true)
  })

  it('no blob goes while a row cannot be read that may name it', async () => {
    await putObject(server, bucket, 'large', contentOf('large', LARGE_BYTES))
    const [reference] = await damaged.entries(blobReferences)
    const [row] = await damaged.entries(current)
    await damaged.write([], reference ? [reference.key] : [])
    await damaged.flip(current)
    for (let pass = 0; pass < 4; pass++) await settleLater()
    await damaged.write([...(reference ? [reference] : []), ...(row ? [row] : [])])
    expect(await isWhole('large')).toBe(true)
  })

  it('what they note for themselves is noted anew', async () => {
    await putObject(server, bucket, 'a', 'a')
    await server.settle()
    for (const table of [workerProgress, workerLeases, serverProcesses]) await damaged.flip(table)
    await settleLater()
    const { text } = await rawRequest(server, { path: '/-/metrics', anonymous: true })
    expect(text).not.toMatch(/^holdfast_worker_failing\{[^}]*\} 1$/m)
    for (const entry of await damaged.entries(workerProgress))
      expect(workerProgress.decode(entry)).toBeDefined()
  })
})

it('a lost store key costs what it sealed: new objects get a new one', async () => {
  await putObject(server, bucket, 'old', 'old')
  await damaged.flip(newestStoreKey)
  await damaged.flip(storeKeys)
  await using later = await startTestServer({ wrapMetadata: () => unowned(damaged.store) })
  await putObject(later, bucket, 'new', 'new')
  expect((await getObject(later, bucket, 'new')).text).toBe('new')
  expect((await getObject(later, bucket, 'old')).errorCode).toBe('InternalError')
})

/** The same store for another server, which does not close it. */
function unowned(inner: DamagedStore['store']): DamagedStore['store'] {
  return {
    get: (key) => inner.get(key),
    getMany: (keys) => inner.getMany(keys),
    scan: (range) => inner.scan(range),
    scanMany: (ranges) => inner.scanMany(ranges),
    snapshot: () => inner.snapshot(),
    commit: (change) => inner.commit(change),
    [Symbol.asyncDispose]: async () => undefined,
  }
}
