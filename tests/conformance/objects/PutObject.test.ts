import { Readable } from 'node:stream'
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { INLINE_LIMIT_BYTES } from '../../../packages/server/src/s3/shared/content/store-content.ts'
import { otherAccount } from '../../support/accounts.ts'
import { awkwardKeys } from '../../support/awkward-keys.ts'
import { blobFiles, sealedSize } from '../../support/blob-files.ts'
import { createBucket, listKeys } from '../../support/buckets.ts'
import { contentOf } from '../../support/content.ts'
import { RawConnection } from '../../support/raw-connection.ts'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { checksumHeader, referenceChecksum } from '../../support/reference-checksums.ts'
import { objectPath, signHeaders } from '../../support/signature-v4.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts'
import { describeAccess } from './object-access.suite.ts'
import { expectError, expectSuccess, ObjectRoom, sdkError } from './object-room.ts'
import { describeUploadIntegrity } from './upload-integrity.suite.ts'

let room: ObjectRoom
beforeAll(async () => {
  room = await ObjectRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const GIBIBYTE = 1024 ** 3

describe.each(['memory', 'a data folder'])('the bytes, in %s', (engines) => {
  let folder: TemporaryDirectory
  let here: ObjectRoom
  beforeAll(async () => {
    folder = await temporaryDirectory()
    here = await ObjectRoom.open(engines === 'memory' ? {} : { dataDirectory: folder.path })
  })
  afterAll(async () => {
    await here[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  it.each([0, 1, INLINE_LIMIT_BYTES - 1, INLINE_LIMIT_BYTES, INLINE_LIMIT_BYTES + 1, 3_000_001])(
    'keeps %i bytes',
    async (sizeBytes) => {
      const body = contentOf('put', sizeBytes)
      const answer = await here.put(`size-${sizeBytes}`, body)
      const md5 = Buffer.from(referenceChecksum('MD5', body), 'base64').toString('hex')
      expect(answer.headers.etag).toBe(`"${md5}"`)
      expect(answer.body).toHaveLength(0)
      expect((await here.bytesOf(`size-${sizeBytes}`))?.equals(body)).toBe(true)
    },
  )

  it('replaces an object of any size by one of any other', async () => {
    for (const sizeBytes of [100_000, 10, 0, 200_000, 200_001, 1]) {
      const body = contentOf(`replace-${sizeBytes}`, sizeBytes)
      await here.put('replaced', body)
      expect((await here.bytesOf('replaced'))?.equals(body)).toBe(true)
    }
  })

  it('takes the SDK’s buffers, strings and streams', async () => {
    const bytes = contentOf('sdk', 100_000)
    const bodies = {
      buffer: bytes,
      string: 'žluťoučký',
      stream: Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]),
    }
    for (const [Key, Body] of Object.entries(bodies)) {
      const ContentLength = Key === 'stream' ? { ContentLength: bytes.length } : {}
      await here.client.send(new PutObjectCommand({ Bucket: here.bucket, Key, Body, ...ContentLength }))
      const { Body: stored } = await here.client.send(new GetObjectCommand({ Bucket: here.bucket, Key }))
      const expected = Key === 'string' ? Buffer.from('žluťoučký') : bytes
      expect(expected.equals((await stored?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true)
    }
  })

  it('lets exactly one of 100 simultaneous If-None-Match: * through', async () => {
    const large = contentOf('race', INLINE_LIMIT_BYTES + 1)
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        here.request('PUT', 'race', {
          body: index % 2 === 0 ? `small ${index}` : Buffer.concat([large, Buffer.from(String(index))]),
          headers: { 'if-none-match': '*' },
        }),
      ),
    )
    const winners = answers.filter(({ status }) => status === 200)
    expect(winners).toHaveLength(1)
    for (const loser of answers.filter(({ status }) => status !== 200)) {
      expectError(loser, 412, 'PreconditionFailed')
    }
    expect((await here.get('race')).headers.etag).toBe(winners[0]?.headers.etag)
  })
})

describe('what is freed', () => {
  it('keeps no blob of an object that was replaced, or that was refused', async () => {
    await using folder = await temporaryDirectory()
    await using here = await ObjectRoom.open({ dataDirectory: folder.path })
    const sizes = async (): Promise<number[]> => {
      await here.server.settle()
      return (await blobFiles(folder.path)).map(({ sizeBytes }) => sizeBytes)
    }
    const body = contentOf('freed', 100_000)
    for (let round = 0; round < 3; round++) await here.put('key', body)
    await here.put('key', Buffer.concat([body, body]))
    expect(await sizes()).toEqual([sealedSize(200_000)])

    const wrong = { 'x-amz-checksum-crc32': referenceChecksum('CRC32', 'other') }
    expectError(await here.request('PUT', 'key', { body, headers: wrong }), 400, 'BadDigest')
    const exists = { 'if-none-match': '*' }
    expectError(await here.request('PUT', 'key', { body, headers: exists }), 412, 'PreconditionFailed')
    expect(await sizes()).toEqual([sealedSize(200_000)])

    await here.put('key', 'small')
    expect(await sizes()).toEqual([])
  })
})

describe('keys', () => {
  const more = [
    '.',
    '..',
    '../../etc/passwd',
    './/../',
    '/',
    '//',
    '+',
    '%',
    '%2F',
    ' ',
    'tab\tnewline\nreturn\r',
    '\u0001\u001f\u007f\u0080',
    'a\u0000b\u0000',
    '\ufeffmark',
    '\uffff',
    '🎉'.repeat(256),
    'constructor',
    '__proto__',
  ]
  it.each([...awkwardKeys, ...more])('keeps apart and gives back %j', async (key) => {
    await room.put(key, `at ${key}`)
    expect((await room.bytesOf(key))?.toString()).toBe(`at ${key}`)
  })

  it('takes any text of 1,024 bytes, and lists it as it was', async () => {
    await using here = await ObjectRoom.open()
    const key = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 40 })
      .filter((text) => text.isWellFormed())
    const written = new Map<string, string>()
    const property = fc.asyncProperty(key, fc.string(), async (key, body) => {
      await here.put(key, body)
      written.set(key, body)
      expect((await here.bytesOf(key))?.toString()).toBe(body)
    })
    await fc.assert(property, { numRuns: 60 })
    expect((await listKeys(here.server, here.bucket)).toSorted()).toEqual([...written.keys()].toSorted())
  })

  it.each(['k'.repeat(1025), 'ž'.repeat(513), `${'k'.repeat(1023)}ž`])(
    'refuses %#: over 1,024 bytes',
    async (key) => {
      const element = expectError(await room.request('PUT', key, { body: 'x' }), 400, 'KeyTooLongError')
      expect([element('Size'), element('MaxSizeAllowed')]).toEqual([String(Buffer.byteLength(key)), '1024'])
    },
  )

  it('refuses a key that is no UTF-8', async () => {
    const answer = await rawRequest(room.server, {
      method: 'PUT',
      path: `/${room.bucket}/%FF%FE`,
      body: 'x',
      anonymous: true,
    })
    expectError(answer, 400, 'InvalidURI')
  })
})

describe('what describes the object', () => {
  it('comes back as it was sent', async () => {
    const headers = {
      'cache-control': 'max-age=60, private',
      'content-disposition': 'attachment; filename="a b.txt"',
      'content-encoding': 'gzip',
      'content-language': 'cs, en',
      'content-type': 'text/plain; charset=utf-8',
      expires: 'some day, perhaps',
      'x-amz-website-redirect-location': 'https://example.com/?a=b',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-meta-colour': 'red',
      'x-amz-meta-empty': '',
    }
    await room.put('described', 'x', headers)
    for (const answer of [await room.get('described'), await room.head('described')]) {
      expect(answer.headers).toMatchObject(headers)
    }
  })

  it('is little where little was sent', async () => {
    await room.put('plain', 'x')
    const { headers } = await room.get('plain')
    expect(headers['content-type']).toBe('binary/octet-stream')
    const absent = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires']
    for (const name of [...absent, 'x-amz-storage-class', 'x-amz-website-redirect-location']) {
      expect(headers[name]).toBeUndefined()
    }
    expect(Object.keys(headers).filter((name) => name.startsWith('x-amz-meta-'))).toEqual([])
  })

  it('is of the default type where the type is empty', async () => {
    await room.put('untyped', 'x', { 'content-type': '' })
    expect((await room.get('untyped')).headers['content-type']).toBe('binary/octet-stream')
  })

  it.each([
    ['aws-chunked', undefined],
    ['aws-chunked,gzip', 'gzip'],
    ['gzip, aws-chunked', 'gzip'],
  ])('keeps of the Content-Encoding %j only %j', async (sent, kept) => {
    const trailer = { [checksumHeader('CRC32')]: referenceChecksum('CRC32', 'x') }
    const headers = { 'content-encoding': sent }
    const answer = await room.putChunked('encoded', Buffer.from('x'), { headers, trailer, signed: false })
    expectSuccess(answer)
    expect((await room.get('encoded')).headers['content-encoding']).toBe(kept)
  })

  it.each(['/path', 'http://example.com', 'https://example.com', `/${'x'.repeat(2047)}`])(
    'takes a redirect %#',
    async (location) => {
      await room.put('redirect', '', { 'x-amz-website-redirect-location': location })
      expect((await room.head('redirect')).headers['x-amz-website-redirect-location']).toBe(location)
    },
  )

  it.each(['path', 'ftp://example.com', '', `/${'x'.repeat(2048)}`])(
    'refuses a redirect %#',
    async (location) => {
      const headers = { 'x-amz-website-redirect-location': location }
      expectError(await room.request('PUT', 'no-redirect', { headers }), 400, 'InvalidRedirectLocation')
      expect(await room.bytesOf('no-redirect')).toBeUndefined()
    },
  )

  it('says when it was changed, in whole seconds', async () => {
    const { headers } = await room.put('dated', 'x').then(() => room.get('dated'))
    const changed = Date.parse(headers['last-modified'] ?? '')
    expect(Math.abs(room.server.clock.now().getTime() - changed)).toBeLessThan(5000)
    expect(headers['last-modified']).toBe(new Date(changed).toUTCString())
  })
})

describe('user metadata', () => {
  it('is lower case in its names and anything in its values', async () => {
    await room.put('metadata', '', { 'X-Amz-Meta-MiXed': 'A, b;c="d"', 'x-amz-meta-_~!': '%20+' })
    expect((await room.head('metadata')).headers).toMatchObject({
      'x-amz-meta-mixed': 'A, b;c="d"',
      'x-amz-meta-_~!': '%20+',
    })
  })

  it.each(['=?UTF-8?B?xb5sdcWl?=', '=?utf-8?q?=C5=BElu=C5=A5?=', '=?UTF-8?B?xb5s?= =?UTF-8?B?dcWl?='])(
    'comes back as RFC 2047 text from %j',
    async (sent) => {
      await room.put('unicode', '', { 'x-amz-meta-text': sent })
      expect((await room.head('unicode')).headers['x-amz-meta-text']).toBe('=?UTF-8?B?xb5sdcWl?=')
    },
  )

  it('is ISO 8859-1 in a header, as in the example of the documentation', async () => {
    await room.put('iso-8859-1', 'x', { 'x-amz-meta-nonascii': 'ÄMÄZÕÑ S3' })
    const { headers: stored } = await room.head('iso-8859-1')
    expect(stored['x-amz-meta-nonascii']).toBe('=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=')
  })

  it('may be 2 KB of names and values', async () => {
    await room.put('full', '', { 'x-amz-meta-ab': 'v'.repeat(1022), 'x-amz-meta-cd': 'v'.repeat(1022) })
    expect((await room.head('full')).headers['x-amz-meta-ab']).toHaveLength(1022)
  })

  it.each([
    { 'x-amz-meta-ab': 'v'.repeat(1022), 'x-amz-meta-cd': 'v'.repeat(1023) },
    { 'x-amz-meta-': 'v'.repeat(2049) },
    { 'x-amz-meta-a': `=?UTF-8?Q?${'=C5=BE'.repeat(1024)}?=` },
  ])('may not be more %#', async (headers) => {
    const answer = await room.request('PUT', 'too-full', { headers })
    const element = expectError(answer, 400, 'MetadataTooLarge')
    expect([element('Size'), element('MaxSizeAllowed')]).toEqual(['2049', '2048'])
    expect(await room.bytesOf('too-full')).toBeUndefined()
  })

  it('and all other headers with the query may be 8 KB', async () => {
    const fits = { 'content-disposition': 'd'.repeat(7000) }
    expectSuccess(await room.request('PUT', 'wide', { headers: fits }))
    const over = { 'content-disposition': 'd'.repeat(8192) }
    const answer = await room.request('PUT', 'too-wide', { headers: over })
    expect(expectError(answer, 400, 'RequestHeaderSectionTooLarge')('MaxSizeAllowed')).toBe('8192')
    expect(await room.bytesOf('too-wide')).toBeUndefined()
  })

  it('goes through the SDK', async () => {
    const Metadata = { one: '1', two: 'zwei' }
    await room.client.send(
      new PutObjectCommand({ Bucket: room.bucket, Key: 'sdk-metadata', Body: 'x', Metadata }),
    )
    const head = await room.client.send(new HeadObjectCommand({ Bucket: room.bucket, Key: 'sdk-metadata' }))
    expect(head.Metadata).toEqual(Metadata)
  })
})

describe('storage class', () => {
  it.each(['SNOW', 'EXPRESS_ONEZONE', 'FSX_OPENZFS', 'FSX_ONTAP', 'OUTPOSTS'])(
    '%s is of no general purpose bucket',
    async (storageClass) => {
      const headers = { 'x-amz-storage-class': storageClass }
      expectError(await room.request('PUT', 'no class', { headers }), 400, 'InvalidStorageClass')
    },
  )

  const own = ['REDUCED_REDUNDANCY', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER']
  const others = ['DEEP_ARCHIVE', 'GLACIER_IR', 'LUKEWARM']
  it.each([...own, ...others])('%s is kept', async (storageClass) => {
    await room.put('classed', 'x', { 'x-amz-storage-class': storageClass })
    const { headers } = await room.head('classed')
    expect(headers['x-amz-storage-class']).toBe(storageClass)
  })

  it('STANDARD is not named', async () => {
    await room.put('standard', 'x', { 'x-amz-storage-class': 'STANDARD' })
    expect((await room.head('standard')).headers['x-amz-storage-class']).toBeUndefined()
  })

  it.each(['OUTPOSTS', 'COLD', 'standard', ''])('%j is refused', async (storageClass) => {
    const headers = { 'x-amz-storage-class': storageClass }
    const answer = await room.request('PUT', 'no-class', { body: 'x', headers })
    expectError(answer, 400, 'InvalidStorageClass')
    expect(await room.bytesOf('no-class')).toBeUndefined()
  })
})

describeUploadIntegrity(() => room)

describe('length', () => {
  const send = async (headers: Record<string, string>): Promise<[number | undefined, string | undefined]> => {
    const path = objectPath(room.bucket, 'length')
    const { host } = new URL(room.server.url)
    const request = {
      method: 'PUT',
      path,
      headers: { host, ...headers },
      credentials: room.server.credentials,
      date: new Date(),
    }
    const { headers: signed } = signHeaders(request, headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD')
    const lines = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`)
    using connection = await RawConnection.open(room.server.port)
    await connection.write(`PUT ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
    const answer = await connection.answer()
    return [answer?.status, xmlTexts(answer?.text ?? '', 'Code')[0]]
  }
  const chunked = {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-trailer': 'x-amz-checksum-crc32',
  }

  it('has to be said', async () => {
    expect(await send({})).toEqual([411, 'MissingContentLength'])
    expect(await send({ ...chunked, 'content-length': '10' })).toEqual([411, 'MissingContentLength'])
  })

  it('may not be replaced by HTTP’s own chunks', async () => {
    expect(await send({ 'transfer-encoding': 'chunked' })).toEqual([501, 'NotImplemented'])
  })

  it('is 5 GiB at most, and that is said before the body comes', async () => {
    const over = String(5 * GIBIBYTE + 1)
    expect(await send({ 'content-length': over })).toEqual([400, 'EntityTooLarge'])
    expect(await send({ ...chunked, 'content-length': '100', 'x-amz-decoded-content-length': over })).toEqual(
      [400, 'EntityTooLarge'],
    )
  })
})

describe('conditions', () => {
  it('If-None-Match: * keeps what is there', async () => {
    await room.put('once', 'first', { 'if-none-match': '*' })
    const answer = await room.request('PUT', 'once', { body: 'second', headers: { 'if-none-match': '*' } })
    expect(expectError(answer, 412, 'PreconditionFailed')('Condition')).toBe('If-None-Match')
    expect((await room.bytesOf('once'))?.toString()).toBe('first')
  })

  it('If-None-Match takes nothing but *', async () => {
    const headers = { 'if-none-match': '"d41d8cd98f00b204e9800998ecf8427e"' }
    expectError(await room.request('PUT', 'never', { headers }), 501, 'NotImplemented')
  })

  it('If-Match replaces only what it names, with quotes or without', async () => {
    const first = await room.put('matched', 'first')
    const etag = first.headers.etag ?? ''
    const second = await room.put('matched', 'second', { 'if-match': etag })
    await room.put('matched', 'third', { 'if-match': (second.headers.etag ?? '').replaceAll('"', '') })
    const answer = await room.request('PUT', 'matched', { body: 'fourth', headers: { 'if-match': etag } })
    expect(expectError(answer, 412, 'PreconditionFailed')('Condition')).toBe('If-Match')
    expect((await room.bytesOf('matched'))?.toString()).toBe('third')
  })

  it('If-Match finds nothing where there is nothing', async () => {
    const answer = await room.request('PUT', 'absent', { body: 'x', headers: { 'if-match': '"0"' } })
    expectError(answer, 404, 'NoSuchKey')
    expect(await room.bytesOf('absent')).toBeUndefined()
  })

  it('reach the SDK as its errors', async () => {
    const input = { Bucket: room.bucket, Key: 'sdk-once', Body: 'x', IfNoneMatch: '*' }
    await room.client.send(new PutObjectCommand(input))
    expect(await sdkError(room.client.send(new PutObjectCommand(input)))).toEqual([412, 'PreconditionFailed'])
  })
})

describe('what is not built yet', () => {
  it.each([['x-amz-write-offset-bytes', '0']])('%s: %s is refused, not ignored', async (name, value) => {
    const answer = await room.request('PUT', 'not-built', { body: 'x', headers: { [name]: value } })
    expect(expectError(answer, 501, 'NotImplemented')('Header')).toBe(name)
    expect(await room.bytesOf('not-built')).toBeUndefined()
  })
})

describe('ACL headers', () => {
  const grants = ['full-control', 'read', 'read-acp', 'write-acp'].map((name) => `x-amz-grant-${name}`)
  const refused: [string, string][] = [
    ['x-amz-acl', 'public-read'],
    ['x-amz-acl', 'bucket-owner-read'],
    ...grants.map((name): [string, string] => [name, `id="${otherAccount.canonicalId}"`]),
  ]
  it.each(refused)('%s: %s is refused where the owner is enforced', async (name, value) => {
    const answer = await room.request('PUT', 'acl', { body: 'x', headers: { [name]: value } })
    expectError(answer, 400, 'AccessControlListNotSupported')
    expect(await room.bytesOf('acl')).toBeUndefined()
  })

  it.each(['bucket-owner-full-control', 'private', ''])('“%s” says what holds anyway', async (acl) => {
    const headers = { 'x-amz-acl': acl }
    expectSuccess(await room.request('PUT', 'acl-owner', { body: 'x', headers }))
  })

  it('x-amz-acl takes the names of canned ACLs alone', async () => {
    const headers = { 'x-amz-acl': 'everybody' }
    expectError(await room.request('PUT', 'acl', { body: 'x', headers }), 400, 'InvalidArgument')
  })

  it('are heeded where the owner is not enforced, but for what would make the object public', async () => {
    await using here = await ObjectRoom.open({ newBuckets: { objectOwnership: 'ObjectWriter' } })
    await here.put('acl', 'x', { 'x-amz-acl': 'private' })
    const headers = { 'x-amz-acl': 'public-read' }
    expectError(await here.request('PUT', 'acl', { body: 'y', headers }), 403, 'AccessDenied')
    expect((await here.bytesOf('acl'))?.toString()).toBe('x')
  })
})

describe('addresses', () => {
  it('may name the bucket in the host', async () => {
    await using here = await ObjectRoom.open({ domains: ['s3.localhost'] })
    const host = `${here.bucket}.s3.localhost`
    const answer = await rawRequest(here.server, {
      method: 'PUT',
      path: '/a//b',
      headers: { host },
      body: 'hosted',
    })
    expect(answer.status).toBe(200)
    expect((await here.bytesOf('a//b'))?.toString()).toBe('hosted')
  })

  it('of two buckets with the same key are two objects', async () => {
    await createBucket(room.server, 'other-bucket')
    await room.put('same', 'here')
    await rawRequest(room.server, { method: 'PUT', path: '/other-bucket/same', body: 'there' })
    expect((await room.bytesOf('same'))?.toString()).toBe('here')
  })
})

describeAccess(
  () => room,
  (bucket) => ({ method: 'PUT', path: objectPath(bucket, 'access'), body: 'x' }),
)
