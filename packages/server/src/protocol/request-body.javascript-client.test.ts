/** Bodies as the AWS SDK for JavaScript sends them, read as the server reads them. */
import { hash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { Readable } from 'node:stream'
import { PutObjectCommand, type S3Client, UploadPartCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mainCredentials } from '../../../../tests/support/accounts.ts'
import { listen } from '../../../../tests/support/listen.ts'
import { s3Client } from '../../../../tests/support/s3-client.ts'
import { SigningKeyCache } from '../signature/signing-key.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import { requestBody } from './request-body.ts'
import { storedContentEncoding } from './stored-content-encoding.ts'

interface Received {
  readonly kind: string
  readonly sha256: string
  readonly trailers: Readonly<Record<string, string>>
  readonly announced: readonly string[]
  readonly contentEncoding: string | undefined
}

let server: Server
let client: S3Client
let received: unknown
const keys = new SigningKeyCache()

beforeAll(async () => {
  server = createServer((request, response) => {
    const headers = request.headers as Record<string, string | undefined>
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const head = { method: request.method ?? '', path, query, headers }
    const receive = async (): Promise<Received> => {
      const findCredential = (): typeof mainCredentials => mainCredentials
      const options = { region: 'us-east-1', now: new Date(), keys, findCredential }
      const { payload } = await verifySignature(head, options)
      const body = requestBody(head, request, payload)
      const pieces: Uint8Array[] = []
      for await (const piece of body.bytes) pieces.push(piece)
      return {
        kind: payload.kind,
        sha256: hash('sha256', Buffer.concat(pieces, body.sizeBytes)),
        trailers: body.trailers,
        announced: body.announcedTrailers,
        contentEncoding: storedContentEncoding(headers['content-encoding'] ?? ''),
      }
    }
    const answer = async (): Promise<void> => {
      received = await receive().catch((error: unknown) => error)
      response.end()
    }
    void answer()
  })
  client = s3Client({ url: await listen(server), credentials: mainCredentials })
})
afterAll(() => {
  client.destroy()
  server.closeAllConnections()
  server.close()
})

const data = Buffer.alloc(300_000, 'holdfast ')
const sha256 = hash('sha256', data)
function stream(): Readable {
  return Readable.from(
    Array.from({ length: 10 }, (_, index) => data.subarray(index * 30_000, (index + 1) * 30_000)),
  )
}
const target = { Bucket: 'b', Key: 'k' }

it('a buffer', async () => {
  await client.send(new PutObjectCommand({ ...target, Body: data, ContentEncoding: 'gzip' }))
  expect(received).toMatchObject({ kind: 'sha256', sha256, announced: [], contentEncoding: 'gzip' })
})

it('nothing', async () => {
  await client.send(new PutObjectCommand({ ...target, Body: '' }))
  expect(received).toMatchObject({ kind: 'sha256', sha256: hash('sha256', '') })
})

it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
  'a stream with %s',
  async (algorithm) => {
    await client.send(
      new PutObjectCommand({
        ...target,
        Body: stream(),
        ContentLength: data.length,
        ContentEncoding: 'gzip',
        ChecksumAlgorithm: algorithm,
      }),
    )
    const name = `x-amz-checksum-${algorithm.toLowerCase()}`
    expect(received).toMatchObject({
      kind: 'streaming-unsigned-trailer',
      sha256,
      announced: [name],
      contentEncoding: 'gzip',
      trailers: { [name]: expect.stringMatching(/^[\w+/]+={0,2}$/) as string },
    })
  },
)

it('a part that is a stream', async () => {
  const part = { ...target, UploadId: 'u', PartNumber: 1, Body: stream(), ContentLength: data.length }
  await client.send(new UploadPartCommand(part))
  expect(received).toMatchObject({ sha256, announced: ['x-amz-checksum-crc32'], contentEncoding: undefined })
})
