import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { awkwardKeys } from '../../support/awkward-keys.ts'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { objectPath } from '../../support/signature-v4.ts'
import { describeAccess } from '../objects/object-access.suite.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { elementOf, UploadRoom } from './upload-room.ts'

let room: UploadRoom
beforeAll(async () => {
  room = await UploadRoom.open()
  return () => room[Symbol.asyncDispose]()
})

function create(key: string, headers: Record<string, string> = {}) {
  return room.objects.request('POST', key, { query: 'uploads=', headers })
}

it('answers with the bucket, the key and an upload id', async () => {
  const answer = await create('a key&more')
  expectSuccess(answer)
  expect(answer.headers['content-type']).toBe('application/xml')
  expect(answer.text).toContain(
    '<InitiateMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
  )
  expect(elementOf(answer, 'Bucket')).toBe(room.objects.bucket)
  expect(elementOf(answer, 'Key')).toBe('a key&more')
  expect(elementOf(answer, 'UploadId')).toMatch(/^[\w.-]{16,}$/)
})

it('gives every upload of a key its own id, and makes no object', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, async () => (await room.create('same')).id))
  expect(new Set(ids).size).toBe(20)
  expect(await room.objects.bytesOf('same')).toBeUndefined()
})

it.each(awkwardKeys)('takes the key %j', async (key) => {
  await room.whole(key, ['one', 'two'])
  expect((await room.objects.bytesOf(key))?.toString()).toBe('onetwo')
})

describe('what describes the object', () => {
  const described = {
    'cache-control': 'max-age=1',
    'content-disposition': 'attachment; filename="x"',
    'content-encoding': 'gzip',
    'content-language': 'cs, en',
    'content-type': 'text/plain; charset=utf-8',
    expires: 'some day',
    'x-amz-meta-one': '1',
    'x-amz-meta-two': 'zwei drei',
    'x-amz-storage-class': 'STANDARD_IA',
    'x-amz-website-redirect-location': '/elsewhere',
  }

  it('is kept with the upload and comes with the object', async () => {
    await room.whole('described', ['a', 'b'], described)
    const answer = await room.objects.head('described')
    expect(answer.headers).toMatchObject(described)
  })

  it('is binary/octet-stream and STANDARD where nothing is said', async () => {
    await room.whole('plain', ['a'])
    const { headers } = await room.objects.head('plain')
    expect(headers['content-type']).toBe('binary/octet-stream')
    expect(headers).not.toHaveProperty('x-amz-storage-class')
  })

  it('may be sent by the SDK', async () => {
    const { client, bucket: Bucket } = room.objects
    const of = { Bucket, Key: 'sdk' }
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...of, Metadata: { color: 'blau' }, ContentType: 'text/x' }),
    )
    const part = await client.send(
      new UploadPartCommand({ ...of, UploadId, PartNumber: 7, Body: 'only part' }),
    )
    const completed = await client.send(
      new CompleteMultipartUploadCommand({
        ...of,
        UploadId,
        MultipartUpload: { Parts: [{ ...part, PartNumber: 7 }] },
      }),
    )
    const head = await client.send(new HeadObjectCommand(of))
    expect(head).toMatchObject({ Metadata: { color: 'blau' }, ContentType: 'text/x', ETag: completed.ETag })
  })

  it.each([
    ['x-amz-storage-class', 'COLD', 'InvalidStorageClass'],
    ['x-amz-website-redirect-location', 'elsewhere', 'InvalidRedirectLocation'],
    ['x-amz-meta-large', 'x'.repeat(2100), 'MetadataTooLarge'],
    ['x-amz-acl', 'nobody-knows', 'InvalidArgument'],
    ['x-amz-tagging', 'a=1&a=2', 'InvalidArgument'],
  ])('%s: %s is %s', async (name, value, code) => {
    expectError(await create('refused', { [name]: value }), 400, code)
  })
})

describe('the checksum', () => {
  it.each([
    ['CRC32', 'COMPOSITE'],
    ['CRC32C', 'COMPOSITE'],
    ['CRC64NVME', 'FULL_OBJECT'],
    ['SHA1', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
    ['SHA512', 'COMPOSITE'],
    ['MD5', 'COMPOSITE'],
    ['XXHASH64', 'COMPOSITE'],
    ['XXHASH3', 'COMPOSITE'],
    ['XXHASH128', 'COMPOSITE'],
  ])('%s is %s unless the client says otherwise', async (algorithm, type) => {
    const { headers } = await create('checksum', { 'x-amz-checksum-algorithm': algorithm })
    expect([headers['x-amz-checksum-algorithm'], headers['x-amz-checksum-type']]).toEqual([algorithm, type])
  })

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'])('%s may be of the full object', async (algorithm) => {
    const asked = { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': 'FULL_OBJECT' }
    expect((await create('checksum', asked)).headers).toMatchObject(asked)
  })

  it('goes without saying: then no header tells of one', async () => {
    const { headers } = await create('checksum')
    expect(Object.keys(headers).filter((name) => name.startsWith('x-amz-checksum'))).toEqual([])
  })

  it.each([
    [{ 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'COMPOSITE' }],
    [{ 'x-amz-checksum-algorithm': 'SHA1', 'x-amz-checksum-type': 'FULL_OBJECT' }],
    [{ 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-type': 'FULL_OBJECT' }],
    [{ 'x-amz-checksum-algorithm': 'XXHASH3', 'x-amz-checksum-type': 'FULL_OBJECT' }],
    [{ 'x-amz-checksum-algorithm': 'CRC16' }],
    [{ 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'HALF' }],
    [{ 'x-amz-checksum-type': 'FULL_OBJECT' }],
  ] satisfies [Record<string, string>][])('%j is refused', async (headers) => {
    expectError(await create('refused', headers), 400, 'InvalidRequest')
  })
})

it('takes a presigned request', async () => {
  const answer = await rawRequest(room.objects.server, {
    method: 'POST',
    path: objectPath(room.objects.bucket, 'presigned'),
    query: 'uploads=',
    presigned: { expiresSeconds: 60 },
  })
  expect(xmlTexts(answer.text, 'UploadId')).toHaveLength(1)
})

it('refuses keys of more than 1,024 bytes', async () => {
  expectError(await create('k'.repeat(1025)), 400, 'KeyTooLongError')
  expectSuccess(await create('k'.repeat(1024)))
})

describeAccess(
  () => room.objects,
  (bucket) => ({ method: 'POST', path: `/${bucket}/access`, query: 'uploads=' }),
)
