import assert from 'node:assert/strict'
import { S3Error } from '../../../packages/server/src/model/s3-error.ts'
import { AwsChunkedDecoder } from '../../../packages/server/src/protocol/aws-chunked.ts'
import { ChunkSignatures } from '../../../packages/server/src/signature/chunk-signatures.ts'
import { SigningKey } from '../../../packages/server/src/signature/signing-key.ts'
import { mainCredentials } from '../../support/accounts.ts'
import { awsChunked } from '../../support/aws-chunked.ts'
import { signHeaders } from '../../support/signature-v4.ts'
import { firstLine, type FuzzTarget, latin1, type Outcome, outcomeOf } from '../fuzz-target.ts'

const scope = { credential: '', accessKeyId: '', date: '20260304', region: 'us-east-1', service: 's3' }
const scopeText = `${scope.date}/${scope.region}/${scope.service}/aws4_request`
const key = new SigningKey(mainCredentials.secretAccessKey, { ...scope, text: scopeText })
const { context } = signHeaders(
  {
    method: 'PUT',
    path: '/b/k',
    headers: { host: 'h' },
    credentials: mainCredentials,
    date: new Date('2026-03-04T05:06:07Z'),
  },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
)
const trailer = { 'x-amz-checksum-crc32': 'AAAAAA==' }

/** `size;signed;trailers`: what a head says of the body behind it. */
interface Setting {
  readonly sizeBytes: number
  readonly isSigned: boolean
  readonly trailers: readonly string[]
}

interface Decoded {
  readonly data: string
  readonly trailers: Readonly<Record<string, string>>
}

/** aws-chunked bodies: the same whatever the pieces they come in, and what was framed comes out again. */
export const chunked: FuzzTarget = {
  seeds: [
    seed([], {}),
    seed(['hello'], {}),
    seed(['hello'], trailer),
    seed(['a'.repeat(8192), 'b'], trailer),
    seed(['hello'], {}, true),
    seed(['a'.repeat(8192), 'b'.repeat(8192), 'c'], trailer, true),
  ],
  words: [
    '0\r\n',
    '\r\n\r\n',
    '2000\r\n',
    ';chunk-signature=',
    'x-amz-trailer-signature:',
    'x-amz-checksum-crc32:AA==',
  ],
  mostBytes: 20_000,
  run(bytes) {
    const [line, body] = firstLine(bytes)
    const setting = settingOf(line)
    const whole = decode(setting, [body])
    // Byte by byte only where that does not take all the time.
    for (const sizeBytes of [body.length < 2_000 ? 1 : 997, 2 + (bytes.length % 97)]) {
      assertSame(decode(setting, pieces(body, sizeBytes)), whole)
    }
    roundTrip(setting, body)
  },
}

function seed(
  chunks: readonly string[],
  trailer: Readonly<Record<string, string>>,
  isSigned = false,
): string {
  const framed = awsChunked(
    chunks.map((chunk) => Buffer.from(chunk)),
    { ...(isSigned && { context }), trailer },
  )
  const names = Object.keys(trailer).join(',')
  return `${chunks.join('').length};${isSigned ? 'signed' : ''};${names}\n${latin1(Buffer.concat(framed))}`
}

function settingOf(line: string): Setting {
  const [size = '', signed = '', names = ''] = line.split(';')
  const sizeBytes = /^\d{1,9}$/.test(size) ? Number(size) : 0
  return {
    sizeBytes,
    isSigned: signed === 'signed',
    trailers: names === '' ? [] : names.toLowerCase().split(','),
  }
}

function decode(setting: Setting, pieces: readonly Uint8Array[]): Outcome<Decoded> {
  const decoder = decoderOf(setting)
  return outcomeOf(
    () => {
      const data = pieces.flatMap((piece) => [...decoder.decode(piece)])
      decoder.end()
      return { data: latin1(Buffer.concat(data)), trailers: { ...decoder.trailers } }
    },
    (error) => error instanceof S3Error && error.status < 500,
  )
}

function decoderOf({ sizeBytes, isSigned, trailers }: Setting): AwsChunkedDecoder {
  return new AwsChunkedDecoder({
    decodedSizeBytes: sizeBytes,
    announcedTrailers: trailers,
    signedTrailers: isSigned && trailers.length > 0,
    ...(isSigned && {
      verifier: new ChunkSignatures(key, { ...scope, text: scopeText }, context.timestamp, context.signature),
    }),
  })
}

function assertSame(outcome: Outcome<Decoded>, whole: Outcome<Decoded>): void {
  assert.equal(String(outcome.error), String(whole.error))
  assert.deepEqual(outcome.value, whole.value)
}

function* cut(bytes: Buffer, sizeBytes: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += sizeBytes) yield bytes.subarray(start, start + sizeBytes)
}

function pieces(bytes: Buffer, sizeBytes: number): Buffer[] {
  return [...cut(bytes, sizeBytes)]
}

function roundTrip({ isSigned }: Setting, data: Buffer): void {
  const framed = awsChunked(pieces(data, 8192), { ...(isSigned && { context }), trailer })
  const outcome = decode({ sizeBytes: data.length, isSigned, trailers: Object.keys(trailer) }, framed)
  assert.deepEqual(outcome, { value: { data: latin1(data), trailers: trailer } })
}
