import { CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { INLINE_LIMIT_BYTES } from '../../../packages/server/src/s3/shared/content/store-content.ts'
import { blobFiles, sealedSize } from '../../support/blob-files.ts'
import { contentOf } from '../../support/content.ts'
import { RawConnection } from '../../support/raw-connection.ts'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { checksumHeader, referenceAlgorithms, referenceChecksum } from '../../support/reference-checksums.ts'
import { signHeaders } from '../../support/signature-v4.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { describeAccess } from '../objects/object-access.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { noUpload, type Upload, UploadRoom } from './upload-room.ts'

const GIBIBYTE = 1024 ** 3

let room: UploadRoom
beforeAll(async () => {
  room = await UploadRoom.open()
  return () => room[Symbol.asyncDispose]()
})

function md5Of(bytes: Uint8Array | string): string {
  return Buffer.from(referenceChecksum('MD5', bytes), 'base64').toString('hex')
}

function checksumsIn({ headers }: RawAnswer): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-checksum-')))
}

it.each([0, 1, INLINE_LIMIT_BYTES, INLINE_LIMIT_BYTES + 1, 3_000_001])('keeps %i bytes', async (size) => {
  const upload = await room.create('sizes')
  const body = contentOf('part', size)
  const answer = await room.sendPart(upload, 1, { body })
  expectSuccess(answer)
  expect(answer.headers.etag).toBe(`"${md5Of(body)}"`)
  expect(answer.body).toHaveLength(0)
  expectSuccess(await room.complete(upload, [{ PartNumber: 1, ETag: answer.headers.etag ?? '' }]))
  expect((await room.objects.bytesOf('sizes'))?.equals(body)).toBe(true)
})

describe('what the creation of the upload alone may say', () => {
  const inContext = 'The specified header is not valid in this context'
  it.each([
    ['x-amz-meta-color', 'red', 'Metadata cannot be specified in this context.'],
    ['x-amz-tagging', 'color=red', inContext],
    ['x-amz-storage-class', 'STANDARD', inContext],
  ])('%s is refused of parts and of copied parts', async (name, value, message) => {
    const upload = await room.create('said later')
    await room.objects.put('source', 'x')
    const source = { 'x-amz-copy-source': `${room.objects.bucket}/source` }
    for (const parts of [{ body: 'x', headers: {} }, { headers: source }]) {
      const answer = await room.sendPart(upload, 1, {
        ...parts,
        headers: { ...parts.headers, [name]: value },
      })
      const element = expectError(answer, 400, 'InvalidArgument')
      expect(['Message', 'ArgumentName', 'ArgumentValue'].map(element)).toEqual([message, name, value])
    }
  })
})

describe('part numbers', () => {
  let upload: Upload
  beforeAll(async () => {
    upload = await room.create('numbers')
  })

  it.each([1, 2, 9999, 10_000])('%i is one', async (partNumber) => {
    expectSuccess(await room.sendPart(upload, partNumber, { body: 'x' }))
  })

  it.each(['0', '-1', '10001', '2147483648', 'one', '1.5', ''])('%j is none', async (partNumber) => {
    const element = expectError(
      await room.sendPart(upload, partNumber, { body: 'x' }),
      400,
      'InvalidArgument',
    )
    expect(element('Message')).toBe('Part number must be an integer between 1 and 10000, inclusive')
    expect(element('ArgumentName')).toBe('partNumber')
  })

  it('in any order, sorted by their numbers', async () => {
    const other = await room.create('order')
    for (const number of [3, 1, 10_000, 2]) await room.part(other, number, `part ${number}`)
    expect(xmlTexts((await room.list(other)).text, 'PartNumber')).toEqual(['1', '2', '3', '10000'])
  })
})

it('takes a number again: the later part replaces the earlier one', async () => {
  const upload = await room.create('again')
  const before = await room.part(upload, 1, contentOf('before', 50_000))
  const after = await room.part(upload, 1, 'after')
  expectError(await room.complete(upload, [before]), 400, 'InvalidPart')
  expectSuccess(await room.complete(upload, [after]))
  expect((await room.objects.bytesOf('again'))?.toString()).toBe('after')
})

it('keeps one of many parts of the same number that come at once', async () => {
  const upload = await room.create('at once')
  const sent = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      room.part(upload, 1, index % 2 === 0 ? `small ${index}` : contentOf(`large ${index}`, 40_000 + index)),
    ),
  )
  const [kept] = xmlTexts((await room.list(upload)).text, 'ETag')
  expect(sent.map(({ ETag }) => ETag)).toContain(kept)
  expectSuccess(await room.complete(upload, [{ PartNumber: 1, ETag: kept ?? '' }]))
})

it('frees a part that was replaced, one that was refused, and one that came for nothing', async () => {
  await using folder = await temporaryDirectory()
  await using here = await UploadRoom.open({ dataDirectory: folder.path })
  const sizes = async (): Promise<number[]> => {
    await here.objects.server.settle()
    return (await blobFiles(folder.path)).map(({ sizeBytes }) => sizeBytes)
  }
  const upload = await here.create('freed')
  for (const size of [70_000, 80_000, 90_000]) await here.part(upload, 1, contentOf('freed', size))
  expect(await sizes()).toEqual([sealedSize(90_000)])
  const wrong = { 'content-md5': referenceChecksum('MD5', 'other') }
  expectError(
    await here.sendPart(upload, 2, { body: contentOf('x', 50_000), headers: wrong }),
    400,
    'BadDigest',
  )
  expectError(
    await here.sendPart({ ...upload, id: noUpload.id }, 2, { body: contentOf('x', 50_000) }),
    404,
    'NoSuchUpload',
  )
  expect(await sizes()).toEqual([sealedSize(90_000)])
})

describe('no such upload', () => {
  it('that ever was', async () => {
    const element = expectError(await room.sendPart(noUpload, 1, { body: 'x' }), 404, 'NoSuchUpload')
    expect(element('UploadId')).toBe(noUpload.id)
  })

  it('of this key', async () => {
    const { id } = await room.create('this')
    expectError(await room.sendPart({ key: 'that', id }, 1, { body: 'x' }), 404, 'NoSuchUpload')
  })

  it.each(['../..', 'a b', 'ž', 'x'.repeat(2000)])('as %j', async (id) => {
    const upload = { key: 'none', id: encodeURIComponent(id) }
    expectError(await room.sendPart(upload, 1, { body: 'x' }), 404, 'NoSuchUpload')
  })

  it('after it was completed or aborted', async () => {
    const completed = await room.create('gone')
    expectSuccess(await room.complete(completed, [await room.part(completed, 1, 'x')]))
    expectError(await room.sendPart(completed, 2, { body: 'x' }), 404, 'NoSuchUpload')
    const aborted = await room.create('gone')
    expectSuccess(await room.abort(aborted), 204)
    expectError(await room.sendPart(aborted, 1, { body: 'x' }), 404, 'NoSuchUpload')
    const { client, bucket: Bucket } = room.objects
    const command = new UploadPartCommand({
      Bucket,
      Key: 'gone',
      UploadId: aborted.id,
      PartNumber: 1,
      Body: 'x',
    })
    expect(await sdkError(client.send(command))).toEqual([404, 'NoSuchUpload'])
  })
})

/** A part whose body never comes: only what the head says of it counts. */
async function sendHead(headers: Record<string, string>) {
  const { id } = await room.create('head')
  const { server, bucket } = room.objects
  const [path, query] = [`/${bucket}/head`, `partNumber=1&uploadId=${id}`]
  const request = {
    method: 'PUT',
    path,
    query,
    headers: { host: new URL(server.url).host, ...headers },
    credentials: server.credentials,
    date: new Date(),
  }
  const signed = signHeaders(request, 'UNSIGNED-PAYLOAD').headers
  const lines = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`)
  using connection = await RawConnection.open(server.port)
  await connection.write(`PUT ${path}?${query} HTTP/1.1\r\n${lines.join('')}\r\n`)
  const { status, text = '' } = (await connection.answer()) ?? {}
  return { status, element: (name: string) => xmlTexts(text, name)[0] }
}

describe('the size', () => {
  it('is 5 GiB at most, and that is said before the body comes', async () => {
    const sizeBytes = 5 * GIBIBYTE + 1
    const { status, element } = await sendHead({ 'content-length': String(sizeBytes) })
    expect([status, element('Code')]).toEqual([400, 'EntityTooLarge'])
    expect(element('MaxSizeAllowed')).toBe(String(5 * GIBIBYTE))
    expect(element('ProposedSize')).toBe(String(sizeBytes))
  })

  it('has to be told', async () => {
    const { status, element } = await sendHead({})
    expect([status, element('Code')]).toEqual([411, 'MissingContentLength'])
  })
})

describe('integrity', () => {
  const body = contentOf('integrity', 40_000)

  it.each(['not base64', 'AAAA', ''])('Content-MD5 %j is none', async (md5) => {
    const upload = await room.create('integrity')
    expectError(
      await room.sendPart(upload, 1, { body, headers: { 'content-md5': md5 } }),
      400,
      'InvalidDigest',
    )
  })

  it.each([
    ['content-md5', referenceChecksum('MD5', 'other'), 'BadDigest'],
    ['x-amz-content-sha256', '0'.repeat(64), 'XAmzContentSHA256Mismatch'],
  ])('%s is held to', async (name, value, code) => {
    const upload = await room.create('integrity')
    expectError(await room.sendPart(upload, 1, { body, headers: { [name]: value } }), 400, code)
    expect(xmlTexts((await room.list(upload)).text, 'PartNumber')).toEqual([])
  })

  describe.each(referenceAlgorithms)('%s', (algorithm) => {
    const name = checksumHeader(algorithm)
    const right = { [name]: referenceChecksum(algorithm, body) }

    it('comes back with the part and is listed', async () => {
      const upload = await room.create('checked', { 'x-amz-checksum-algorithm': algorithm })
      const answer = await room.sendPart(upload, 1, { body, headers: right })
      expectSuccess(answer)
      expect(answer.headers).toMatchObject(right)
      const listed = await room.list(upload)
      expect(xmlTexts(listed.text, `Checksum${algorithm}`)).toEqual([right[name]])
    })

    it('that is wrong is BadDigest', async () => {
      const upload = await room.create('checked', { 'x-amz-checksum-algorithm': algorithm })
      const headers = { [name]: referenceChecksum(algorithm, 'other') }
      expectError(await room.sendPart(upload, 1, { body, headers }), 400, 'BadDigest')
      expectError(
        await room.sendPart(upload, 1, { body, headers: { [name]: 'AA==' } }),
        400,
        'InvalidRequest',
      )
      expect(xmlTexts((await room.list(upload)).text, 'PartNumber')).toEqual([])
    })

    it('of an upload of another kind is refused', async () => {
      const other = algorithm === 'SHA1' ? 'SHA256' : 'SHA1'
      const upload = await room.create('checked', { 'x-amz-checksum-algorithm': other })
      const element = expectError(
        await room.sendPart(upload, 1, { body, headers: right }),
        400,
        'InvalidRequest',
      )
      expect(element('Message')).toBe(
        `Checksum Type mismatch occurred, expected checksum Type: ${other.toLowerCase()}, actual checksum Type: ${algorithm.toLowerCase()}`,
      )
    })

    it('may come with any upload that was created without one', async () => {
      const upload = await room.create('unchecked')
      const answer = await room.sendPart(upload, 1, { body, headers: right })
      expectSuccess(answer)
      expect(checksumsIn(answer)).toEqual(right)
      const headers = { [name]: referenceChecksum(algorithm, 'other') }
      expectError(await room.sendPart(upload, 1, { body, headers }), 400, 'BadDigest')
    })
  })

  // Source: S3 API Reference, UploadPart, `x-amz-checksum-crc64nvme`: "only present if the checksum was provided in the request".
  it('is not told where neither the part brings one nor the upload was created with one', async () => {
    const answer = await room.sendPart(await room.create('unchecked'), 1, { body })
    expectSuccess(answer)
    expect(checksumsIn(answer)).toEqual({})
  })

  it('comes back as well where it came behind the body', async () => {
    const { client, bucket: Bucket } = room.objects
    const { id: UploadId } = await room.create('unchecked')
    const of = { Bucket, Key: 'unchecked', UploadId, PartNumber: 1 }
    const ChecksumAlgorithm = 'CRC32C'
    const part = await client.send(new UploadPartCommand({ ...of, Body: body, ChecksumAlgorithm }))
    const told = Object.entries(part).filter(([name]) => name.startsWith('Checksum'))
    expect(told).toEqual([['ChecksumCRC32C', referenceChecksum('CRC32C', body)]])
  })

  it('has to come where the whole is a checksum of checksums', async () => {
    const upload = await room.create('composite', { 'x-amz-checksum-algorithm': 'SHA256' })
    const element = expectError(await room.sendPart(upload, 1, { body }), 400, 'InvalidRequest')
    expect(element('Message')).toContain('expected checksum Type: sha256, actual checksum Type: null')
  })

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    '%s of the full object is computed',
    async (algorithm) => {
      const headers = { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': 'FULL_OBJECT' }
      const upload = await room.create('full', headers)
      const answer = await room.sendPart(upload, 1, { body })
      expect(answer.headers).toMatchObject({
        [checksumHeader(algorithm)]: referenceChecksum(algorithm, body),
      })
    },
  )

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'takes what the SDK sends for %s',
    async (ChecksumAlgorithm) => {
      const { client, bucket: Bucket } = room.objects
      const of = { Bucket, Key: 'sdk', ChecksumAlgorithm }
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(of))
      const part = await client.send(new UploadPartCommand({ ...of, UploadId, PartNumber: 1, Body: body }))
      expect(part[`Checksum${ChecksumAlgorithm}`]).toBe(referenceChecksum(ChecksumAlgorithm, body))
    },
  )
})

it('refuses a key for encryption that the upload has none of', async () => {
  const upload = await room.create('customer')
  const headers = { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }
  const answer = await room.sendPart(upload, 1, { body: 'x', headers })
  expect(answer.status).toBeGreaterThanOrEqual(400)
})

describeAccess(
  () => room.objects,
  async (bucket) => {
    const { id } = await room.create('access')
    return { method: 'PUT', path: `/${bucket}/access`, query: `partNumber=1&uploadId=${id}`, body: 'x' }
  },
)
