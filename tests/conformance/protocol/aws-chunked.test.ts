import fc from 'fast-check'
import { getObject } from '../../support/buckets.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { awsChunked } from '../../support/aws-chunked.ts'
import { contentOf } from '../../support/content.ts'
import { type RawAnswer, rawRequest } from '../../support/raw-request.ts'
import { checksumHeader, referenceChecksum } from '../../support/reference-checksums.ts'
import { objectPath, signHeaders, type SigningContext } from '../../support/signature-v4.ts'
import { expectError, expectSuccess, ObjectRoom } from '../objects/object-room.ts'

let room: ObjectRoom
beforeAll(async () => {
  room = await ObjectRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const forms = [
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
] as const
type Form = (typeof forms)[number]

interface Upload {
  readonly form: Form
  readonly chunks: readonly Buffer[]
  readonly key?: string
  readonly decodedBytes?: number
  readonly query?: string
  readonly method?: string
  readonly trailer?: Readonly<Record<string, string>>
  /** Announces and sends the trailer, whatever the form says of trailers. */
  readonly trailerAnyhow?: true
  /** Changes the framed body on its way. */
  readonly change?: (body: Buffer) => Buffer
}

function upload({
  form,
  chunks,
  key = 'chunked',
  query = '',
  trailer,
  change = (body) => body,
  ...more
}: Upload): Promise<RawAnswer> {
  const content = Buffer.concat(chunks)
  const path = objectPath(room.bucket, key)
  const trailing = trailer ?? { [checksumHeader('CRC32')]: referenceChecksum('CRC32', content) }
  const hasTrailer = form.endsWith('TRAILER') || more.trailerAnyhow === true
  const signed: { headers: Record<string, string>; context: SigningContext } = signHeaders(
    {
      method: 'PUT',
      path,
      query,
      headers: {
        host: new URL(room.server.url).host,
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': String(more.decodedBytes ?? content.length),
        ...(hasTrailer && { 'x-amz-trailer': Object.keys(trailing).join(',') }),
      },
      credentials: room.server.credentials,
      date: new Date(),
    },
    form,
  )
  const framed = awsChunked(chunks, {
    ...(form !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' && { context: signed.context }),
    ...(hasTrailer && { trailer: trailing }),
  })
  const body = change(Buffer.concat(framed))
  return rawRequest(room.server, {
    method: 'PUT',
    path,
    query,
    headers: signed.headers,
    body,
    anonymous: true,
  })
}

function chunksOf(content: Buffer, sizeBytes: number): Buffer[] {
  const count = Math.ceil(content.length / sizeBytes)
  return Array.from({ length: count }, (_, index) =>
    content.subarray(index * sizeBytes, (index + 1) * sizeBytes),
  )
}

describe.each(forms)('%s', (form) => {
  it.each([0, 1, 8191, 8192, 8193, 100_000, 1_000_003])('brings %i bytes', async (sizeBytes) => {
    const content = contentOf(form, sizeBytes)
    expectSuccess(await upload({ form, chunks: chunksOf(content, 65_536) }))
    expect((await room.bytesOf('chunked'))?.equals(content)).toBe(true)
    expect((await room.head('chunked')).headers['content-encoding']).toBeUndefined()
  })

  it('brings chunks of any size from 8 KiB', async () => {
    const sizes = fc.array(fc.integer({ min: 8192, max: 40_000 }), { maxLength: 5 })
    const property = fc.asyncProperty(sizes, fc.nat({ max: 8191 }), async (sizes, rest) => {
      const chunks = [...sizes, ...(rest > 0 ? [rest] : [])].map((size, index) =>
        contentOf(`chunk-${index}`, size),
      )
      expectSuccess(await upload({ form, chunks }))
      expect((await room.bytesOf('chunked'))?.equals(Buffer.concat(chunks))).toBe(true)
    })
    await fc.assert(property, { numRuns: 15 })
  })

  it('brings parts of an upload', async () => {
    const created = await room.request('POST', 'in-parts', { query: 'uploads=' })
    const uploadId = /<UploadId>([^<]*)/.exec(created.text)?.[1] ?? ''
    const query = `partNumber=1&uploadId=${uploadId}`
    const content = contentOf('part', 20_000)
    expectSuccess(await upload({ form, key: 'in-parts', query, chunks: chunksOf(content, 8192) }))
    const parts = await room.get('in-parts', {}, `uploadId=${uploadId}`)
    expect(parts.text).toContain('<Size>20000</Size>')
  })

  const content = contentOf('changed', 30_000)
  const chunks = chunksOf(content, 10_000)
  const expectRefused = async (
    changes: Partial<Upload>,
    status: number,
    codes: readonly string[],
  ): Promise<void> => {
    await room.request('DELETE', 'refused')
    const answer = await upload({ form, chunks, key: 'refused', ...changes })
    expect(codes).toContain(answer.errorCode)
    expectError(answer, status, answer.errorCode ?? '')
    expect(await room.bytesOf('refused')).toBeUndefined()
  }
  const isSigned = form !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'

  it('is refused with a byte changed', async () => {
    const flipped = (body: Buffer): Buffer => {
      const copy = Buffer.from(body)
      copy[5000] = (copy[5000] ?? 0) ^ 1
      return copy
    }
    const [status, code] = isSigned
      ? ([403, 'SignatureDoesNotMatch'] as const)
      : ([400, 'BadDigest'] as const)
    await expectRefused({ change: flipped }, status, [code])
  })

  it('is refused where its decoded length is another', async () => {
    await expectRefused({ decodedBytes: 29_999 }, 400, ['IncompleteBody', 'InvalidRequest'])
    await expectRefused({ decodedBytes: 30_001 }, 400, ['IncompleteBody'])
  })

  it('is refused without its last chunk', async () => {
    const cut = (body: Buffer): Buffer =>
      body.subarray(0, body.lastIndexOf('0;chunk') + 1 || body.lastIndexOf('0\r\n'))
    await expectRefused({ change: cut }, 400, ['IncompleteBody'])
  })
})

describe('a trailer', () => {
  it.each(['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'] as const)(
    'that is wrong is BadDigest: %s',
    async (form) => {
      const trailer = { [checksumHeader('SHA256')]: referenceChecksum('SHA256', 'other') }
      expectError(await upload({ form, chunks: [Buffer.from('x')], trailer }), 400, 'BadDigest')
    },
  )

  it('behind signed chunks has to be signed too', async () => {
    const form = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
    const sent = { form, key: 'unsigned-trailer', chunks: [Buffer.from('x')], trailerAnyhow: true } as const
    const unsigned = (body: Buffer): Buffer =>
      Buffer.from(body.toString('latin1').replace(/x-amz-trailer-signature:.*\r\n/, ''), 'latin1')
    expectError(await upload({ ...sent, change: unsigned }), 400, 'MalformedTrailerError')
    expectError(await upload(sent), 400, 'MalformedTrailerError')
    expectError(await getObject(room.server, room.bucket, 'unsigned-trailer'), 404, 'NoSuchKey')
  })

  it('has to be announced, and to come', async () => {
    const form = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
    const renamed = (body: Buffer): Buffer =>
      Buffer.from(body.toString('latin1').replace('crc32:', 'crc32c:'), 'latin1')
    const answer = await upload({ form, chunks: [Buffer.from('x')], change: renamed })
    expect(answer.status).toBe(400)
    expect(answer.errorCode).toMatch(/^(MalformedTrailerError|InvalidRequest)$/)
  })
})

it('small chunks before the last are refused', async () => {
  const chunks = chunksOf(contentOf('small', 20_000), 4096)
  const answer = await upload({ form: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', chunks })
  expectError(answer, 403, 'InvalidChunkSizeError')
})
