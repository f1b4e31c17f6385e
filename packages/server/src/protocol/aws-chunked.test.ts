import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mainCredentials } from '../../../../tests/support/accounts.ts'
import { awsChunked } from '../../../../tests/support/aws-chunked.ts'
import { type SigningContext, signHeaders } from '../../../../tests/support/signature-v4.ts'
import type { ChunkVerifier } from '../base/payload-integrity.ts'
import { S3Error } from '../model/s3-error.ts'
import { SigningKeyCache } from '../signature/signing-key.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import { AwsChunkedDecoder, type AwsChunkedOptions } from './aws-chunked.ts'

const crc = 'x-amz-checksum-crc32'
const now = new Date('2026-03-04T05:06:07Z')
const keys = new SigningKeyCache()

interface Decoded {
  readonly data: Buffer
  readonly trailers: Readonly<Record<string, string>>
}

function options(decodedSizeBytes: number, more: Partial<AwsChunkedOptions> = {}): AwsChunkedOptions {
  return { decodedSizeBytes, signedTrailers: false, announcedTrailers: [], ...more }
}

function decode(pieces: Iterable<Uint8Array>, settings: AwsChunkedOptions): Decoded {
  const decoder = new AwsChunkedDecoder(settings)
  const data: Buffer[] = []
  for (const piece of pieces) for (const part of decoder.decode(piece)) data.push(Buffer.from(part))
  decoder.end()
  return { data: Buffer.concat(data), trailers: { ...decoder.trailers } }
}

/** An error, or what came out: what must not depend on how the bytes arrive. */
function outcome(pieces: Iterable<Uint8Array>, settings: () => AwsChunkedOptions): unknown {
  try {
    return decode(pieces, settings())
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    return { code: error.code, message: error.message, fields: error.fields }
  }
}

function outcomeOf(body: string, settings: AwsChunkedOptions): unknown {
  return outcome([Buffer.from(body, 'latin1')], () => settings)
}

async function signing(
  trailer: boolean,
): Promise<{ context: SigningContext; verifier: () => Promise<ChunkVerifier> }> {
  const payload = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`
  const request = {
    method: 'PUT',
    path: '/b/k',
    headers: { host: 'h' },
    credentials: mainCredentials,
    date: now,
  }
  const { headers, context } = signHeaders(request, payload)
  const verifier = async (): Promise<ChunkVerifier> => {
    const head = { ...request, query: '', headers }
    const findCredential = (): typeof mainCredentials => mainCredentials
    const authentication = await verifySignature(head, { region: 'us-east-1', now, keys, findCredential })
    if (authentication.payload.kind !== 'streaming-signed') throw new Error('expected signed chunks')
    return authentication.payload.verifier
  }
  return { context, verifier }
}

const incomplete = { code: 'IncompleteBody', message: 'The request body terminated unexpectedly', fields: {} }
const malformed = { code: 'MalformedTrailerError' }

describe('an unsigned body', () => {
  it.each([
    ['one chunk', '5\r\nhello\r\n0\r\n\r\n', 'hello'],
    ['nothing', '0\r\n\r\n', ''],
    ['a size in capitals, with zeros', '000A\r\n0123456789\r\n0\r\n\r\n', '0123456789'],
    ['line ends in the data', '4\r\n\r\n\r\n\r\n0\r\n\r\n', '\r\n\r\n'],
    ['an empty line more than needed', '5\r\nhello\r\n0\r\n\r\n\r\n', 'hello'],
  ])('of %s', (_, body, data) => {
    expect(outcomeOf(body, options(data.length))).toEqual({ data: Buffer.from(data), trailers: {} })
  })

  it.each([
    ['as the SDKs send them', `${crc}:NhCmhg==\r\n\r\n`],
    ['with blanks and capitals', `X-Amz-Checksum-CRC32:  NhCmhg== \r\n\r\n`],
    ['with a bare line feed and an empty line too many', `${crc}:NhCmhg==\n\r\n\r\n`],
  ])('has trailers %s', (_, trailers) => {
    expect(outcomeOf(`5\r\nhello\r\n0\r\n${trailers}`, options(5, { announcedTrailers: [crc] }))).toEqual({
      data: Buffer.from('hello'),
      trailers: { [crc]: 'NhCmhg==' },
    })
  })

  it('gives views of what came, not copies', () => {
    const body = Buffer.from('5\r\nhello\r\n0\r\n\r\n')
    const [data] = new AwsChunkedDecoder(options(5)).decode(body)
    expect(data?.buffer).toBe(body.buffer)
    expect(data?.byteOffset).toBe(body.byteOffset + 3)
  })

  it('gives data before its chunk is whole', () => {
    const decoder = new AwsChunkedDecoder(options(5))
    expect([...decoder.decode(Buffer.from('5\r\nhe'))].map(String)).toEqual([String(Buffer.from('he'))])
    expect([...decoder.decode(Buffer.from('llo\r\n0\r\n\r\n'))].map(String)).toEqual(['llo'])
    decoder.end()
  })

  it.each([
    ['nothing at all', ''],
    ['no end', '5\r\nhello\r\n'],
    ['no empty line at the end', '5\r\nhello\r\n0\r\n'],
    ['half a line end at the end', '5\r\nhello\r\n0\r\n\r'],
    ['a chunk that breaks off', '5\r\nhel'],
    ['a chunk that is longer than its size', '3\r\nhello\r\n0\r\n\r\n'],
    ['a bare line feed after the size', '5\nhello\r\n0\r\n\r\n'],
    ['a bare line feed after the data', '5\r\nhello\n0\r\n\r\n'],
    ['a size that is no number', 'x\r\nhello\r\n0\r\n\r\n'],
    ['a negative size', '-5\r\nhello\r\n0\r\n\r\n'],
    ['a size with a prefix', '0x5\r\nhello\r\n0\r\n\r\n'],
    ['no size', '\r\nhello\r\n0\r\n\r\n'],
    ['a size of 17 digits', '00000000000000005\r\nhello\r\n0\r\n\r\n'],
    ['a blank after the size', '5 \r\nhello\r\n0\r\n\r\n'],
    ['an extension', '5;a=b\r\nhello\r\n0\r\n\r\n'],
    ['a signature', `5;chunk-signature=${'a'.repeat(64)}\r\nhello\r\n0\r\n\r\n`],
    ['more after its end', '5\r\nhello\r\n0\r\n\r\n\r\n\r\n'],
    ['text after its end', '5\r\nhello\r\n0\r\n\r\nx'],
    ['an endless line', '0'.repeat(5000)],
  ])('is refused with %s', (_, body) => {
    expect(outcomeOf(body, options(5))).toEqual(incomplete)
  })

  it.each([
    [4, { NumberBytesExpected: '4', NumberBytesProvided: '5' }],
    [6, { NumberBytesExpected: '6', NumberBytesProvided: '5' }],
  ])('is refused where %i bytes were declared', (size, fields) => {
    expect(outcomeOf('5\r\nhello\r\n0\r\n\r\n', options(size))).toMatchObject({
      code: 'IncompleteBody',
      fields,
    })
  })

  it('is refused before the bytes of an oversized chunk come', () => {
    const decoder = new AwsChunkedDecoder(options(5))
    expect(() => [...decoder.decode(Buffer.from('ffffffffffffffff\r\n'))]).toThrow(S3Error)
  })

  it('has no chunk of less than 8 KiB but the last', () => {
    const small = Buffer.alloc(8191, 'a')
    const enough = Buffer.alloc(8192, 'a')
    const good = awsChunked([enough, enough, small])
    expect(decode(good, options(8192 * 2 + 8191)).data).toHaveLength(8192 * 2 + 8191)
    expect(outcome(awsChunked([enough, small, enough]), () => options(8192 * 2 + 8191))).toMatchObject({
      code: 'InvalidChunkSizeError',
      fields: { Chunk: '3', BadChunkSize: '8191' },
    })
    expect(outcomeOf('3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n', options(5))).toMatchObject({
      code: 'InvalidChunkSizeError',
      fields: { Chunk: '2', BadChunkSize: '3' },
    })
  })

  it.each([
    ['is missing', [crc], ''],
    ['was not announced', [], `${crc}:NhCmhg==\r\n`],
    ['is another than announced', [crc], 'x-amz-checksum-sha1:a\r\n'],
    ['comes twice', [crc], `${crc}:NhCmhg==\r\n${crc}:NhCmhg==\r\n`],
    ['has no colon', [crc], `${crc}NhCmhg==\r\n`],
    ['has no name', [crc], ':NhCmhg==\r\n'],
    ['is a signature', [crc], `${crc}:NhCmhg==\r\nx-amz-trailer-signature:${'a'.repeat(64)}\r\n`],
  ])('is refused when a trailer %s', (_, announcedTrailers, trailers) => {
    expect(outcomeOf(`5\r\nhello\r\n0\r\n${trailers}\r\n`, options(5, { announcedTrailers }))).toMatchObject(
      malformed,
    )
  })

  it('is refused when a trailer does not end', () => {
    const settings = options(0, { announcedTrailers: [crc] })
    expect(outcomeOf(`0\r\n${crc}:${'a'.repeat(1100)}`, settings)).toEqual(incomplete)
  })
})

describe('a signed body', () => {
  const chunks = [Buffer.alloc(8192, 'a'), Buffer.alloc(10_000, 'b'), Buffer.from('c')]
  const sizeBytes = 8192 + 10_000 + 1

  it('gives its data and trailers', async () => {
    const plain = await signing(false)
    const settings = options(sizeBytes, { verifier: await plain.verifier() })
    expect(decode(awsChunked(chunks, plain), settings).data).toEqual(Buffer.concat(chunks))

    const { context, verifier } = await signing(true)
    const trailing = options(sizeBytes, {
      verifier: await verifier(),
      signedTrailers: true,
      announcedTrailers: [crc],
    })
    expect(decode(awsChunked(chunks, { context, trailer: { [crc]: 'AAAAAA==' } }), trailing)).toEqual({
      data: Buffer.concat(chunks),
      trailers: { [crc]: 'AAAAAA==' },
    })
  })

  it('may have bare line feeds and a gap before the signature of its trailers', async () => {
    const { context, verifier } = await signing(true)
    const body = Buffer.concat(awsChunked(chunks, { context, trailer: { [crc]: 'AAAAAA==' } })).toString(
      'latin1',
    )
    const settings = options(sizeBytes, {
      verifier: await verifier(),
      signedTrailers: true,
      announcedTrailers: [crc],
    })
    const gap = body.replace('AAAAAA==\r\n', 'AAAAAA==\n\r\n')
    expect(outcomeOf(gap, settings)).toMatchObject({ trailers: { [crc]: 'AAAAAA==' } })
  })

  it.each([
    ['a changed byte', (body: string) => body.replace('bbb', 'bxb')],
    [
      'a changed signature',
      (body: string) => body.replace(/signature=[0-9a-f]{64}/, `signature=${'0'.repeat(64)}`),
    ],
    ['a changed last byte', (body: string) => body.replace('\r\nc\r\n', '\r\nd\r\n')],
    [
      'chunks in another order',
      (body: string) => {
        const parts = /^(2000;[^\r]*\r\na+\r\n)(2710;[^\r]*\r\nb+\r\n)(.*)$/s.exec(body) ?? []
        return `${parts[2] ?? ''}${parts[1] ?? ''}${parts[3] ?? ''}`
      },
    ],
    [
      'a changed signature of its end',
      (body: string) => body.replace(/0;chunk-signature=[0-9a-f]{64}/, `0;chunk-signature=${'0'.repeat(64)}`),
    ],
  ])('is refused with %s', async (_, edit) => {
    const { context, verifier } = await signing(false)
    const body = edit(Buffer.concat(awsChunked(chunks, { context })).toString('latin1'))
    const settings = options(sizeBytes, { verifier: await verifier() })
    expect(outcomeOf(body, settings)).toMatchObject({
      code: 'SignatureDoesNotMatch',
      fields: { AWSAccessKeyId: mainCredentials.accessKeyId },
    })
  })

  it('keeps the last bytes of a chunk back that is wrongly signed', async () => {
    const { context, verifier } = await signing(false)
    const body = Buffer.concat(awsChunked([Buffer.from('secret')], { context }))
    body.write('S', body.indexOf('secret'))
    const decoder = new AwsChunkedDecoder(options(6, { verifier: await verifier() }))
    expect(() => [...decoder.decode(body)]).toThrow(S3Error)
  })

  it.each([
    ['no signatures', (body: string) => body.replaceAll(/;chunk-signature=[0-9a-f]+/g, '')],
    ['a short signature', (body: string) => body.replace(/(signature=[0-9a-f]+)[0-9a-f]\r/, '$1\r')],
    ['another name for the signature', (body: string) => body.replace('chunk-signature', 'chunk-sig')],
  ])('is refused with %s', async (_, edit) => {
    const { context, verifier } = await signing(false)
    const body = edit(Buffer.concat(awsChunked(chunks, { context })).toString('latin1'))
    expect(outcomeOf(body, options(sizeBytes, { verifier: await verifier() }))).toEqual(incomplete)
  })

  it.each([
    ['a changed trailer', (body: string) => body.replace('AAAAAA==', 'AAAAAB=='), 'SignatureDoesNotMatch'],
    [
      'a changed signature of the trailers',
      (body: string) => body.replace(/trailer-signature:[0-9a-f]+/, `trailer-signature:${'0'.repeat(64)}`),
      'SignatureDoesNotMatch',
    ],
    [
      'a trailer after the signature',
      (body: string) => `${body.slice(0, -2)}${crc}:x\r\n\r\n`,
      'MalformedTrailerError',
    ],
    [
      'unsigned trailers',
      (body: string) => body.replace(/x-amz-trailer-signature.*/s, '\r\n\r\n'),
      'MalformedTrailerError',
    ],
    [
      'a trailer in the gap',
      (body: string) => body.replace('AAAAAA==\r\n', `AAAAAA==\r\n\r\n${crc}:x\r\n`),
      'MalformedTrailerError',
    ],
  ])('is refused with %s', async (_, edit, code) => {
    const { context, verifier } = await signing(true)
    const body = edit(
      Buffer.concat(awsChunked(chunks, { context, trailer: { [crc]: 'AAAAAA==' } })).toString('latin1'),
    )
    const settings = options(sizeBytes, {
      verifier: await verifier(),
      signedTrailers: true,
      announcedTrailers: [crc],
    })
    expect(outcomeOf(body, settings)).toMatchObject({ code })
  })
})

function split(body: Buffer, cuts: readonly number[]): Buffer[] {
  const sorted = [...new Set(cuts.map((cut) => cut % (body.length + 1)))].sort((a, b) => a - b)
  return [0, ...sorted].map((start, index) => body.subarray(start, sorted[index] ?? body.length))
}

describe('however the bytes arrive', () => {
  it('every cut of a body gives the same', async () => {
    const { context, verifier } = await signing(true)
    const body = Buffer.concat(
      awsChunked([Buffer.from('hello')], { context, trailer: { [crc]: 'NhCmhg==' } }),
    )
    for (let cut = 0; cut <= body.length; cut += 1) {
      const settings = options(5, {
        verifier: await verifier(),
        signedTrailers: true,
        announcedTrailers: [crc],
      })
      expect(decode([body.subarray(0, cut), body.subarray(cut)], settings).data.toString()).toBe('hello')
    }
  })

  it('byte by byte', () => {
    const chunks = [Buffer.alloc(8192, 'x'), Buffer.from('\r\n')]
    const body = Buffer.concat(awsChunked(chunks, { trailer: { [crc]: 'a' } }))
    const bytes = Array.from(body, (byte) => Buffer.of(byte))
    const settings = options(8194, { announcedTrailers: [crc] })
    expect(decode(bytes, settings)).toEqual({ data: Buffer.concat(chunks), trailers: { [crc]: 'a' } })
  })

  it('any cuts of any body, good or bad, give the same', () => {
    const token = fc.constantFrom(
      '0',
      '5',
      '2000',
      'hello',
      '\r\n',
      '\n',
      ';',
      `${crc}:a`,
      ':',
      'x',
      'a'.repeat(8192),
    )
    const anything = fc.oneof(
      fc.array(token, { maxLength: 14 }).map((tokens) => Buffer.from(tokens.join(''))),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(fc.array(fc.constantFrom(8192, 9000, 1), { maxLength: 3 }), fc.boolean())
        .map(([sizes, trailer]) =>
          Buffer.concat(
            awsChunked(
              sizes.map((size) => Buffer.alloc(size, 'z')),
              trailer ? { trailer: { [crc]: 'a' } } : {},
            ),
          ),
        ),
    )
    const settings = fc.record({ size: fc.constantFrom(0, 5, 8192, 8193, 17_192), announced: fc.boolean() })
    fc.assert(
      fc.property(
        anything,
        fc.array(fc.nat(20_000), { maxLength: 8 }),
        settings,
        (body, cuts, { size, announced }) => {
          const make = (): AwsChunkedOptions => options(size, { announcedTrailers: announced ? [crc] : [] })
          expect(outcome(split(body, cuts), make)).toEqual(outcome([body], make))
        },
      ),
      { numRuns: 500 },
    )
  })
})
