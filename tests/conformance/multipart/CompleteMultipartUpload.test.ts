import { CompleteMultipartUploadCommand, GetObjectCommand } from '@aws-sdk/client-s3'
import { Upload as ManagedUpload } from '@aws-sdk/lib-storage'
import { MovableClock } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { blobFiles, sealedSize } from '../../support/blob-files.ts'
import { contentOf } from '../../support/content.ts'
import { type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { describeAccess } from '../objects/object-access.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { completionDocument, elementOf, noUpload, type Upload, UploadRoom } from './upload-room.ts'

let room: UploadRoom
beforeAll(async () => {
  room = await UploadRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const HOUR = 60 * 60 * 1000

function md5Of(...pieces: (Uint8Array | string)[]): Buffer {
  return Buffer.from(
    referenceChecksum('MD5', Buffer.concat(pieces.map((piece) => Buffer.from(piece)))),
    'base64',
  )
}

/** As S3 forms it: the MD5 of the parts' MD5s, and how many they are. */
function etagOf(...bodies: (Uint8Array | string)[]): string {
  return `"${md5Of(...bodies.map((body) => md5Of(body))).toString('hex')}-${bodies.length}"`
}

it('makes the object of the parts, and tells where it is', async () => {
  const bodies = [contentOf('one', 100_000), 'two', contentOf('three', 5)]
  const upload = await room.create('key with/a slash & more')
  const parts = await Promise.all(bodies.map((body, index) => room.part(upload, index + 1, body)))
  const answer = await room.complete(upload, parts)
  expectSuccess(answer)
  expect(answer.headers['content-type']).toBe('application/xml')
  expect(answer.text).toContain(
    '<CompleteMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
  )
  expect(elementOf(answer, 'Bucket')).toBe(room.objects.bucket)
  expect(elementOf(answer, 'Key')).toBe(upload.key)
  expect(elementOf(answer, 'ETag')).toBe(etagOf(...bodies))
  expect(elementOf(answer, 'Location')).toBe(
    `${room.objects.server.url}/the-bucket/key%20with/a%20slash%20%26%20more`,
  )
  const read = await room.objects.get(upload.key)
  expect(read.body.equals(Buffer.concat(bodies.map((body) => Buffer.from(body))))).toBe(true)
  expect(read.headers.etag).toBe(etagOf(...bodies))
  expect(read.headers).not.toHaveProperty('x-amz-mp-parts-count')
})

it('takes parts with gaps between their numbers, and only those that are listed', async () => {
  const upload = await room.create('gaps')
  const parts = []
  for (const number of [2, 7, 100, 10_000]) parts.push(await room.part(upload, number, `(${number})`))
  expectSuccess(await room.complete(upload, [parts[0] ?? {}, parts[2] ?? {}]))
  expect((await room.objects.bytesOf('gaps'))?.toString()).toBe('(2)(100)')
})

it('takes one part, an empty one too', async () => {
  const upload = await room.create('empty')
  expectSuccess(await room.complete(upload, [await room.part(upload, 1, '')]))
  const read = await room.objects.get('empty')
  expect([read.headers['content-length'], read.headers.etag]).toEqual(['0', etagOf('')])
  // It has a part 1, as every object has.
  const part = await room.objects.get('empty', {}, 'partNumber=1')
  expect([part.status, part.headers['content-length'], part.headers['x-amz-mp-parts-count']]).toEqual([
    200,
    '0',
    '1',
  ])
})

it('works through the SDK and its managed upload', async () => {
  await using here = await UploadRoom.open({ minimumPartBytes: 5 * 1024 * 1024 })
  const { client, bucket: Bucket } = here.objects
  const body = contentOf('managed', 11 * 1024 * 1024)
  const managed = new ManagedUpload({ client, params: { Bucket, Key: 'managed', Body: body } })
  const done = await managed.done()
  const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket, Key: 'managed' }))
  expect(body.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true)
  expect(ETag).toBe(done.ETag)
  expect(ETag).toMatch(/-3"$/)
})

describe('the list of parts', () => {
  let upload: Upload
  let parts: { readonly PartNumber: number; readonly ETag: string }[]
  beforeAll(async () => {
    upload = await room.create('list')
    parts = [await room.part(upload, 1, 'one'), await room.part(upload, 2, 'two')]
  })
  const etag = `"${'0'.repeat(32)}"`

  it.each([
    ['no document', '', 400, 'MissingRequestBodyError'],
    ['no XML', 'parts', 400, 'MalformedXML'],
    ['another document', '<Tagging/>', 400, 'MalformedXML'],
    ['an empty list', completionDocument([]), 400, 'MalformedXML'],
    ['a part without a number', completionDocument([{ ETag: etag }]), 400, 'MalformedXML'],
    ['a part without a tag', completionDocument([{ PartNumber: 1 }]), 400, 'MalformedXML'],
    ['a number that is none', completionDocument([{ PartNumber: 'one', ETag: etag }]), 400, 'MalformedXML'],
    ['a number too small', completionDocument([{ PartNumber: 0, ETag: etag }]), 400, 'InvalidArgument'],
    ['a number too large', completionDocument([{ PartNumber: 10_001, ETag: etag }]), 400, 'InvalidArgument'],
  ])('%s is refused', async (_, document, status, code) => {
    const answer = await room.completeWith(upload, document)
    expect([answer.status, answer.errorCode]).toEqual([status, code])
    expect(await room.objects.bytesOf('list')).toBeUndefined()
  })

  it('with a part that was not uploaded, or not with these bytes, is InvalidPart', async () => {
    for (const wrong of [
      { PartNumber: 3, ETag: parts[0]?.ETag ?? '' },
      { PartNumber: 2, ETag: parts[0]?.ETag ?? '' },
      { PartNumber: 2, ETag: 'x' },
    ]) {
      const element = expectError(await room.complete(upload, [parts[0] ?? {}, wrong]), 400, 'InvalidPart')
      expect(element('UploadId')).toBe(upload.id)
      expect(element('PartNumber')).toBe(String(wrong.PartNumber))
      expect(element('ETag')).toBe(wrong.ETag.replaceAll('"', ''))
    }
  })

  it('out of order, or with a part twice, is InvalidPartOrder', async () => {
    const element = expectError(await room.complete(upload, parts.toReversed()), 400, 'InvalidPartOrder')
    expect(element('UploadId')).toBe(upload.id)
    expectError(await room.complete(upload, [...parts, parts[1] ?? {}]), 400, 'InvalidPartOrder')
  })

  it('leaves the upload open where it is refused; tags go with quotes, without, or escaped', async () => {
    const [one, two] = parts.map(({ ETag }) => ETag.replaceAll('"', ''))
    const named = [
      { PartNumber: 1, ETag: one ?? '' },
      { PartNumber: 2, ETag: `&quot;${two}&quot;` },
    ]
    expectSuccess(await room.complete(upload, named))
    expect((await room.objects.bytesOf('list'))?.toString()).toBe('onetwo')
  })

  it('may be refused for its own digest', async () => {
    const other = await room.create('digest')
    const list = [await room.part(other, 1, 'x')]
    const headers = { 'content-md5': referenceChecksum('MD5', 'other') }
    expectError(await room.complete(other, list, { headers }), 400, 'BadDigest')
    const right = { 'content-md5': referenceChecksum('MD5', completionDocument(list)) }
    expectSuccess(await room.complete(other, list, { headers: right }))
  })
})

describe('the least size of a part', () => {
  it('is 5 MiB for all but the last', async () => {
    await using here = await UploadRoom.open({ minimumPartBytes: 5 * 1024 * 1024 })
    const [least, less] = [contentOf('a', 5 * 1024 * 1024), contentOf('b', 5 * 1024 * 1024 - 1)]
    const upload = await here.create('sizes')
    const parts = [await here.part(upload, 1, least), await here.part(upload, 2, less)]
    const third = await here.part(upload, 3, 'last')
    const element = expectError(await here.complete(upload, [...parts, third]), 400, 'EntityTooSmall')
    expect(['ProposedSize', 'MinSizeAllowed', 'PartNumber', 'ETag'].map(element)).toEqual([
      '5242879',
      '5242880',
      '2',
      parts[1]?.ETag.replaceAll('"', ''),
    ])
    expectSuccess(await here.complete(upload, parts))
    expect((await here.objects.bytesOf('sizes'))?.equals(Buffer.concat([least, less]))).toBe(true)
  })
})

describe('no such upload', () => {
  it.each([
    noUpload,
    { key: 'none', id: 'x'.repeat(3000) },
    { key: 'none', id: encodeURIComponent('/../ž') },
  ])('as $id', async (upload) => {
    const element = expectError(
      await room.complete(upload, [{ PartNumber: 1, ETag: 'x' }]),
      404,
      'NoSuchUpload',
    )
    expect(element('UploadId')).toBe(decodeURIComponent(upload.id))
  })

  it('for another key, or after it was aborted', async () => {
    const upload = await room.create('aborted')
    const parts = [await room.part(upload, 1, 'x')]
    expectError(await room.complete({ ...upload, key: 'another' }, parts), 404, 'NoSuchUpload')
    expectSuccess(await room.abort(upload), 204)
    expectError(await room.complete(upload, parts), 404, 'NoSuchUpload')
  })
})

describe('a completion repeated', () => {
  const withoutIds = ({ status, text, headers }: RawAnswer) => {
    const told = Object.entries(headers).filter(([name]) => !/^(date|x-amz-(request-id|id-2))$/.test(name))
    return { status, text, headers: Object.fromEntries(told) }
  }

  it('has the same answer, and makes no second object', async () => {
    const upload = await room.create('repeated', { 'x-amz-checksum-algorithm': 'CRC32' })
    const headers = { 'x-amz-checksum-crc32': referenceChecksum('CRC32', 'x') }
    const part = await room.part(upload, 1, 'x', headers)
    const list = [{ ...part, ChecksumCRC32: headers['x-amz-checksum-crc32'] }]
    const more = { headers: { 'if-none-match': '*' } }
    const first = await room.complete(upload, list, more)
    expectSuccess(first)
    const written = await room.objects.head('repeated')
    for (let again = 0; again < 3; again++) {
      expect(withoutIds(await room.complete(upload, list, more))).toEqual(withoutIds(first))
    }
    expect((await room.objects.head('repeated')).headers['last-modified']).toBe(
      written.headers['last-modified'],
    )
  })

  it('does so although the object was replaced or deleted since', async () => {
    const upload = await room.create('replaced since')
    const list = [await room.part(upload, 1, 'x')]
    const first = await room.complete(upload, list)
    await room.objects.put('replaced since', 'another')
    expect(withoutIds(await room.complete(upload, list))).toEqual(withoutIds(first))
    expect((await room.objects.bytesOf('replaced since'))?.toString()).toBe('another')
    expectSuccess(await room.objects.request('DELETE', 'replaced since'), 204)
    expect(withoutIds(await room.complete(upload, list))).toEqual(withoutIds(first))
    expect(await room.objects.bytesOf('replaced since')).toBeUndefined()
  })

  it('with another list is NoSuchUpload', async () => {
    const upload = await room.create('another list')
    const list = [await room.part(upload, 1, 'x'), await room.part(upload, 2, 'y')]
    expectSuccess(await room.complete(upload, list))
    expectError(await room.complete(upload, list.slice(0, 1)), 404, 'NoSuchUpload')
    expectError(await room.complete({ ...upload, key: 'elsewhere' }, list), 404, 'NoSuchUpload')
  })

  it('is forgotten after two days', async () => {
    const clock = new MovableClock(new Date(), { running: true })
    await using here = await UploadRoom.open({ clock })
    const { server } = here.objects
    const at = (query: string, method: string, body = '') =>
      rawRequest(server, { method, path: '/the-bucket/old', query, body, date: clock.now() })
    const id = elementOf(await at('uploads=', 'POST'), 'UploadId') ?? ''
    const part = await at(`partNumber=1&uploadId=${id}`, 'PUT', 'x')
    const list = completionDocument([{ PartNumber: 1, ETag: part.headers.etag ?? '' }])
    const complete = () => at(`uploadId=${id}`, 'POST', list)
    const first = await complete()
    clock.advance(24 * HOUR)
    await here.objects.server.settle()
    expect(withoutIds(await complete())).toEqual(withoutIds(first))
    clock.advance(24 * HOUR)
    await here.objects.server.settle()
    expectError(await complete(), 404, 'NoSuchUpload')
  })

  it('at the same time has the same answer too', async () => {
    for (let round = 0; round < 5; round++) {
      const upload = await room.create('simultaneous')
      const list = [
        await room.part(upload, 1, contentOf(`round ${round}`, 40_000)),
        await room.part(upload, 2, 'y'),
      ]
      const answers = await Promise.all(Array.from({ length: 8 }, () => room.complete(upload, list)))
      for (const answer of answers) expect(withoutIds(answer)).toEqual(withoutIds(answers[0] ?? answer))
      expectSuccess(answers[0] ?? (await room.complete(upload, list)))
    }
  })

  it('in a bucket with versioning names the same version', async () => {
    await using here = await UploadRoom.open()
    const enable = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
    expectSuccess(
      await rawRequest(here.objects.server, {
        method: 'PUT',
        path: '/the-bucket',
        query: 'versioning=',
        headers: { 'content-md5': referenceChecksum('MD5', enable) },
        body: enable,
      }),
    )
    const upload = await here.create('versioned')
    const list = [await here.part(upload, 1, 'x')]
    const answers = [await here.complete(upload, list), await here.complete(upload, list)]
    const [first, second] = answers.map(({ headers }) => headers['x-amz-version-id'])
    expect(first).toMatch(/^\w{8,}$/)
    expect(second).toBe(first)
    const { text } = await rawRequest(here.objects.server, { path: '/the-bucket', query: 'versions=' })
    expect(xmlTexts(text, 'VersionId')).toEqual([first])
  })
})

it('while parts are uploaded again keeps every byte of the parts it named', async () => {
  await using folder = await temporaryDirectory()
  await using here = await UploadRoom.open({ dataDirectory: folder.path })
  for (let round = 0; round < 8; round++) {
    const upload = await here.create('racing')
    const bodies = [contentOf(`${round} one`, 40_000), contentOf(`${round} two`, 41_000)]
    const list = await Promise.all(bodies.map((body, index) => here.part(upload, index + 1, body)))
    const [completed, ...sent] = await Promise.all([
      here.complete(upload, list),
      ...[1, 2, 3].map((number) =>
        here.sendPart(upload, number, { body: contentOf(`again ${number}`, 42_000) }),
      ),
    ])
    for (const part of sent) if (part.status !== 200) expectError(part, 404, 'NoSuchUpload')
    await here.objects.server.settle()
    const isWhole = (await here.objects.bytesOf('racing'))?.equals(Buffer.concat(bodies)) === true
    expect([completed.errorCode, isWhole]).toEqual(
      completed.status === 200 ? [undefined, true] : ['InvalidPart', false],
    )
    if (completed.status !== 200) expectSuccess(await here.abort(upload), 204)
  }
  expectSuccess(await here.objects.request('DELETE', 'racing'), 204)
  await here.objects.server.settle()
  expect(await blobFiles(folder.path)).toEqual([])
})

it('frees the parts that the list left out, and what the object replaced', async () => {
  await using folder = await temporaryDirectory()
  await using here = await UploadRoom.open({ dataDirectory: folder.path })
  await here.objects.put('freed', contentOf('before', 90_000))
  const upload = await here.create('freed')
  const parts = []
  for (const size of [50_000, 60_000, 70_000]) {
    parts.push(await here.part(upload, parts.length + 1, contentOf('part', size)))
  }
  expectSuccess(await here.complete(upload, [parts[0] ?? {}, parts[2] ?? {}]))
  await here.objects.server.settle()
  const sizes = (await blobFiles(folder.path)).map(({ sizeBytes }) => sizeBytes)
  expect(sizes.toSorted((a, b) => a - b)).toEqual([50_000, 70_000].map(sealedSize))
})

describe('conditions', () => {
  const uploaded = async (key: string) => {
    const upload = await room.create(key)
    return { upload, list: [await room.part(upload, 1, 'new')] }
  }

  it('If-None-Match: * keeps what is there, and the upload open', async () => {
    await room.objects.put('there', 'old')
    const { upload, list } = await uploaded('there')
    const headers = { 'if-none-match': '*' }
    const element = expectError(await room.complete(upload, list, { headers }), 412, 'PreconditionFailed')
    expect(element('Condition')).toBe('If-None-Match')
    expectSuccess(await room.list(upload))
    expectSuccess(await room.objects.request('DELETE', 'there'), 204)
    expectSuccess(await room.complete(upload, list, { headers }))
  })

  it('If-None-Match of anything else is not implemented', async () => {
    const { upload, list } = await uploaded('none')
    expectError(
      await room.complete(upload, list, { headers: { 'if-none-match': '"x"' } }),
      501,
      'NotImplemented',
    )
  })

  it('If-Match holds for the object of that tag alone', async () => {
    const before = await room.objects.put('matched', 'old')
    const { upload, list } = await uploaded('matched')
    const wrong = { 'if-match': `"${'0'.repeat(32)}"` }
    expectError(await room.complete(upload, list, { headers: wrong }), 412, 'PreconditionFailed')
    const right = { 'if-match': before.headers.etag ?? '' }
    expectSuccess(await room.complete(upload, list, { headers: right }))
    const { upload: second, list: parts } = await uploaded('matched')
    expectError(await room.complete(second, parts, { headers: right }), 412, 'PreconditionFailed')
    expectSuccess(await room.complete(second, parts, { headers: { 'if-match': etagOf('new') } }))
  })

  it('If-Match where nothing is there is NoSuchKey', async () => {
    const { upload, list } = await uploaded('missing')
    const headers = { 'if-match': '"x"' }
    expectError(await room.complete(upload, list, { headers }), 404, 'NoSuchKey')
  })

  it.each(['If-Match', 'If-None-Match', 'If-Unmodified-Since'])(
    '%s of what begins an upload, or brings a part, is not implemented',
    async (name) => {
      const headers = { [name.toLowerCase()]: name.endsWith('Since') ? new Date().toUTCString() : '*' }
      const upload = await room.create('begun')
      await room.objects.put('source', 'x')
      const source = { 'x-amz-copy-source': `${room.objects.bucket}/source` }
      for (const answer of [
        await room.objects.request('POST', 'begun', { query: 'uploads=', headers }),
        await room.sendPart(upload, 1, { body: 'x', headers }),
        await room.sendPart(upload, 1, { headers: { ...headers, ...source } }),
      ]) {
        expect(expectError(answer, 501, 'NotImplemented')('Header')).toBe(name)
      }
    },
  )

  it('let exactly one of many uploads through', async () => {
    const uploads = await Promise.all(Array.from({ length: 20 }, () => uploaded('one of many')))
    const headers = { 'if-none-match': '*' }
    const answers = await Promise.all(
      uploads.map(({ upload, list }) => room.complete(upload, list, { headers })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expectError(answer, 412, 'PreconditionFailed')
    }
  })

  it('x-amz-mp-object-size is held to the sum of the parts', async () => {
    const { upload, list } = await uploaded('sized')
    const of = (size: string) => room.complete(upload, list, { headers: { 'x-amz-mp-object-size': size } })
    expectError(await of('4'), 400, 'InvalidRequest')
    expectError(await of('0'), 400, 'InvalidRequest')
    expectError(await of('many'), 400, 'InvalidRequest')
    expectSuccess(await of('3'))
  })

  it('that fail are told by the SDK', async () => {
    await room.objects.put('sdk', 'old')
    const { upload, list } = await uploaded('sdk')
    const command = new CompleteMultipartUploadCommand({
      Bucket: room.objects.bucket,
      Key: 'sdk',
      UploadId: upload.id,
      MultipartUpload: { Parts: list },
      IfNoneMatch: '*',
    })
    expect(await sdkError(room.objects.client.send(command))).toEqual([412, 'PreconditionFailed'])
  })
})

describeAccess(
  () => room.objects,
  async (bucket) => {
    const upload = await room.create('access')
    const body = completionDocument([await room.part(upload, 1, 'x')])
    return { method: 'POST', path: `/${bucket}/access`, query: `uploadId=${upload.id}`, body }
  },
)
