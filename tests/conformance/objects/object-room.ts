import type { S3Client } from '@aws-sdk/client-s3'
import type { StartServerOptions, TestServer } from 'holdfast'
import { expect } from 'vitest'
import { awsChunked } from '../../support/aws-chunked.ts'
import { createBucket } from '../../support/buckets.ts'
import { type RawAnswer, type RawRequest, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { objectPath, signHeaders } from '../../support/signature-v4.ts'

export type RequestParts = Omit<RawRequest, 'path' | 'method'>

export interface ChunkedParts {
  readonly headers?: Readonly<Record<string, string>>
  readonly trailer: Readonly<Record<string, string>>
  /** Whether the chunks and the trailer are signed. */
  readonly signed: boolean
}

/** A server with one bucket, and short names for what every test of an object operation does. */
export class ObjectRoom implements AsyncDisposable {
  readonly bucket = 'the-bucket'
  readonly server: TestServer
  readonly client: S3Client

  private constructor(server: TestServer) {
    this.server = server
    this.client = s3Client(server)
  }

  static async open(options: StartServerOptions = {}): Promise<ObjectRoom> {
    const room = new ObjectRoom(
      await startTestServer({ storageClasses: ['LUKEWARM'], minimumPartBytes: 1, ...options }),
    )
    await createBucket(room.server, room.bucket)
    return room
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy()
    await this.server[Symbol.asyncDispose]()
  }

  request(method: string, key: string, parts: RequestParts = {}): Promise<RawAnswer> {
    return rawRequest(this.server, { method, path: objectPath(this.bucket, key), ...parts })
  }

  /** A PutObject that has to succeed. */
  async put(
    key: string,
    body: Uint8Array | string,
    headers: Record<string, string> = {},
  ): Promise<RawAnswer> {
    const answer = await this.request('PUT', key, { body, headers })
    expectSuccess(answer)
    return answer
  }

  get(key: string, headers: Record<string, string> = {}, query = ''): Promise<RawAnswer> {
    return this.request('GET', key, { headers, query })
  }

  head(key: string, headers: Record<string, string> = {}, query = ''): Promise<RawAnswer> {
    return this.request('HEAD', key, { headers, query })
  }

  /** The bytes under a key; undefined where there is no object. */
  async bytesOf(key: string): Promise<Buffer | undefined> {
    const answer = await this.get(key)
    if (answer.status === 404) return undefined
    expectSuccess(answer)
    return answer.body
  }

  /** A PutObject in aws-chunked framing with a trailer. */
  putChunked(key: string, body: Buffer, { headers, trailer, signed }: ChunkedParts): Promise<RawAnswer> {
    const request = {
      method: 'PUT',
      path: objectPath(this.bucket, key),
      headers: {
        host: new URL(this.server.url).host,
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': String(body.length),
        'x-amz-trailer': Object.keys(trailer).join(','),
        ...headers,
      },
      credentials: this.server.credentials,
      date: new Date(),
    }
    const payload = signed
      ? 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
      : 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
    const { headers: signedHeaders, context } = signHeaders(request, payload)
    const chunks = awsChunked(chunksOf(body), { trailer, ...(signed && { context }) })
    return rawRequest(this.server, {
      method: 'PUT',
      path: request.path,
      headers: signedHeaders,
      body: Buffer.concat(chunks),
      anonymous: true,
    })
  }

  /** Uploads an object in parts; returns its entity tag. */
  async putParts(key: string, parts: readonly Buffer[], query = ''): Promise<string> {
    const created = await this.request('POST', key, { query: query === '' ? 'uploads=' : query })
    const uploadId = xmlTexts(created.text, 'UploadId')[0] ?? ''
    const tags: string[] = []
    for (const [index, body] of parts.entries()) {
      const part = await this.request('PUT', key, {
        query: `partNumber=${index + 1}&uploadId=${uploadId}`,
        body,
      })
      tags.push(part.headers.etag ?? '')
    }
    const list = tags.map(
      (tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`,
    )
    const completed = await this.request('POST', key, {
      query: `uploadId=${uploadId}`,
      body: `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`,
    })
    expectSuccess(completed)
    return xmlTexts(completed.text, 'ETag')[0] ?? ''
  }
}

export function expectSuccess(answer: RawAnswer, status = 200): void {
  expect([answer.status, answer.errorCode]).toEqual([status, undefined])
}

/** Holds an answer to be S3's error document of a code. Returns the text of one of its elements, or of all. */
export function expectError(answer: RawAnswer, status: number, code: string): (element: string) => string {
  expect([answer.status, answer.errorCode]).toEqual([status, code])
  expect(answer.headers['content-type']).toBe('application/xml')
  expect(xmlTexts(answer.text, 'RequestId')).toEqual([answer.headers['x-amz-request-id']])
  expect(xmlTexts(answer.text, 'HostId')).toEqual([answer.headers['x-amz-id-2']])
  expect(xmlTexts(answer.text, 'Message')).toEqual([expect.stringMatching(/./)])
  return (element) => xmlTexts(answer.text, element)[0] ?? ''
}

/** The error of a HEAD has a status and nothing else. */
export function expectBareError(answer: RawAnswer, status: number): void {
  expect([answer.status, answer.body.length]).toEqual([status, 0])
}

/** What an error of the SDK says. */
export async function sdkError(
  promise: Promise<unknown>,
): Promise<[status: number | undefined, name: string]> {
  try {
    await promise
  } catch (error) {
    const { $metadata, name } = error as { $metadata?: { httpStatusCode?: number }; name: string }
    return [$metadata?.httpStatusCode, name]
  }
  throw new Error('the request succeeded')
}

/** All chunks but the last have 8 KiB at least, as S3 wants them. */
function chunksOf(body: Buffer): Buffer[] {
  const chunks: Buffer[] = []
  for (let start = 0; start < body.length; start += 8192) chunks.push(body.subarray(start, start + 8192))
  return chunks
}
