import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { awsChunked } from '../../../../tests/support/aws-chunked.ts'
import type { PayloadIntegrity } from '../base/payload-integrity.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { RequestBody } from '../model/body.ts'
import { S3Error } from '../model/s3-error.ts'
import { requestBody, type RequestBodyOptions } from './request-body.ts'

const unsigned: PayloadIntegrity = { kind: 'unsigned' }
const streaming: PayloadIntegrity = { kind: 'streaming-unsigned-trailer' }

async function* from(pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece
}

function body(
  headers: RequestHead['headers'],
  pieces: readonly (string | Uint8Array)[] = [],
  payload: PayloadIntegrity = unsigned,
  options?: RequestBodyOptions,
): RequestBody {
  return requestBody({ method: 'PUT', path: '/b/k', query: '', headers }, from(pieces), payload, options)
}

async function read({ bytes }: RequestBody): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString()
}

function faultOf(run: () => unknown): S3Error {
  try {
    run()
  } catch (error) {
    if (error instanceof S3Error) return error
    throw error
  }
  throw new Error('expected an error')
}

async function readFault(result: RequestBody): Promise<unknown> {
  return read(result).catch((error: unknown) => error)
}

function sha256(text: string): PayloadIntegrity {
  return { kind: 'sha256', digest: hash('sha256', text, 'buffer') }
}

describe('a plain body', () => {
  it('is passed on as it comes', async () => {
    const result = body({ 'content-length': '5' }, ['he', '', 'llo'])
    expect(result).toMatchObject({ sizeBytes: 5, trailers: {}, announcedTrailers: [] })
    expect('sha256' in result).toBe(false)
    expect(await read(result)).toBe('hello')
  })

  it('may be empty', async () => {
    expect(await read(body({ 'content-length': '0' }))).toBe('')
    expect(await read(body({ 'content-length': '0' }, [], sha256('')))).toBe('')
    expect(body({}, [], unsigned, { lengthOptional: true }).sizeBytes).toBe(0)
  })

  it('is held to its length', async () => {
    expect(await readFault(body({ 'content-length': '6' }, ['hello']))).toMatchObject({
      code: 'IncompleteBody',
      status: 400,
      fields: { NumberBytesExpected: '6', NumberBytesProvided: '5' },
    })
    expect(await readFault(body({ 'content-length': '4' }, ['he', 'llo']))).toMatchObject({
      code: 'IncompleteBody',
    })
  })

  it('is held to its hash', async () => {
    const good = body({ 'content-length': '5' }, ['he', 'llo'], sha256('hello'))
    expect(good.sha256).toEqual(hash('sha256', 'hello', 'buffer'))
    expect(await read(good)).toBe('hello')
    for (const pieces of [['hellp'], ['he', 'llp']]) {
      expect(await readFault(body({ 'content-length': '5' }, pieces, sha256('hello')))).toMatchObject({
        code: 'XAmzContentSHA256Mismatch',
        fields: {
          ClientComputedContentSHA256: hash('sha256', 'hello', 'hex'),
          S3ComputedContentSHA256: hash('sha256', 'hellp', 'hex'),
        },
      })
    }
    expect(await readFault(body({ 'content-length': '0' }, [], sha256('x')))).toMatchObject({
      code: 'XAmzContentSHA256Mismatch',
    })
  })

  it('is wrong before its last bytes are given', async () => {
    const given: string[] = []
    const { bytes } = body({ 'content-length': '5' }, ['he', 'llp'], sha256('hello'))
    const reading = async (): Promise<void> => {
      for await (const piece of bytes) given.push(Buffer.from(piece).toString())
    }
    await expect(reading()).rejects.toBeInstanceOf(S3Error)
    expect(given).toEqual(['he'])
  })

  it('is the same and held to the same where it is taken at once', async () => {
    const taken = async (
      sizeBytes: number,
      pieces: readonly string[],
      payload: PayloadIntegrity = unsigned,
    ): Promise<unknown> => {
      const source = { ...from([]), whole: () => Promise.resolve(pieces.map((piece) => Buffer.from(piece))) }
      const headers = { 'content-length': String(sizeBytes) }
      const { whole } = requestBody({ method: 'PUT', path: '/b/k', query: '', headers }, source, payload)
      return whole?.().then(String, (error: unknown) => error)
    }
    expect(await taken(0, [])).toBe('')
    expect(await taken(5, ['hello'])).toBe('hello')
    expect(await taken(5, ['he', 'llo'], sha256('hello'))).toBe('hello')
    expect(await taken(6, ['hello'])).toMatchObject({
      code: 'IncompleteBody',
      fields: { NumberBytesExpected: '6', NumberBytesProvided: '5' },
    })
    expect(await taken(5, ['he', 'llp'], sha256('hello'))).toMatchObject({
      code: 'XAmzContentSHA256Mismatch',
    })
    expect(body({ 'content-length': '5' }, ['hello']).whole).toBeUndefined()
  })

  it('needs a length', () => {
    expect(faultOf(() => body({}))).toMatchObject({ code: 'MissingContentLength', status: 411 })
    for (const length of ['', '-1', 'abc', '1.5', '+1', '0x1', '1'.repeat(16)]) {
      expect(faultOf(() => body({ 'content-length': length }))).toMatchObject({
        code: 'InvalidArgument',
        fields: { ArgumentName: 'Content-Length', ArgumentValue: length },
      })
    }
  })

  it('may not come in chunks of HTTP alone', () => {
    expect(faultOf(() => body({ 'transfer-encoding': 'chunked' }))).toMatchObject({
      code: 'NotImplemented',
      status: 501,
      fields: { Header: 'Transfer-Encoding' },
    })
    expect(faultOf(() => body({ 'transfer-encoding': 'gzip, chunked' }, [], streaming)).code).toBe(
      'NotImplemented',
    )
  })

  it('has a largest size', () => {
    const limit = 5 * 1024 ** 3
    expect(body({ 'content-length': String(limit) }).sizeBytes).toBe(limit)
    expect(faultOf(() => body({ 'content-length': String(limit + 1) }))).toMatchObject({
      code: 'EntityTooLarge',
      fields: { ProposedSize: '5368709121', MaxSizeAllowed: '5368709120' },
    })
    expect(faultOf(() => body({ 'content-length': '11' }, [], unsigned, { maxSizeBytes: 10 })).code).toBe(
      'EntityTooLarge',
    )
  })

  it('cannot have trailers', () => {
    const headers = { 'content-length': '5', 'x-amz-trailer': 'x-amz-checksum-crc32' }
    expect(faultOf(() => body(headers)).code).toBe('MalformedTrailerError')
  })
})

describe('an aws-chunked body', () => {
  const headers = { 'x-amz-decoded-content-length': '5', 'x-amz-trailer': ' X-Amz-Checksum-CRC32 ' }
  const pieces = awsChunked([Buffer.from('hello')], { trailer: { 'x-amz-checksum-crc32': 'NhCmhg==' } })

  it('has its size and trailers', async () => {
    const result = body({ ...headers, 'transfer-encoding': 'chunked' }, pieces, streaming)
    expect(result).toMatchObject({ sizeBytes: 5, announcedTrailers: ['x-amz-checksum-crc32'] })
    expect(result.trailers).toEqual({})
    expect(await read(result)).toBe('hello')
    expect(result.trailers).toEqual({ 'x-amz-checksum-crc32': 'NhCmhg==' })
  })

  it.each([undefined, '', 'abc', '-1', 'undefined'])('needs a decoded length, not %j', (length) => {
    const wrong = { 'content-length': '50', 'x-amz-decoded-content-length': length }
    expect(faultOf(() => body(wrong, pieces, streaming))).toMatchObject({ code: 'MissingContentLength' })
  })

  it('is refused where it breaks off', async () => {
    expect(await readFault(body(headers, pieces.slice(0, 1), streaming))).toMatchObject({
      code: 'IncompleteBody',
    })
  })

  it('has a largest size', () => {
    const large = { 'x-amz-decoded-content-length': '5368709121' }
    expect(faultOf(() => body(large, [], streaming)).code).toBe('EntityTooLarge')
  })

  it('of signed chunks has no trailers unless they are signed too', () => {
    const verifier = { update: () => {}, endChunk: () => undefined, endTrailers: () => undefined }
    const signed: PayloadIntegrity = { kind: 'streaming-signed', trailer: false, verifier }
    expect(faultOf(() => body(headers, pieces, signed)).code).toBe('MalformedTrailerError')
    expect(body(headers, pieces, { ...signed, trailer: true }).announcedTrailers).toHaveLength(1)
  })

  it('has no trailers but checksums', () => {
    const other = { ...headers, 'x-amz-trailer': 'x-amz-meta-a' }
    expect(faultOf(() => body(other, pieces, streaming))).toMatchObject({
      code: 'InvalidRequest',
      message: 'The value specified in the x-amz-trailer header is not supported',
    })
  })
})
