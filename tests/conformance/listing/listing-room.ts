import type { S3Client } from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { createBucket, putObject } from '../../support/buckets.ts'
import { type RawAnswer, type RawRequest, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { uriEncode } from '../../support/signature-v4.ts'
import { expectSuccess } from '../objects/object-room.ts'
import type { ListingPage } from './listing-model.ts'

export type Parameters = Readonly<Record<string, string | number | undefined>>

/** A server with one bucket of given keys, and short names for listing it. */
export class ListingRoom implements AsyncDisposable {
  readonly bucket = 'the-bucket'
  readonly server: TestServer
  readonly client: S3Client

  private constructor(server: TestServer) {
    this.server = server
    this.client = s3Client(server)
  }

  static async open(keys: Iterable<string> = []): Promise<ListingRoom> {
    const room = new ListingRoom(await startTestServer())
    await createBucket(room.server, room.bucket)
    await room.put(keys)
    return room
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy()
    await this.server[Symbol.asyncDispose]()
  }

  async put(keys: Iterable<string>): Promise<void> {
    const left = [...keys]
    while (left.length > 0) {
      await Promise.all(left.splice(0, 50).map((key) => putObject(this.server, this.bucket, key, key)))
    }
  }

  list(parameters: Parameters, request: Partial<RawRequest> = {}): Promise<RawAnswer> {
    return rawRequest(this.server, { path: `/${this.bucket}`, query: queryOf(parameters), ...request })
  }

  /** A listing that has to succeed. */
  async page(parameters: Parameters): Promise<RawAnswer> {
    const answer = await this.list(parameters)
    expectSuccess(answer)
    return answer
  }

  async keys(parameters: Parameters): Promise<string[]> {
    return xmlTexts((await this.page(parameters)).text, 'Key')
  }
}

export function queryOf(parameters: Parameters): string {
  return Object.entries(parameters)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${uriEncode(String(value))}`]))
    .join('&')
}

/** The one text of an element; undefined where there is none. */
export function textOf(answer: RawAnswer, element: string): string | undefined {
  return xmlTexts(answer.text, element)[0]
}

/** An answer as the model gives it, with `last` where the answer says to go on. */
export function pageOf(answer: RawAnswer, next: string | undefined): ListingPage {
  const prefixes = [...answer.text.matchAll(/<CommonPrefixes>(.*?)<\/CommonPrefixes>/gs)]
  return {
    keys: xmlTexts(answer.text, 'Key'),
    prefixes: prefixes.flatMap(([, inner = '']) => xmlTexts(inner, 'Prefix')),
    isTruncated: textOf(answer, 'IsTruncated') === 'true',
    last: next,
  }
}

/** What encoding-type=url did, undone. */
export function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}
