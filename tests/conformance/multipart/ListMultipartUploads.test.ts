import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { uriEncode } from '../../support/signature-v4.ts'
import { describeAccess } from '../objects/object-access.suite.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { elementOf, type Upload, UploadRoom } from './upload-room.ts'

let room: UploadRoom
/** In the order of the listing. */
const uploads: Upload[] = []
const keys = ['a', 'b/1', 'b/1', 'b/2', 'b/x/1', 'c', 'c&d', 'ž', 'ﬀ', '🎉']
beforeAll(async () => {
  room = await UploadRoom.open()
  // Not in their order, but those of one key as they are listed: by the time they began.
  for (const key of keys) {
    uploads.push(await room.create(key))
    await new Promise((resolve) => setImmediate(resolve))
    room.objects.server.clock.advance(1)
  }
  return () => room[Symbol.asyncDispose]()
})

function list(
  parameters: Record<string, string | number> = {},
  bucket = room.objects.bucket,
): Promise<RawAnswer> {
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${uriEncode(String(value))}`)
  return rawRequest(room.objects.server, { path: `/${bucket}`, query: ['uploads=', ...query].join('&') })
}

function listed(answer: RawAnswer): Upload[] {
  expectSuccess(answer)
  const ids = xmlTexts(answer.text, 'UploadId')
  return xmlTexts(answer.text, 'Key').map((key, index) => ({ key, id: ids[index] ?? '' }))
}

function prefixes(answer: RawAnswer): string[] {
  const found = answer.text.matchAll(/<CommonPrefixes><Prefix>(.*?)<\/Prefix><\/CommonPrefixes>/g)
  return [...found].map(([, prefix = '']) => prefix)
}

it('lists all uploads by key, then by time', async () => {
  const answer = await list()
  expect(listed(answer)).toEqual(uploads)
  expect(answer.text).toContain(
    '<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
  )
  const expected = {
    Bucket: room.objects.bucket,
    KeyMarker: '',
    UploadIdMarker: '',
    MaxUploads: '1000',
    IsTruncated: 'false',
  }
  for (const [name, value] of Object.entries(expected)) {
    expect([name, elementOf(answer, name) ?? '']).toEqual([name, value])
  }
  expect(answer.text).not.toContain('NextKeyMarker')
})

it('tells of each upload who began it, whose it will be, when, its class and checksum', async () => {
  const bucket = await createBucket(room.objects.server, 'described')
  const begin = async (headers: Record<string, string>) =>
    expectSuccess(
      await rawRequest(room.objects.server, {
        method: 'POST',
        path: `/${bucket}/key`,
        query: 'uploads=',
        headers,
      }),
    )
  await begin({})
  await begin({ 'x-amz-storage-class': 'GLACIER', 'x-amz-checksum-algorithm': 'CRC32C' })
  const { Uploads = [] } = await room.objects.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  const account = { ID: mainAccount.canonicalId, DisplayName: mainAccount.displayName }
  for (const upload of Uploads) {
    expect(upload).toMatchObject({ Key: 'key', Initiator: account, Owner: account })
    expect(Math.abs(Number(upload.Initiated) - room.objects.server.clock.now().getTime())).toBeLessThan(
      60_000,
    )
  }
  const kinds = Uploads.map(({ StorageClass, ChecksumAlgorithm, ChecksumType }) => ({
    StorageClass,
    ChecksumAlgorithm,
    ChecksumType,
  }))
  expect(kinds).toHaveLength(2)
  expect(kinds).toContainEqual({ StorageClass: 'STANDARD' })
  expect(kinds).toContainEqual({
    StorageClass: 'GLACIER',
    ChecksumAlgorithm: 'CRC32C',
    ChecksumType: 'COMPOSITE',
  })
})

describe('pages', () => {
  it.each([1, 2, 3, 9, 10])('of %i uploads, by both markers', async (size) => {
    const found: Upload[] = []
    let markers: Record<string, string> = {}
    for (let page = 0; page < 20; page++) {
      const answer = await list({ 'max-uploads': size, ...markers })
      found.push(...listed(answer))
      expect(elementOf(answer, 'MaxUploads')).toBe(String(size))
      if (elementOf(answer, 'IsTruncated') === 'false') break
      markers = {
        'key-marker': elementOf(answer, 'NextKeyMarker') ?? '',
        'upload-id-marker': elementOf(answer, 'NextUploadIdMarker') ?? '',
      }
      expect(found.at(-1)).toEqual({ key: markers['key-marker'], id: markers['upload-id-marker'] })
    }
    expect(found).toEqual(uploads)
  })

  it('behind a key, without it', async () => {
    expect(listed(await list({ 'key-marker': 'b/1' })).map(({ key }) => key)).toEqual(keys.slice(3))
    expect(listed(await list({ 'key-marker': 'b' })).map(({ key }) => key)).toEqual(keys.slice(1))
    expect(listed(await list({ 'key-marker': '\u{10ffff}' }))).toEqual([])
  })

  it('behind an upload, with the later ones of its key', async () => {
    const first = uploads[1]
    const markers = { 'key-marker': 'b/1', 'upload-id-marker': first?.id ?? '' }
    expect(listed(await list(markers))).toEqual(uploads.slice(2))
  })

  it('take no heed of an upload without its key', async () => {
    expect(listed(await list({ 'upload-id-marker': uploads[5]?.id ?? '' }))).toEqual(uploads)
    expect(listed(await list({ 'upload-id-marker': 'anything' }))).toEqual(uploads)
  })

  it('refuse what is no upload’s id', async () => {
    for (const marker of ['x', 'x'.repeat(3000)]) {
      const answer = await list({ 'key-marker': 'a', 'upload-id-marker': marker })
      expect(expectError(answer, 400, 'InvalidArgument')('ArgumentName')).toBe('upload-id-marker')
    }
  })

  it('of none, and of more than there can be', async () => {
    const none = await list({ 'max-uploads': 0 })
    expect([listed(none), elementOf(none, 'IsTruncated')]).toEqual([[], 'false'])
    expect(elementOf(await list({ 'max-uploads': 5000 }), 'MaxUploads')).toBe('1000')
  })

  it.each(['-1', 'x', '2147483648'])('max-uploads=%s is refused', async (size) => {
    const element = expectError(await list({ 'max-uploads': size }), 400, 'InvalidArgument')
    expect(element('ArgumentName')).toBe('max-uploads')
  })

  it('behind a key of any length', async () => {
    const answer = await list({ 'key-marker': 'b'.repeat(1500) })
    expect([200, 400]).toContain(answer.status)
  })
})

describe('a prefix', () => {
  it.each([
    ['', keys],
    ['b', ['b/1', 'b/1', 'b/2', 'b/x/1']],
    ['b/1', ['b/1', 'b/1']],
    ['c&', ['c&d']],
    ['nothing', []],
  ])('%j', async (prefix, expected) => {
    const answer = await list({ prefix })
    expect(listed(answer).map(({ key }) => key)).toEqual(expected)
  })
})

describe('a delimiter', () => {
  it('gathers what is alike up to it', async () => {
    const answer = await list({ delimiter: '/' })
    expect(listed(answer).map(({ key }) => key)).toEqual(keys.filter((key) => !key.includes('/')))
    expect(prefixes(answer)).toEqual(['b/'])
    expect(elementOf(answer, 'Delimiter')).toBe('/')
  })

  it('counts from the prefix on', async () => {
    const answer = await list({ delimiter: '/', prefix: 'b/' })
    expect(listed(answer).map(({ key }) => key)).toEqual(['b/1', 'b/1', 'b/2'])
    expect(prefixes(answer)).toEqual(['b/x/'])
  })

  it('lets every group be a page, and none come twice', async () => {
    const found: string[] = []
    let marker: Record<string, string> = {}
    for (let page = 0; page < 20; page++) {
      const answer = await list({ delimiter: '/', 'max-uploads': 1, ...marker })
      found.push(...listed(answer).map(({ key }) => key), ...prefixes(answer))
      if (elementOf(answer, 'IsTruncated') === 'false') break
      const id = elementOf(answer, 'NextUploadIdMarker') ?? ''
      marker = {
        'key-marker': elementOf(answer, 'NextKeyMarker') ?? '',
        ...(id !== '' && { 'upload-id-marker': id }),
      }
    }
    expect(found).toEqual(['a', 'b/', ...keys.slice(5)])
  })

  it('leaves out a group that is not behind the marker', async () => {
    expect(prefixes(await list({ delimiter: '/', 'key-marker': 'b/' }))).toEqual([])
    expect(prefixes(await list({ delimiter: '/', 'key-marker': 'b/1' }))).toEqual([])
    const id = uploads.find(({ key }) => key === 'b/1')?.id ?? ''
    const within = { 'key-marker': 'b/1', 'upload-id-marker': id }
    expect(prefixes(await list({ delimiter: '/', ...within }))).toEqual([])
    expect(prefixes(await list({ delimiter: '/', 'key-marker': 'a' }))).toEqual(['b/'])
  })
})

it('encodes keys, prefixes and markers where that is asked for', async () => {
  const bucket = await createBucket(room.objects.server, 'encoded')
  for (const path of ['dir%20a/x', 'b%01%2B', '%C5%BE(3)']) {
    expectSuccess(
      await rawRequest(room.objects.server, {
        method: 'POST',
        path: `/${bucket}/${path}`,
        query: 'uploads=',
      }),
    )
  }
  const answer = await list({ 'encoding-type': 'url', delimiter: '/' }, bucket)
  expect(listed(answer).map(({ key }) => key)).toEqual(['b%01%2B', '%C5%BE%283%29'])
  expect(prefixes(answer)).toEqual(['dir+a/'])
  expect(elementOf(answer, 'EncodingType')).toBe('url')
  expectError(await list({ 'encoding-type': 'html' }), 400, 'InvalidArgument')
})

it('does not list what was completed or aborted', async () => {
  const bucket = await createBucket(room.objects.server, 'ended')
  const begin = async () => {
    const path = `/${bucket}/key`
    const answer = await rawRequest(room.objects.server, { method: 'POST', path, query: 'uploads=' })
    return elementOf(answer, 'UploadId') ?? ''
  }
  const [open, aborted] = [await begin(), await begin()]
  await rawRequest(room.objects.server, {
    method: 'DELETE',
    path: `/${bucket}/key`,
    query: `uploadId=${aborted}`,
  })
  expect(listed(await list({}, bucket))).toEqual([{ key: 'key', id: open }])
})

describeAccess(
  () => room.objects,
  (bucket) => ({ path: `/${bucket}`, query: 'uploads=' }),
)
