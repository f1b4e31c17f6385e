import type { StartServerOptions } from 'holdfast'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { expectSuccess, ObjectRoom, type RequestParts } from '../objects/object-room.ts'

/** An open upload: its key and id. */
export interface Upload {
  readonly key: string
  readonly id: string
}

/** A part as a completion lists it. Members are elements of the document. */
export type ListedPart = Readonly<Record<string, string | number>>

/** Short names for what every test of multipart uploads does. */
export class UploadRoom implements AsyncDisposable {
  readonly objects: ObjectRoom

  private constructor(objects: ObjectRoom) {
    this.objects = objects
  }

  static async open(options: StartServerOptions = {}): Promise<UploadRoom> {
    return new UploadRoom(await ObjectRoom.open(options))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.objects[Symbol.asyncDispose]()
  }

  /** A CreateMultipartUpload that has to succeed. */
  async create(key: string, headers: Record<string, string> = {}): Promise<Upload> {
    const answer = await this.objects.request('POST', key, { query: 'uploads=', headers })
    expectSuccess(answer)
    return { key, id: xmlTexts(answer.text, 'UploadId')[0] ?? '' }
  }

  sendPart(upload: Upload, partNumber: number | string, parts: RequestParts = {}): Promise<RawAnswer> {
    const query = `partNumber=${partNumber}&uploadId=${upload.id}`
    return this.objects.request('PUT', upload.key, { query, ...parts })
  }

  /** An UploadPart that has to succeed; tells the part as a completion lists it. */
  async part(
    upload: Upload,
    partNumber: number,
    body: Uint8Array | string,
    headers: Record<string, string> = {},
  ): Promise<{ readonly PartNumber: number; readonly ETag: string }> {
    const answer = await this.sendPart(upload, partNumber, { body, headers })
    expectSuccess(answer)
    return { PartNumber: partNumber, ETag: answer.headers.etag ?? '' }
  }

  complete(upload: Upload, parts: readonly ListedPart[], more: RequestParts = {}): Promise<RawAnswer> {
    return this.completeWith(upload, completionDocument(parts), more)
  }

  completeWith(upload: Upload, body: string, more: RequestParts = {}): Promise<RawAnswer> {
    return this.objects.request('POST', upload.key, { query: `uploadId=${upload.id}`, body, ...more })
  }

  abort(upload: Upload, more: RequestParts = {}): Promise<RawAnswer> {
    return this.objects.request('DELETE', upload.key, { query: `uploadId=${upload.id}`, ...more })
  }

  /** ListParts; `query` adds parameters. */
  list(upload: Upload, query = '', more: RequestParts = {}): Promise<RawAnswer> {
    return this.objects.request('GET', upload.key, { query: `uploadId=${upload.id}${query}`, ...more })
  }

  /** Creates, uploads and completes in one go. */
  async whole(
    key: string,
    bodies: readonly (Uint8Array | string)[],
    headers: Record<string, string> = {},
  ): Promise<RawAnswer> {
    const upload = await this.create(key, headers)
    const parts = await Promise.all(bodies.map((body, index) => this.part(upload, index + 1, body)))
    const completed = await this.complete(upload, parts)
    expectSuccess(completed)
    return completed
  }
}

export function completionDocument(parts: readonly ListedPart[]): string {
  const elements = parts.map((part) => {
    const members = Object.entries(part).map(([name, value]) => `<${name}>${value}</${name}>`)
    return `<Part>${members.join('')}</Part>`
  })
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${elements.join('')}</CompleteMultipartUpload>`
}

/** The text of the one element of a name; undefined where there is none. */
export function elementOf(answer: RawAnswer, name: string): string | undefined {
  return xmlTexts(answer.text, name)[0]
}

/** An upload that is none, in the form of one. */
export const noUpload: Upload = { key: 'none', id: '0'.repeat(40) }
