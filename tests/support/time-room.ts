import type { StartServerOptions, TestServer } from 'holdfast'
import { expect } from 'vitest'
import { type RawAnswer, type RawRequest, rawRequest, xmlTexts } from './raw-request.ts'
import { referenceChecksum } from './reference-checksums.ts'
import { startTestServer } from './server.ts'
import { objectPath } from './signature-v4.ts'
import { versionOf } from './versioning.ts'

export const DAY_MILLISECONDS = 24 * 60 * 60 * 1000

export type Parts = Omit<RawRequest, 'path' | 'method' | 'date'>

export interface ShownVersion {
  readonly key: string
  readonly versionId: string
  readonly isLatest: boolean
  readonly isMarker: boolean
}

export interface TimeRoomOptions extends StartServerOptions {
  /** Creates the bucket with object lock, and so with versioning. */
  readonly lock?: boolean
  readonly versioning?: boolean
}

/** A server with one bucket whose clock tests move: every request is signed at the server's time. */
export class TimeRoom implements AsyncDisposable {
  readonly bucket = 'the-bucket'
  readonly server: TestServer

  constructor(server: TestServer) {
    this.server = server
  }

  static async open({ lock, versioning, ...options }: TimeRoomOptions = {}): Promise<TimeRoom> {
    const room = new TimeRoom(await startTestServer({ minimumPartBytes: 1, ...options }))
    const headers = lock ? { 'x-amz-bucket-object-lock-enabled': 'true' } : {}
    expectStatus(await room.request('PUT', '', { headers }))
    if (versioning) expectStatus(await room.setVersioning('Enabled'))
    return room
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
  }

  get now(): Date {
    return this.server.clock.now()
  }

  /** For example `inDays(1)`: the time in a day from now, as documents write it. */
  inDays(days: number): string {
    return new Date(this.now.getTime() + days * DAY_MILLISECONDS).toISOString()
  }

  advanceDays(days: number): void {
    this.server.clock.advance(days * DAY_MILLISECONDS)
  }

  /** To the bucket where the key is empty. */
  request(method: string, key: string, parts: Parts = {}): Promise<RawAnswer> {
    const path = key === '' ? `/${this.bucket}` : objectPath(this.bucket, key)
    return rawRequest(this.server, { ...parts, method, path, date: this.now })
  }

  /** Puts a document as subresource: `tagging=`, `retention=&versionId=…`. */
  putDocument(key: string, query: string, body: string, parts: Parts = {}): Promise<RawAnswer> {
    const headers = { 'content-md5': referenceChecksum('MD5', body), ...parts.headers }
    return this.request('PUT', key, { ...parts, query, body, headers })
  }

  setVersioning(status: 'Enabled' | 'Suspended'): Promise<RawAnswer> {
    return this.putDocument(
      '',
      'versioning=',
      `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
    )
  }

  /** A PutObject that has to succeed; returns the version's id. */
  async put(
    key: string,
    body: Uint8Array | string = key,
    headers: Record<string, string> = {},
  ): Promise<string> {
    const answer = await this.request('PUT', key, {
      body,
      headers: { 'content-md5': referenceChecksum('MD5', body), ...headers },
    })
    expectStatus(answer)
    return versionOf(answer) ?? 'null'
  }

  /** All versions and delete markers as ListObjectVersions gives them. */
  async versions(): Promise<ShownVersion[]> {
    const { text } = await this.request('GET', '', { query: 'versions=' })
    const found = text.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)
    return [...found].map(([, kind, xml = '']) => ({
      key: xmlTexts(xml, 'Key')[0] ?? '',
      versionId: xmlTexts(xml, 'VersionId')[0] ?? '',
      isLatest: xmlTexts(xml, 'IsLatest')[0] === 'true',
      isMarker: kind === 'DeleteMarker',
    }))
  }

  /** The keys that a plain listing shows. */
  async keys(): Promise<string[]> {
    return xmlTexts((await this.request('GET', '', { query: 'list-type=2' })).text, 'Key')
  }

  /** An upload that stays open; returns its id. */
  async createUpload(key: string, headers: Record<string, string> = {}): Promise<string> {
    const answer = await this.request('POST', key, { query: 'uploads=', headers })
    expectStatus(answer)
    return xmlTexts(answer.text, 'UploadId')[0] ?? ''
  }

  async putPart(key: string, uploadId: string, number: number, body: Uint8Array | string): Promise<string> {
    const answer = await this.request('PUT', key, {
      query: `partNumber=${number}&uploadId=${uploadId}`,
      body,
      headers: { 'content-md5': referenceChecksum('MD5', body) },
    })
    expectStatus(answer)
    return answer.headers.etag ?? ''
  }

  completeUpload(key: string, uploadId: string, etags: readonly string[]): Promise<RawAnswer> {
    const parts = etags.map(
      (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
    )
    const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
    return this.request('POST', key, { query: `uploadId=${uploadId}`, body })
  }

  /** Uploads an object in parts; returns its version's id. */
  async putParts(
    key: string,
    bodies: readonly (Uint8Array | string)[],
    headers: Record<string, string> = {},
  ): Promise<string> {
    const uploadId = await this.createUpload(key, headers)
    const etags: string[] = []
    for (const [at, body] of bodies.entries()) etags.push(await this.putPart(key, uploadId, at + 1, body))
    const answer = await this.completeUpload(key, uploadId, etags)
    expectStatus(answer)
    return versionOf(answer) ?? 'null'
  }
}

export function expectStatus(answer: RawAnswer, status = 200): void {
  expect([answer.status, answer.errorCode]).toEqual([status, undefined])
}

export function expectRefusal(answer: RawAnswer, status: number, code: string): void {
  expect([answer.status, answer.errorCode]).toEqual([status, code])
}
