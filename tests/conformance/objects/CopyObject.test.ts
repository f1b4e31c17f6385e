import { hash } from 'node:crypto'
import { CopyObjectCommand, HeadObjectCommand, PutBucketEncryptionCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import { INLINE_LIMIT_BYTES } from '../../../packages/server/src/s3/shared/content/store-content.ts'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { awkwardKeys } from '../../support/awkward-keys.ts'
import { blobFiles, sealedSize } from '../../support/blob-files.ts'
import { createBucket } from '../../support/buckets.ts'
import { contentOf } from '../../support/content.ts'
import { RawConnection } from '../../support/raw-connection.ts'
import { errorCodeOf, type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { checksumHeader, referenceAlgorithms, referenceChecksum } from '../../support/reference-checksums.ts'
import { objectPath, signHeaders, uriEncode } from '../../support/signature-v4.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts'
import { describeAccess } from './object-access.suite.ts'
import { expectError, expectSuccess, ObjectRoom, sdkError } from './object-room.ts'

let room: ObjectRoom
beforeAll(async () => {
  room = await ObjectRoom.open()
  return () => room[Symbol.asyncDispose]()
})

/** The copy source of a key in the room's bucket, encoded. */
function sourceOf(key: string, here = room): string {
  return objectPath(here.bucket, key).slice(1)
}

function copy(
  source: string,
  key: string,
  headers: Record<string, string> = {},
  here = room,
): Promise<RawAnswer> {
  return here.request('PUT', key, { headers: { 'x-amz-copy-source': source, ...headers } })
}

async function expectCopied(
  key: string,
  headers: Record<string, string> = {},
  here = room,
): Promise<RawAnswer> {
  const answer = await copy(sourceOf(key, here), `copy of ${key}`, headers, here)
  expectSuccess(answer)
  return answer
}

function md5Of(bytes: Buffer): string {
  return Buffer.from(referenceChecksum('MD5', bytes), 'base64').toString('hex')
}

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

  it.each([0, 10, INLINE_LIMIT_BYTES, INLINE_LIMIT_BYTES + 1, 3_000_001])(
    'of %i are copied, and outlive their source',
    async (sizeBytes) => {
      const bytes = contentOf('copy', sizeBytes)
      const key = `size-${sizeBytes}`
      await here.put(key, bytes)
      const answer = await expectCopied(key, {}, here)
      expect(answer.headers['content-type']).toBe('application/xml')
      expect(xmlTexts(answer.text, 'ETag')).toEqual([`"${md5Of(bytes)}"`])
      await here.request('DELETE', key)
      await here.server.settle()
      const read = await here.get(`copy of ${key}`)
      expect([read.status, read.body.equals(bytes)]).toEqual([200, true])
      expect(read.headers.etag).toBe(`"${md5Of(bytes)}"`)
      const [modified = ''] = xmlTexts(answer.text, 'LastModified')
      expect(modified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/)
      expect(read.headers['last-modified']).toBe(new Date(modified).toUTCString())
    },
  )

  it('uploaded in parts are copied into one', async () => {
    const bytes = contentOf('parts', 120_000)
    const etag = await here.putParts('parts', [bytes.subarray(0, 50_000), bytes.subarray(50_000)])
    expect(etag).toMatch(/-2"$/)
    const answer = await expectCopied('parts', {}, here)
    expect(xmlTexts(answer.text, 'ETag')).toEqual([`"${md5Of(bytes)}"`])
    await here.request('DELETE', 'parts')
    await here.server.settle()
    expect((await here.bytesOf('copy of parts'))?.equals(bytes)).toBe(true)
    const part = await here.get('copy of parts', {}, 'partNumber=1')
    expect([part.status, part.body.equals(bytes)]).toEqual([206, true])
    expect(part.headers['x-amz-mp-parts-count']).toBeUndefined()
    expectError(await here.get('copy of parts', {}, 'partNumber=2'), 416, 'InvalidPartNumber')
  })

  it('are those of one version, while the source is replaced all the time', async () => {
    const versions = [contentOf('a', 100_000), contentOf('b', 90_000), Buffer.from('small'), Buffer.alloc(0)]
    await here.put('busy', 'small')
    const write = async (): Promise<void> => {
      for (let round = 0; round < 20; round++) await here.put('busy', versions[round % versions.length] ?? '')
    }
    const copyAll = async (): Promise<void> => {
      for (let round = 0; round < 20; round++) {
        await expectCopied('busy', {}, here)
        const bytes = await here.bytesOf('copy of busy')
        expect(versions.some((version) => bytes && version.equals(bytes))).toBe(true)
      }
    }
    await Promise.all([write(), copyAll()])
  })
})

it('frees what the copy replaced, and what it could not become', async () => {
  await using folder = await temporaryDirectory()
  await using here = await ObjectRoom.open({ dataDirectory: folder.path })
  await here.put('source', contentOf('source', 50_000))
  await here.put('target', contentOf('target', 60_000))
  const refused = await copy(sourceOf('source', here), 'target', { 'if-none-match': '*' }, here)
  expectError(refused, 412, 'PreconditionFailed')
  expectSuccess(await copy(sourceOf('source', here), 'target', {}, here))
  expectSuccess(await copy(sourceOf('source', here), 'source', { 'x-amz-storage-class': 'GLACIER_IR' }, here))
  await here.server.settle()
  // The copies share their bytes.
  expect((await blobFiles(folder.path)).map(({ sizeBytes }) => sizeBytes)).toEqual([sealedSize(50_000)])
  expectSuccess(await here.request('DELETE', 'source'), 204)
  await here.server.settle()
  expect((await here.bytesOf('target'))?.equals(contentOf('source', 50_000))).toBe(true)
  expectSuccess(await here.request('DELETE', 'target'), 204)
  await here.server.settle()
  expect(await blobFiles(folder.path)).toEqual([])
})

describe('what describes the object', () => {
  const described = {
    'cache-control': 'max-age=1',
    'content-disposition': 'attachment',
    'content-encoding': 'gzip',
    'content-language': 'cs',
    'content-type': 'text/plain',
    expires: 'some day',
    'x-amz-meta-colour': 'red',
  }
  const own = { 'x-amz-storage-class': 'STANDARD_IA', 'x-amz-website-redirect-location': '/elsewhere' }
  const replacement = { 'content-type': 'a/b', 'cache-control': 'no-store', 'x-amz-meta-shape': 'round' }
  beforeAll(() => room.put('described', 'x', { ...described, ...own }))

  it.each([{}, { 'x-amz-metadata-directive': 'COPY' }])(
    'is copied, but for class and redirect %j',
    async (directive) => {
      await expectCopied('described', { ...directive, ...replacement })
      const { headers } = await room.head('copy of described')
      expect(headers).toMatchObject(described)
      for (const name of [...Object.keys(own), 'x-amz-meta-shape']) expect(headers[name]).toBeUndefined()
    },
  )

  it('is replaced as a whole', async () => {
    await expectCopied('described', { 'x-amz-metadata-directive': 'REPLACE', ...replacement })
    const { headers } = await room.head('copy of described')
    expect(headers).toMatchObject(replacement)
    const dropped = Object.keys({ ...described, ...own }).filter((name) => !(name in replacement))
    for (const name of dropped) expect(headers[name]).toBeUndefined()
  })

  it('may be replaced by nothing', async () => {
    await expectCopied('described', { 'x-amz-metadata-directive': 'REPLACE' })
    const { headers } = await room.head('copy of described')
    expect([headers['content-type'], headers['x-amz-meta-colour']]).toEqual([
      'binary/octet-stream',
      undefined,
    ])
  })

  it.each(['COPY', 'REPLACE'])('takes class and redirect from the request, with %s', async (directive) => {
    const headers = { 'x-amz-storage-class': 'LUKEWARM', 'x-amz-website-redirect-location': 'https://a.b/' }
    await expectCopied('described', { 'x-amz-metadata-directive': directive, ...headers })
    expect((await room.head('copy of described')).headers).toMatchObject(headers)
  })

  it.each([
    [{ 'x-amz-metadata-directive': 'KEEP' }, 'InvalidArgument'],
    [{ 'x-amz-storage-class': 'OUTPOSTS' }, 'InvalidStorageClass'],
    [{ 'x-amz-website-redirect-location': 'nowhere' }, 'InvalidRedirectLocation'],
    [{ 'x-amz-metadata-directive': 'REPLACE', 'x-amz-meta-a': 'v'.repeat(2048) }, 'MetadataTooLarge'],
  ])('may be wrong: %#', async (headers, code) => {
    expectError(await copy(sourceOf('described'), 'wrong', headers), 400, code)
    expect(await room.bytesOf('wrong')).toBeUndefined()
  })
})

describe('onto itself', () => {
  const bytes = contentOf('self', 50_000)
  beforeAll(() => room.put('self', bytes, { 'content-type': 'a/b', 'x-amz-meta-a': 'b' }))

  it.each([{}, { 'x-amz-metadata-directive': 'COPY' }, { 'content-type': 'c/d' }])(
    'with no change is refused %j',
    async (headers) => {
      const answer = await copy(sourceOf('self'), 'self', headers)
      expect(expectError(answer, 400, 'InvalidRequest')('Message')).toContain('copy an object to itself')
    },
  )

  it.each([
    { 'x-amz-storage-class': 'STANDARD_IA' },
    { 'x-amz-website-redirect-location': '/there' },
    { 'x-amz-metadata-directive': 'REPLACE', 'content-type': 'e/f' },
  ])('changes %j and keeps the bytes', async (headers) => {
    expectSuccess(await copy(sourceOf('self'), 'self', headers))
    const { 'x-amz-metadata-directive': _, ...changed } = headers as Record<string, string>
    const answer = await room.get('self')
    expect(answer.headers).toMatchObject(changed)
    expect(answer.body.equals(bytes)).toBe(true)
  })

  it('is a change where the bucket says how it encrypts', async () => {
    await using here = await ObjectRoom.open()
    await here.put('self', bytes)
    const { client, bucket: Bucket } = here
    const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'AES256' } as const
    const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault }] }
    await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
    expectSuccess(await copy(sourceOf('self', here), 'self', {}, here))
    expect((await here.get('self')).body.equals(bytes)).toBe(true)
  })

  it('under another name of itself is itself', async () => {
    expectError(await copy(`/${room.bucket}/%73elf`, 'self'), 400, 'InvalidRequest')
  })
})

describe('conditions on the source', () => {
  let etag: string
  let modified: number
  beforeAll(async () => {
    await room.put('source', 'x')
    const { headers } = await room.head('source')
    etag = headers.etag ?? ''
    modified = Date.parse(headers['last-modified'] ?? '')
  })
  const conditions = (wanted: Record<string, string | number>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(wanted).map(([name, value]) => [
        `x-amz-copy-source-if-${name}`,
        typeof value === 'number'
          ? new Date(modified + value * 1000).toUTCString()
          : value.replace('ETAG', etag),
      ]),
    )

  it.each<Record<string, string | number>>([
    { match: 'ETAG' },
    { match: '*' },
    { 'none-match': '"other"' },
    { 'modified-since': -10 },
    { 'unmodified-since': 0 },
    { match: 'ETAG', 'unmodified-since': -10 },
    { 'none-match': '"other"', 'modified-since': 10 },
  ])('%j hold', async (wanted) => {
    const answer = await expectCopied('source', conditions(wanted))
    expect(xmlTexts(answer.text, 'ETag')).toEqual([etag])
  })

  it.each<Record<string, string | number>>([
    { match: '"other"' },
    { match: '"other"', 'unmodified-since': 10 },
    { 'none-match': 'ETAG' },
    { 'none-match': '*' },
    { 'none-match': 'ETAG', 'modified-since': -10 },
    { 'modified-since': 0 },
    { 'unmodified-since': -10 },
  ])('%j fail', async (wanted) => {
    const answer = await copy(sourceOf('source'), 'never', conditions(wanted))
    const condition = expectError(answer, 412, 'PreconditionFailed')('Condition')
    expect(Object.keys(conditions(wanted))).toContain(condition.toLowerCase())
    expect(await room.bytesOf('never')).toBeUndefined()
  })
})

describe('conditions on the target', () => {
  beforeAll(() => room.put('from', 'from'))

  it('If-None-Match: * keeps what is there', async () => {
    expectSuccess(await copy(sourceOf('from'), 'once', { 'if-none-match': '*' }))
    await room.put('once', 'kept')
    expectError(await copy(sourceOf('from'), 'once', { 'if-none-match': '*' }), 412, 'PreconditionFailed')
    expect((await room.bytesOf('once'))?.toString()).toBe('kept')
  })

  it('If-Match replaces only what it names', async () => {
    const { headers } = await room.put('matched', 'before')
    expectError(await copy(sourceOf('from'), 'matched', { 'if-match': '"0"' }), 412, 'PreconditionFailed')
    expectSuccess(await copy(sourceOf('from'), 'matched', { 'if-match': headers.etag ?? '' }))
    expectError(await copy(sourceOf('from'), 'absent', { 'if-match': '"0"' }), 404, 'NoSuchKey')
    expect(await room.bytesOf('absent')).toBeUndefined()
  })

  it('lets one of many simultaneous copies through', async () => {
    const copies = Array.from({ length: 20 }, () => copy(sourceOf('from'), 'race', { 'if-none-match': '*' }))
    const statuses = (await Promise.all(copies)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 412)).toHaveLength(19)
  })
})

describe('the source', () => {
  it.each([...awkwardKeys, '.', '..', 'a?versionId=b', '\u0001'])('may be %j', async (key) => {
    await room.put(key, `at ${key}`)
    for (const source of [sourceOf(key), `/${sourceOf(key)}`, uriEncode(`${room.bucket}/${key}`)]) {
      expectSuccess(await copy(source, 'copied'))
      expect((await room.bytesOf('copied'))?.toString()).toBe(`at ${key}`)
    }
  })

  it('may come unencoded, a plus being a space', async () => {
    await room.put('a b/c=d&e', 'raw')
    expectSuccess(await copy(`/${room.bucket}/a b/c=d&e`, 'copied'))
    expectSuccess(await copy(`${room.bucket}/a+b/c=d&e`, 'copied'))
    expect((await room.bytesOf('copied'))?.toString()).toBe('raw')
  })

  it('may be in another bucket', async () => {
    await createBucket(room.server, 'second-bucket')
    await rawRequest(room.server, { method: 'PUT', path: '/second-bucket/key', body: 'second' })
    expectSuccess(await copy('second-bucket/key', 'copied'))
    expect((await room.bytesOf('copied'))?.toString()).toBe('second')
  })

  it('has to be there', async () => {
    expect(expectError(await copy(sourceOf('missing'), 'never'), 404, 'NoSuchKey')('Key')).toBe('missing')
    const answer = await copy('no-such-bucket/key', 'never')
    expect(expectError(answer, 404, 'NoSuchBucket')('BucketName')).toBe('no-such-bucket')
    expect(await room.bytesOf('never')).toBeUndefined()
  })

  it.each([
    '',
    '/',
    'bucket',
    '/bucket',
    'bucket/',
    '/bucket/',
    '//key',
    'bucket/%zz',
    'bucket/%FF',
    'bucket/key?versionId=',
  ])('may not be %j', async (source) => {
    expect(expectError(await copy(source, 'never'), 400, 'InvalidArgument')('ArgumentName')).toBe(
      'x-amz-copy-source',
    )
    expect(await room.bytesOf('never')).toBeUndefined()
  })

  it('may name the null version, and no other', async () => {
    await room.put('versioned', 'x')
    expectSuccess(await copy(`${sourceOf('versioned')}?versionId=null`, 'copied'))
    expectError(await copy(`${sourceOf('versioned')}?versionId=x`, 'copied'), 400, 'InvalidArgument')
    const absent = `${sourceOf('versioned')}?versionId=${'0'.repeat(32)}`
    expectError(await copy(absent, 'copied'), 404, 'NoSuchVersion')
  })

  it('has to be one that the caller may read', async () => {
    const { server } = room
    await rawRequest(server, { method: 'PUT', path: '/others-bucket', credentials: otherCredentials })
    await rawRequest(server, {
      method: 'PUT',
      path: '/others-bucket/key',
      body: 'x',
      credentials: otherCredentials,
    })
    expectError(await copy('others-bucket/key', 'never'), 403, 'AccessDenied')
    expectError(await copy('others-bucket/missing', 'never'), 403, 'AccessDenied')
    expect(await room.bytesOf('never')).toBeUndefined()
    await room.put('mine', 'x')
    const stolen = await rawRequest(server, {
      method: 'PUT',
      path: '/others-bucket/stolen',
      headers: { 'x-amz-copy-source': sourceOf('mine') },
      credentials: otherCredentials,
    })
    expectError(stolen, 403, 'AccessDenied')
  })

  it('may be expected to be of an owner', async () => {
    await room.put('owned', 'x')
    const expected = (id: string): Promise<RawAnswer> =>
      copy(sourceOf('owned'), 'copied', { 'x-amz-source-expected-bucket-owner': id })
    expectSuccess(await expected(mainAccount.id))
    expectError(await expected(otherAccount.id), 403, 'AccessDenied')
    expectError(await expected('main'), 400, 'InvalidBucketOwnerAWSAccountID')
  })

  it('is not encrypted with a key of the client’s', async () => {
    await room.put('plain', 'x')
    const prefix = 'x-amz-copy-source-server-side-encryption-customer'
    const key = Buffer.alloc(32, 7)
    const headers = {
      [`${prefix}-algorithm`]: 'AES256',
      [`${prefix}-key`]: key.toString('base64'),
      [`${prefix}-key-MD5`]: hash('md5', key, 'base64'),
    }
    expectError(await copy(sourceOf('plain'), 'copied', headers), 400, 'InvalidRequest')
  })
})

it('is of 5 GiB at most; larger objects are read like any other', async () => {
  await using here = await ObjectRoom.open()
  const piece = contentOf('piece', 64 * 1024 * 1024)
  await here.put('piece', piece)
  const created = await here.request('POST', 'vast', { query: 'uploads=' })
  const uploadId = xmlTexts(created.text, 'UploadId')[0] ?? ''
  const partCount = 81
  const numbers = Array.from({ length: partCount }, (_, index) => index + 1)
  const tags: string[] = []
  for (const number of numbers) {
    const part = await here.request('PUT', 'vast', {
      query: `partNumber=${number}&uploadId=${uploadId}`,
      headers: { 'x-amz-copy-source': sourceOf('piece', here) },
    })
    tags.push(xmlTexts(part.text, 'ETag')[0] ?? '')
  }
  const parts = numbers.map(
    (number, index) => `<Part><PartNumber>${number}</PartNumber><ETag>${tags[index]}</ETag></Part>`,
  )
  const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
  expectSuccess(await here.request('POST', 'vast', { query: `uploadId=${uploadId}`, body }))

  const sizeBytes = partCount * piece.length
  expect((await here.head('vast')).headers['content-length']).toBe(String(sizeBytes))
  const start = 80 * piece.length - 5
  const across = await here.get('vast', { range: `bytes=${start}-${start + 9}` })
  expect(across.headers['content-range']).toBe(`bytes ${start}-${start + 9}/${sizeBytes}`)
  expect(across.body.equals(Buffer.concat([piece.subarray(-5), piece.subarray(0, 5)]))).toBe(true)
  const answer = await copy(sourceOf('vast', here), 'copied', {}, here)
  expect(expectError(answer, 400, 'InvalidRequest')('Message')).toContain(
    'maximum allowable size for a copy source',
  )
  expect(await here.bytesOf('copied')).toBeUndefined()
})

describe('the checksum', () => {
  const bytes = contentOf('checksum', 5000)

  it.each(referenceAlgorithms)('%s of the source stays', async (algorithm) => {
    const value = referenceChecksum(algorithm, bytes)
    await room.put('summed', bytes, { [checksumHeader(algorithm)]: value })
    const answer = await expectCopied('summed')
    expect(xmlTexts(answer.text, `Checksum${algorithm}`)).toEqual([value])
    expect(xmlTexts(answer.text, 'ChecksumType')).toEqual(['FULL_OBJECT'])
    const { headers } = await room.head('copy of summed', { 'x-amz-checksum-mode': 'ENABLED' })
    expect(headers[checksumHeader(algorithm)]).toBe(value)
  })

  it.each(['SHA256', 'sha256', 'CRC32C'] as const)('%s is computed where it is asked for', async (name) => {
    await room.put('summed', bytes)
    const algorithm = name === 'CRC32C' ? 'CRC32C' : 'SHA256'
    const answer = await expectCopied('summed', { 'x-amz-checksum-algorithm': name })
    expect(xmlTexts(answer.text, `Checksum${algorithm}`)).toEqual([referenceChecksum(algorithm, bytes)])
    expect(xmlTexts(answer.text, 'ChecksumCRC64NVME')).toEqual([])
  })

  it('of parts becomes one of the object', async () => {
    await room.putParts('in-parts', [bytes.subarray(0, 2000), bytes.subarray(2000)])
    const answer = await expectCopied('in-parts')
    expect(xmlTexts(answer.text, 'ChecksumCRC64NVME')).toEqual([referenceChecksum('CRC64NVME', bytes)])
  })

  it('is of an algorithm that S3 has', async () => {
    await room.put('summed', bytes)
    const headers = { 'x-amz-checksum-algorithm': 'CRC16' }
    expectError(await copy(sourceOf('summed'), 'never', headers), 400, 'InvalidRequest')
  })
})

it.each(['x-amz-acl', 'x-amz-grant-read'])('%s is refused where the owner is enforced', async (name) => {
  await room.put('source', 'x')
  const value = name === 'x-amz-acl' ? 'public-read' : `id="${otherAccount.canonicalId}"`
  expectError(await copy(sourceOf('source'), 'acl', { [name]: value }), 400, 'AccessControlListNotSupported')
})

describe('a slow copy', () => {
  /** A store whose commits wait, once told to. */
  class Gate {
    #open = Promise.resolve()
    #release = (): void => {}
    close(): void {
      this.#open = new Promise((resolve) => (this.#release = resolve))
    }
    open(): void {
      this.#release()
    }
    around(store: OrderedStore): OrderedStore {
      return {
        get: (key) => store.get(key),
        getMany: (keys) => store.getMany(keys),
        scan: (range) => store.scan(range),
        scanMany: (ranges) => store.scanMany(ranges),
        snapshot: () => store.snapshot(),
        commit: async (change) => {
          await this.#open
          return store.commit(change)
        },
        [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
      }
    }
  }

  it.each([
    ['succeed', {}],
    ['fail', { 'if-none-match': '*' }],
  ])('begins its answer, and may still %s', async (outcome, headers: Record<string, string>) => {
    const gate = new Gate()
    await using here = await ObjectRoom.open({ wrapMetadata: (store) => gate.around(store) })
    await here.put('source', 'x')
    // The condition holds when the copy begins and fails when it is committed.
    gate.close()
    const racing = here.request('PUT', 'target', { body: 'first' })
    const path = objectPath(here.bucket, 'target')
    const { host } = new URL(here.server.url)
    const request = {
      method: 'PUT',
      path,
      headers: { host, 'content-length': '0', 'x-amz-copy-source': sourceOf('source', here), ...headers },
      credentials: here.server.credentials,
      date: new Date(),
    }
    const signed = signHeaders(request, 'UNSIGNED-PAYLOAD').headers
    const lines = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`)
    using connection = await RawConnection.open(here.server.port)
    // As in HTTP/1.0, the body comes without chunks.
    await connection.write(`PUT ${path} HTTP/1.0\r\n${lines.join('')}\r\n`)
    const begun = (): string => {
      here.server.clock.advance(10_000)
      return connection.received
    }
    await expect.poll(begun, { interval: 5 }).toMatch(/\?>\n[^<]* [^<]* [^<]*$/)
    gate.open()
    expectSuccess(await racing)
    const answer = await connection.answer()
    expect([answer?.status, answer?.headers['content-type']]).toEqual([200, 'application/xml'])
    const text = answer?.text ?? ''
    expect(text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n +</)
    expect(text.match(/<\?xml/g)).toHaveLength(1)
    expect(errorCodeOf(text)).toBe(outcome === 'fail' ? 'PreconditionFailed' : undefined)
    expect(xmlTexts(text, 'ETag')).toEqual(outcome === 'fail' ? [] : [`"${md5Of(Buffer.from('x'))}"`])
  })
})

describe('the SDK', () => {
  it('copies', async () => {
    await room.put('sdk source', 'x', { 'x-amz-meta-a': 'b' })
    const { CopyObjectResult } = await room.client.send(
      new CopyObjectCommand({ Bucket: room.bucket, Key: 'sdk', CopySource: sourceOf('sdk source') }),
    )
    expect(CopyObjectResult).toMatchObject({
      ETag: `"${md5Of(Buffer.from('x'))}"`,
      LastModified: expect.any(Date),
    })
    const head = await room.client.send(new HeadObjectCommand({ Bucket: room.bucket, Key: 'sdk' }))
    expect(head.Metadata).toEqual({ a: 'b' })
  })

  it('hears of failures', async () => {
    const command = (CopySource: string, input: object = {}) =>
      room.client.send(new CopyObjectCommand({ Bucket: room.bucket, Key: 'sdk', CopySource, ...input }))
    await room.put('sdk', 'x')
    expect(await sdkError(command(sourceOf('missing')))).toEqual([404, 'NoSuchKey'])
    expect(await sdkError(command(sourceOf('sdk')))).toEqual([400, 'InvalidRequest'])
    expect(await sdkError(command(sourceOf('sdk'), { CopySourceIfMatch: '"0"' }))).toEqual([
      412,
      'PreconditionFailed',
    ])
  })
})

describeAccess(
  () => room,
  async (bucket) => {
    await room.put('access source', 'x')
    const headers = { 'x-amz-copy-source': sourceOf('access source') }
    return { method: 'PUT', path: objectPath(bucket, 'access'), headers }
  },
)
