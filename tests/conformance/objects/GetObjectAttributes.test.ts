import { GetObjectAttributesCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { otherAccount, otherCredentials } from '../../support/accounts.ts'
import { type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { elementOf, UploadRoom } from '../multipart/upload-room.ts'
import { describeAccess } from './object-access.suite.ts'
import { expectBareError, expectError, expectSuccess, sdkError } from './object-room.ts'

const ALL = 'ETag,Checksum,ObjectParts,StorageClass,ObjectSize'
const body = 'the bytes of an object'
const numbers = [1, 2, 3, 4, 5, 6]

let room: UploadRoom
beforeAll(async () => {
  room = await UploadRoom.open()
  await room.objects.put('whole', body, { 'x-amz-checksum-sha1': referenceChecksum('SHA1', body) })
  const upload = await room.create('parts', {
    'x-amz-checksum-algorithm': 'CRC32',
    'x-amz-storage-class': 'GLACIER_IR',
  })
  const list = []
  for (const number of numbers) {
    const value = referenceChecksum('CRC32', `part ${number}`)
    const part = await room.part(upload, number, `part ${number}`, { 'x-amz-checksum-crc32': value })
    list.push({ ...part, ChecksumCRC32: value })
  }
  expectSuccess(await room.complete(upload, list))
  return () => room[Symbol.asyncDispose]()
})

function attributes(
  key: string,
  names: string,
  headers: Record<string, string> = {},
  query = '',
): Promise<RawAnswer> {
  return room.objects.request('GET', key, {
    query: `attributes=${query}`,
    headers: { 'x-amz-object-attributes': names, ...headers },
  })
}

it('tells all of an object in one piece; its tag without quotes, and no parts', async () => {
  const answer = await attributes('whole', ALL)
  expectSuccess(answer)
  expect(answer.text).toContain(
    '<GetObjectAttributesResponse xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
  )
  const md5 = Buffer.from(referenceChecksum('MD5', body), 'base64').toString('hex')
  const told = ['ETag', 'ChecksumSHA1', 'ChecksumType', 'StorageClass', 'ObjectSize']
  expect(told.map((name) => elementOf(answer, name))).toEqual([
    md5,
    referenceChecksum('SHA1', body),
    'FULL_OBJECT',
    'STANDARD',
    String(body.length),
  ])
  expect(answer.text).not.toContain('ObjectParts')
  const { headers } = await room.objects.head('whole')
  expect(answer.headers['last-modified']).toBe(headers['last-modified'])
})

it.each(ALL.split(','))('tells %s where only that is asked for', async (name) => {
  const { text } = await attributes('parts', name)
  const told = [...text.matchAll(/<(ETag|Checksum|ObjectParts|StorageClass|ObjectSize)>/g)]
  expect(told.map(([, element]) => element)).toEqual([name])
})

it('tells all of an object uploaded in parts, and of each part', async () => {
  const answer = await attributes('parts', ALL)
  const { headers } = await room.objects.get('parts', { 'x-amz-checksum-mode': 'ENABLED' })
  expect(elementOf(answer, 'ETag')).toBe(headers.etag?.replaceAll('"', ''))
  expect(elementOf(answer, 'ETag')).toMatch(/-6$/)
  const [checksum = ''] = /<Checksum>.*<\/Checksum>/.exec(answer.text) ?? []
  // Without the number of parts, which the header has.
  const [composite] = xmlTexts(checksum, 'ChecksumCRC32')
  expect(composite).toMatch(/^[^-]+=$/)
  expect(headers['x-amz-checksum-crc32']).toBe(`${composite}-6`)
  expect(xmlTexts(checksum, 'ChecksumType')).toEqual(['COMPOSITE'])
  expect(elementOf(answer, 'StorageClass')).toBe('GLACIER_IR')
  const parts = /<ObjectParts>.*<\/ObjectParts>/.exec(answer.text)?.[0] ?? ''
  const texts = (name: string): string[] => xmlTexts(parts, name)
  expect(texts('PartsCount')).toEqual(['6'])
  expect(texts('PartNumber')).toEqual(numbers.map(String))
  expect(texts('Size')).toEqual(numbers.map((number) => String(`part ${number}`.length)))
  expect(texts('ChecksumCRC32')).toEqual(
    numbers.map((number) => referenceChecksum('CRC32', `part ${number}`)),
  )
  expect(['PartNumberMarker', 'MaxParts', 'IsTruncated'].map((name) => texts(name)[0])).toEqual([
    '0',
    '1000',
    'false',
  ])
})

describe('pages of parts', () => {
  it.each([1, 2, 4, 6, 7])('of %i', async (size) => {
    const found: string[] = []
    let marker = '0'
    for (;;) {
      const headers = { 'x-amz-max-parts': String(size), 'x-amz-part-number-marker': marker }
      const page = await attributes('parts', 'ObjectParts', headers)
      expectSuccess(page)
      const listed = xmlTexts(page.text, 'PartNumber')
      found.push(...listed)
      const next = elementOf(page, 'NextPartNumberMarker')
      expect(next).toBe(elementOf(page, 'IsTruncated') === 'true' ? listed.at(-1) : undefined)
      if (next === undefined) break
      expect(listed).toHaveLength(size)
      marker = next
    }
    expect(found).toEqual(numbers.map(String))
  })

  it('of none, and of more than there can be', async () => {
    const page = async (size: string) => attributes('parts', 'ObjectParts', { 'x-amz-max-parts': size })
    const none = await page('0')
    expect([xmlTexts(none.text, 'PartNumber'), elementOf(none, 'IsTruncated')]).toEqual([[], 'false'])
    expect(elementOf(await page('5000'), 'MaxParts')).toBe('1000')
  })

  it.each([
    ['x-amz-max-parts', '-1'],
    ['x-amz-max-parts', 'x'],
    ['x-amz-part-number-marker', '-1'],
    ['x-amz-part-number-marker', 'x'],
  ])('%s: %s is refused', async (name, value) => {
    expectError(await attributes('parts', 'ObjectParts', { [name]: value }), 400, 'InvalidArgument')
  })
})

// Source: S3 API Reference, GetObjectAttributesParts, `Part`: none "if an additional checksum isn't applied".
it('shows the checksum of a full object, and of its parts just how many they are', async () => {
  await room.whole('plain', ['one', 'two'])
  const answer = await attributes('plain', 'Checksum,ObjectParts')
  expect(xmlTexts(answer.text, 'ChecksumCRC64NVME')).toEqual([referenceChecksum('CRC64NVME', 'onetwo')])
  expect(answer.text).toContain('<ObjectParts><PartsCount>2</PartsCount></ObjectParts>')
  await room.whole('full', ['one', 'two'], {
    'x-amz-checksum-algorithm': 'CRC32',
    'x-amz-checksum-type': 'FULL_OBJECT',
  })
  const { text } = await attributes('full', 'ObjectParts')
  expect(text).toContain('<ObjectParts><PartsCount>2</PartsCount></ObjectParts>')
})

it.each(['Size', 'ETag,Size', 'etag'])('refuses the attributes %j', async (names) => {
  expectError(await attributes('whole', names), 400, 'InvalidArgument')
})

it('has to be told which', async () => {
  expectError(await room.objects.request('GET', 'whole', { query: 'attributes=' }), 400, 'InvalidRequest')
  expectError(await attributes('whole', ''), 400, 'InvalidRequest')
})

it('knows no object that is not there, and no version', async () => {
  expectError(await attributes('none', ALL), 404, 'NoSuchKey')
  expectError(await attributes('whole', ALL, {}, `&versionId=${'0'.repeat(32)}`), 404, 'NoSuchVersion')
  expectError(await attributes('whole', ALL, {}, '&versionId=none'), 400, 'InvalidArgument')
  const { client, bucket: Bucket } = room.objects
  const command = new GetObjectAttributesCommand({ Bucket, Key: 'none', ObjectAttributes: ['ETag'] })
  expect(await sdkError(client.send(command))).toEqual([404, 'NoSuchKey'])
})

it('is of the version that is named, and tells delete markers', async () => {
  await using here = await UploadRoom.open()
  const document = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  const headers = { 'content-md5': referenceChecksum('MD5', document) }
  const request = { method: 'PUT', path: '/the-bucket', query: 'versioning=', headers, body: document }
  expectSuccess(await rawRequest(here.objects.server, request))
  const first = String((await here.objects.put('key', 'one')).headers['x-amz-version-id'])
  const second = String((await here.objects.put('key', 'second')).headers['x-amz-version-id'])
  const marker = String((await here.objects.request('DELETE', 'key')).headers['x-amz-version-id'])
  const of = (query: string): Promise<RawAnswer> =>
    here.objects.request('GET', 'key', {
      query: `attributes=${query}`,
      headers: { 'x-amz-object-attributes': 'ObjectSize' },
    })
  for (const [id, size] of [
    [first, '3'],
    [second, '6'],
  ] as const) {
    const answer = await of(`&versionId=${id}`)
    expect([answer.headers['x-amz-version-id'], elementOf(answer, 'ObjectSize')]).toEqual([id, size])
  }
  const latest = await of('')
  expectError(latest, 404, 'NoSuchKey')
  expect(latest.headers).toMatchObject({ 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker })
  const named = await of(`&versionId=${marker}`)
  expectError(named, 405, 'MethodNotAllowed')
  expect(named.headers).toMatchObject({ 'x-amz-delete-marker': 'true' })
})

it('asks for the permission to read the object as well', async () => {
  const { server, bucket } = room.objects
  const allow = async (...Action: string[]) => {
    const Statement = [
      { Effect: 'Allow', Action, Principal: { AWS: otherAccount.id }, Resource: `arn:aws:s3:::${bucket}/*` },
    ]
    const policy = JSON.stringify({ Version: '2012-10-17', Statement })
    const headers = { 'content-md5': referenceChecksum('MD5', policy) }
    const request = { method: 'PUT', path: `/${bucket}`, query: 'policy=', headers, body: policy }
    expectSuccess(await rawRequest(server, request), 204)
  }
  const theirs = () =>
    room.objects.request('GET', 'whole', {
      query: 'attributes=',
      headers: { 'x-amz-object-attributes': 'ETag' },
      credentials: otherCredentials,
    })
  await allow('s3:GetObject')
  expectError(await theirs(), 403, 'AccessDenied')
  await allow('s3:GetObjectAttributes')
  expectError(await theirs(), 403, 'AccessDenied')
  await allow('s3:GetObject', 's3:GetObjectAttributes')
  expectSuccess(await theirs())
  expectSuccess(await rawRequest(server, { method: 'DELETE', path: `/${bucket}`, query: 'policy=' }), 204)
})

it('heeds conditions in the order of GetObject', async () => {
  const { headers: head } = await room.objects.head('whole')
  const [etag = '', modified = ''] = [head.etag, head['last-modified']]
  const before = new Date(Date.parse(modified) - 1000).toUTCString()
  const read = (conditions: Record<string, string>) => attributes('whole', 'ETag', conditions)
  expectSuccess(await read({ 'if-match': etag, 'if-unmodified-since': before }))
  expectSuccess(await read({ 'if-none-match': '"other"', 'if-modified-since': modified }))
  for (const conditions of [{ 'if-match': '"other"' }, { 'if-unmodified-since': before }])
    expectError(await read(conditions), 412, 'PreconditionFailed')
  for (const conditions of [{ 'if-modified-since': modified }, { 'if-none-match': etag }]) {
    const answer = await read(conditions)
    expectBareError(answer, 304)
    expect(answer.headers.etag).toBe(etag)
  }
  expectBareError(await read({ 'if-none-match': etag, 'if-modified-since': before }), 304)
})

it('works through the SDK', async () => {
  const { client, bucket: Bucket } = room.objects
  const answer = await client.send(
    new GetObjectAttributesCommand({
      Bucket,
      Key: 'parts',
      ObjectAttributes: ['ETag', 'Checksum', 'ObjectParts', 'ObjectSize', 'StorageClass'],
      MaxParts: 2,
      PartNumberMarker: '2',
    }),
  )
  expect(answer.ObjectParts).toMatchObject({
    TotalPartsCount: 6,
    PartNumberMarker: '2',
    NextPartNumberMarker: '4',
    MaxParts: 2,
    IsTruncated: true,
    Parts: [{ PartNumber: 3 }, { PartNumber: 4 }],
  })
  expect(answer).toMatchObject({ StorageClass: 'GLACIER_IR', ObjectSize: 36 })
})

describeAccess(
  () => room.objects,
  (bucket) => ({
    path: `/${bucket}/whole`,
    query: 'attributes=',
    headers: { 'x-amz-object-attributes': ALL },
  }),
)
