import { CreateMultipartUploadCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { otherAccount, otherCredentials } from '../../support/accounts.ts'
import { blobFiles } from '../../support/blob-files.ts'
import { contentOf } from '../../support/content.ts'
import { type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { checksumHeader, referenceAlgorithms, referenceChecksum } from '../../support/reference-checksums.ts'
import { objectPath } from '../../support/signature-v4.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { describeAccess } from '../objects/object-access.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { elementOf, noUpload, type Upload, UploadRoom } from './upload-room.ts'

let room: UploadRoom
const small = contentOf('small', 1000)
const large = contentOf('large', 300_000)
beforeAll(async () => {
  room = await UploadRoom.open()
  await room.objects.put('small', small)
  await room.objects.put('a large/one & more', large)
  await room.objects.put('empty', '')
  return () => room[Symbol.asyncDispose]()
})

function sourceOf(key: string): string {
  return objectPath(room.objects.bucket, key).slice(1)
}

function copy(
  upload: Upload,
  partNumber: number | string,
  key: string,
  headers: Record<string, string> = {},
  here = room,
): Promise<RawAnswer> {
  return here.sendPart(upload, partNumber, { headers: { 'x-amz-copy-source': sourceOf(key), ...headers } })
}

function quotedMd5(bytes: Uint8Array): string {
  return `"${Buffer.from(referenceChecksum('MD5', bytes), 'base64').toString('hex')}"`
}

/** Completes an upload of one part that was copied; returns the object's bytes. */
async function completed(upload: Upload, part: RawAnswer, here = room): Promise<Buffer | undefined> {
  expectSuccess(part)
  expectSuccess(await here.complete(upload, [{ PartNumber: 1, ETag: elementOf(part, 'ETag') ?? '' }]))
  return here.objects.bytesOf(upload.key)
}

it.each([
  ['small', small],
  ['a large/one & more', large],
  ['empty', Buffer.alloc(0)],
])('copies all of %j', async (key, bytes) => {
  const upload = await room.create('whole')
  const answer = await copy(upload, 1, key)
  expectSuccess(answer)
  expect(answer.text).toContain('<CopyPartResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">')
  expect(elementOf(answer, 'ETag')).toBe(quotedMd5(bytes))
  expect(elementOf(answer, 'LastModified')).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.000Z$/)
  expect((await completed(upload, answer))?.equals(bytes)).toBe(true)
})

it('copies an object that was uploaded in parts', async () => {
  await room.whole('in parts', [large, small, 'end'])
  const upload = await room.create('of parts')
  const bytes = Buffer.concat([large, small, Buffer.from('end')])
  const answer = await copy(upload, 1, 'in parts')
  expect(elementOf(answer, 'ETag')).toBe(quotedMd5(bytes))
  expect((await completed(upload, answer))?.equals(bytes)).toBe(true)
  const across = await room.create('across')
  const part = await copy(across, 1, 'in parts', { 'x-amz-copy-source-range': 'bytes=299990-301001' })
  expect((await completed(across, part))?.equals(bytes.subarray(299_990, 301_002))).toBe(true)
})

describe('a range', () => {
  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=0-999', 0, 1000],
    ['bytes=10-19', 10, 20],
    ['bytes=999-999', 999, 1000],
  ])('%s', async (range, start, end) => {
    const upload = await room.create('range')
    const answer = await copy(upload, 1, 'small', { 'x-amz-copy-source-range': range })
    expect((await completed(upload, answer))?.equals(small.subarray(start, end))).toBe(true)
  })

  it.each([
    'bytes=0-1000',
    'bytes=1000-1000',
    'bytes=5-4',
    'bytes=0-',
    'bytes=-5',
    'bytes=0-1,3-4',
    '0-1',
    'items=0-1',
    'bytes=x-y',
    'bytes=0-99999999999999999999',
  ])('%s is refused', async (range) => {
    const upload = await room.create('range')
    const answer = await copy(upload, 1, 'small', { 'x-amz-copy-source-range': range })
    expect(expectError(answer, 400, 'InvalidArgument')('ArgumentName')).toBe('x-amz-copy-source-range')
  })

  it('of an empty object is refused', async () => {
    const upload = await room.create('range')
    const answer = await copy(upload, 1, 'empty', { 'x-amz-copy-source-range': 'bytes=0-0' })
    expectError(answer, 400, 'InvalidArgument')
  })
})

describe('the source', () => {
  it.each([
    ['no such object', 404, 'NoSuchKey'],
    ['small?versionId=none', 400, 'InvalidArgument'],
    [`small?versionId=${'0'.repeat(32)}`, 404, 'NoSuchVersion'],
  ])('%s', async (key, status, code) => {
    const upload = await room.create('source')
    const headers = { 'x-amz-copy-source': `/${room.objects.bucket}/${key.replaceAll(' ', '%20')}` }
    expectError(await room.sendPart(upload, 1, { headers }), status, code)
  })

  it('that names no bucket, or no key, is refused', async () => {
    const upload = await room.create('source')
    const from = (source: string) => room.sendPart(upload, 1, { headers: { 'x-amz-copy-source': source } })
    expectError(await from('no-such-bucket/key'), 404, 'NoSuchBucket')
    expectError(await from('only-a-bucket'), 400, 'InvalidArgument')
    expectError(await from(''), 400, 'InvalidArgument')
  })

  it('may be of another owner only where that owner allows it', async () => {
    const { server } = room.objects
    const theirs = { credentials: otherCredentials }
    expectSuccess(await rawRequest(server, { method: 'PUT', path: '/their-bucket', ...theirs }))
    expectSuccess(
      await rawRequest(server, { method: 'PUT', path: '/their-bucket/key', body: 'theirs', ...theirs }),
    )
    const upload = await room.create('source')
    const headers = { 'x-amz-copy-source': 'their-bucket/key' }
    expectError(await room.sendPart(upload, 1, { headers }), 403, 'AccessDenied')
    const expected = { 'x-amz-source-expected-bucket-owner': otherAccount.id }
    expectError(await copy(upload, 1, 'small', expected), 403, 'AccessDenied')
  })

  it('is nothing for the anonymous, though everybody may read and write', async () => {
    const { server } = room.objects
    const path = '/for-all'
    expectSuccess(await rawRequest(server, { method: 'PUT', path }))
    const body = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::for-all/*' },
    })
    await rawRequest(server, { method: 'DELETE', path, query: 'publicAccessBlock=' })
    expectSuccess(await rawRequest(server, { method: 'PUT', path, query: 'policy=', body }), 204)
    expectSuccess(
      await rawRequest(server, { method: 'PUT', path: `${path}/key`, body: 'x', anonymous: true }),
    )
    const created = await rawRequest(server, { method: 'POST', path: `${path}/key`, query: 'uploads=' })
    const query = `partNumber=1&uploadId=${elementOf(created, 'UploadId')}`
    const headers = { 'x-amz-copy-source': 'for-all/key' }
    const ask = (parts: { method: string; query?: string; headers?: Record<string, string> }) =>
      rawRequest(server, { ...parts, path: `${path}/key`, anonymous: true })
    for (const [answer, message] of [
      [await ask({ method: 'PUT', query, headers }), 'Anonymous users cannot copy objects.'],
      [await ask({ method: 'PUT', headers }), 'Anonymous users cannot copy objects.'],
      [
        await ask({ method: 'POST', query: 'uploads=' }),
        'Anonymous users cannot initiate multipart uploads.',
      ],
    ] as const) {
      expect(expectError(answer, 403, 'AccessDenied')('Message')).toContain(message)
    }
  })

  it('is a version where it names one', async () => {
    await using here = await UploadRoom.open()
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
    const headers = { 'content-md5': referenceChecksum('MD5', body) }
    const request = { method: 'PUT', path: '/the-bucket', query: 'versioning=', headers, body }
    expectSuccess(await rawRequest(here.objects.server, request))
    const first = await here.objects.put('key', 'first version')
    const second = await here.objects.put('key', 'second version')
    const [one, two] = [first, second].map((answer) => String(answer.headers['x-amz-version-id']))
    const upload = await here.create('version')
    const old = await copy(upload, 1, 'key', { 'x-amz-copy-source': `the-bucket/key?versionId=${one}` }, here)
    expect(old.headers['x-amz-copy-source-version-id']).toBe(one)
    const newest = await copy(upload, 2, 'key', {}, here)
    expect(newest.headers['x-amz-copy-source-version-id']).toBe(two)
    expect((await completed(upload, old, here))?.toString()).toBe('first version')
    const deleted = await here.objects.request('DELETE', 'key')
    const again = await here.create('version')
    expectError(await copy(again, 1, 'key', {}, here), 404, 'NoSuchKey')
    const marker = `the-bucket/key?versionId=${String(deleted.headers['x-amz-version-id'])}`
    expect(
      (await copy(again, 1, 'key', { 'x-amz-copy-source': marker }, here)).status,
    ).toBeGreaterThanOrEqual(400)
  })
})

describe('conditions on the source', () => {
  // So that a date after that of the source is not still to come.
  beforeAll(() => room.objects.server.clock.advance(60_000))

  const [past, future] = ['Mon, 01 Jan 2001 00:00:00 GMT', 'Fri, 01 Jan 2100 00:00:00 GMT']
  const [same, other] = [quotedMd5(small), `"${'0'.repeat(32)}"`]
  const named = (conditions: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(conditions).map(([name, value]) => [`x-amz-copy-source-if-${name}`, value]),
    )

  it.each([
    [{ match: same }],
    [{ match: '*' }],
    [{ 'none-match': other }],
    [{ 'modified-since': past }],
    [{ 'unmodified-since': future }],
    [{ match: same, 'unmodified-since': past }],
  ] satisfies [Record<string, string>][])('%j hold', async (conditions) => {
    expectSuccess(await copy(await room.create('conditions'), 1, 'small', named(conditions)))
  })

  it.each([
    [{ match: other }],
    [{ 'none-match': same }],
    [{ 'none-match': '*' }],
    [{ 'modified-since': new Date(Date.now() + 30_000).toUTCString() }],
    [{ 'unmodified-since': past }],
    [{ 'none-match': same, 'modified-since': past }],
  ] satisfies [Record<string, string>][])('%j fail with 412', async (conditions) => {
    const upload = await room.create('conditions')
    expectError(await copy(upload, 1, 'small', named(conditions)), 412, 'PreconditionFailed')
    expect(xmlTexts((await room.list(upload)).text, 'PartNumber')).toEqual([])
  })
})

it.each([
  ['x-amz-metadata-directive', 'REPLACE', 'The specified header is not valid in this context'],
  ['Content-MD5', '1B2M2Y8AsgTpgAmY7PhCfg==', 'The specified header is not valid in this context'],
  [
    'x-amz-server-side-encryption',
    'AES256',
    'x-amz-server-side-encryption header is not supported for this operation.',
  ],
])('%s is refused: it would not be heeded', async (name, value, message) => {
  const answer = await copy(await room.create('refused'), 1, 'small', { [name]: value })
  const element = expectError(answer, 400, 'InvalidArgument')
  expect(['Message', 'ArgumentName', 'ArgumentValue'].map(element)).toEqual([message, name, value])
})

describe('checksums', () => {
  it.each(referenceAlgorithms)('%s is computed of what was copied', async (algorithm) => {
    const upload = await room.create('checked', { 'x-amz-checksum-algorithm': algorithm })
    for (const [number, key, range, bytes] of [
      [1, 'a large/one & more', undefined, large],
      [2, 'small', undefined, small],
      [3, 'a large/one & more', 'bytes=100-200000', large.subarray(100, 200_001)],
    ] as const) {
      const headers = range === undefined ? {} : { 'x-amz-copy-source-range': range }
      const answer = await copy(upload, number, key, headers)
      expectSuccess(answer)
      expect(elementOf(answer, `Checksum${algorithm}`)).toBe(referenceChecksum(algorithm, bytes))
    }
    const listed = await room.list(upload)
    expect(xmlTexts(listed.text, `Checksum${algorithm}`)).toHaveLength(3)
    expect(Object.keys(listed.headers)).not.toContain(checksumHeader(algorithm))
  })

  // Source: S3 API Reference, CopyPartResult: "present if the multipart upload request was created with" the algorithm.
  it('is told of no upload that was created without', async () => {
    const answer = await copy(await room.create('unchecked'), 1, 'small')
    expectSuccess(answer)
    expect(answer.text).not.toContain('Checksum')
  })
})

it('copies no bytes of an object in one piece, and frees them when nobody names them any more', async () => {
  await using folder = await temporaryDirectory()
  await using here = await UploadRoom.open({ dataDirectory: folder.path })
  const blobs = async (): Promise<number> => {
    await here.objects.server.settle()
    return (await blobFiles(folder.path)).length
  }
  await here.objects.put('source', large)
  const upload = await here.create('shared')
  const parts = []
  for (const number of [1, 2, 2, 3]) {
    const answer = await copy(upload, number, 'source', {}, here)
    expectSuccess(answer)
    parts[number - 1] = { PartNumber: number, ETag: elementOf(answer, 'ETag') ?? '' }
  }
  expect(await blobs()).toBe(1)
  expectSuccess(await here.complete(upload, parts.slice(0, 2)))
  expectSuccess(await here.objects.request('DELETE', 'source'), 204)
  expect(await blobs()).toBe(1)
  expect((await here.objects.bytesOf('shared'))?.equals(Buffer.concat([large, large]))).toBe(true)
  const copied = { 'x-amz-copy-source': 'the-bucket/shared' }
  expectSuccess(await here.objects.request('PUT', 'copy of shared', { headers: copied }))
  expectSuccess(await here.objects.request('DELETE', 'shared'), 204)
  expect(await blobs()).toBe(1)
  expect((await here.objects.bytesOf('copy of shared'))?.equals(Buffer.concat([large, large]))).toBe(true)
  expectSuccess(await here.objects.request('DELETE', 'copy of shared'), 204)
  expect(await blobs()).toBe(0)
})

it('knows part numbers and uploads as UploadPart does', async () => {
  const upload = await room.create('numbers')
  for (const number of ['0', '10001'])
    expectError(await copy(upload, number, 'small'), 400, 'InvalidArgument')
  expectError(await copy(noUpload, 1, 'small'), 404, 'NoSuchUpload')
  expectError(await copy({ ...upload, key: 'another' }, 1, 'small'), 404, 'NoSuchUpload')
})

it('works through the SDK', async () => {
  const { client, bucket: Bucket } = room.objects
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key: 'sdk', ChecksumAlgorithm: 'SHA256' }),
  )
  const of = { Bucket, Key: 'sdk', UploadId, PartNumber: 1, CopySource: sourceOf('small') }
  const { CopyPartResult } = await client.send(
    new UploadPartCopyCommand({ ...of, CopySourceRange: 'bytes=0-9' }),
  )
  expect(CopyPartResult).toMatchObject({
    ETag: quotedMd5(small.subarray(0, 10)),
    ChecksumSHA256: referenceChecksum('SHA256', small.subarray(0, 10)),
  })
  const refused = client.send(new UploadPartCopyCommand({ ...of, CopySourceIfMatch: '"x"' }))
  expect(await sdkError(refused)).toEqual([412, 'PreconditionFailed'])
})

describeAccess(
  () => room.objects,
  async (bucket) => {
    const { id } = await room.create('access')
    return {
      method: 'PUT',
      path: `/${bucket}/access`,
      query: `partNumber=1&uploadId=${id}`,
      headers: { 'x-amz-copy-source': sourceOf('small') },
    }
  },
)
