import type { S3Client } from '@aws-sdk/client-s3'
import type { StartServerOptions, TestServer } from 'holdfast'
import { createBucket } from '../../support/buckets.ts'
import { type RawAnswer, type RawRequest, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { objectPath, uriEncode } from '../../support/signature-v4.ts'
import { setVersioning, versionOf, type VersioningStatus } from '../../support/versioning.ts'
import { expectSuccess } from '../objects/object-room.ts'

export interface ListedVersion {
  readonly key: string
  readonly id: string
  readonly isLatest: boolean
}

export interface VersionPage {
  readonly versions: readonly ListedVersion[]
  readonly markers: readonly ListedVersion[]
  readonly prefixes: readonly string[]
  readonly next: { readonly key: string; readonly id: string | undefined } | undefined
}

/** A server with a bucket, and short names for what is done to versions. Requests are signed at the server's time. */
export class VersionRoom implements AsyncDisposable {
  readonly server: TestServer
  readonly client: S3Client
  bucket = 'the-bucket'

  private constructor(server: TestServer) {
    this.server = server
    this.client = s3Client(server)
  }

  static async open(status?: VersioningStatus, options: StartServerOptions = {}): Promise<VersionRoom> {
    const room = new VersionRoom(await startTestServer(options))
    await createBucket(room.server, room.bucket)
    if (status) await setVersioning(room.server, room.bucket, status)
    return room
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.destroy()
    await this.server[Symbol.asyncDispose]()
  }

  send(request: RawRequest): Promise<RawAnswer> {
    return rawRequest(this.server, { date: this.server.clock.now(), ...request })
  }

  request(method: string, key: string, id?: string, more: Partial<RawRequest> = {}): Promise<RawAnswer> {
    const query = id === undefined ? '' : `versionId=${uriEncode(id)}`
    return this.send({ method, path: objectPath(this.bucket, key), query, ...more })
  }

  /** A PutObject that has to succeed; the version it made. */
  async put(key: string, body: string): Promise<string | undefined> {
    const answer = await this.request('PUT', key, undefined, { body })
    expectSuccess(answer)
    return versionOf(answer)
  }

  get(key: string, id?: string): Promise<RawAnswer> {
    return this.request('GET', key, id)
  }

  /** A DeleteObject that has to succeed. */
  async delete(key: string, id?: string): Promise<{ id: string | undefined; isMarker: boolean }> {
    const answer = await this.request('DELETE', key, id)
    expectSuccess(answer, 204)
    return { id: versionOf(answer), isMarker: answer.headers['x-amz-delete-marker'] === 'true' }
  }

  async versioning(status: VersioningStatus): Promise<void> {
    const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
    const headers = { 'content-md5': referenceChecksum('MD5', body) }
    expectSuccess(
      await this.send({ method: 'PUT', path: `/${this.bucket}`, query: 'versioning=', headers, body }),
    )
  }

  list(parameters: Readonly<Record<string, string | number | undefined>> = {}): Promise<RawAnswer> {
    const query = Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${uriEncode(String(value))}`],
    )
    return this.send({ path: `/${this.bucket}`, query: ['versions=', ...query].join('&') })
  }

  async page(parameters: Readonly<Record<string, string | number | undefined>> = {}): Promise<VersionPage> {
    const answer = await this.list(parameters)
    expectSuccess(answer)
    return versionPage(answer.text)
  }

  /** Every version and marker, page by page. */
  async pages(parameters: Readonly<Record<string, string | number | undefined>>): Promise<VersionPage[]> {
    const pages: VersionPage[] = []
    let next: VersionPage['next']
    do {
      const page = await this.page({
        ...parameters,
        ...(next && { 'key-marker': next.key, 'version-id-marker': next.id }),
      })
      pages.push(page)
      ;({ next } = page)
    } while (next)
    return pages
  }
}

function versionPage(text: string): VersionPage {
  const elements = (name: string): string[] =>
    [...text.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, inner = '']) => inner)
  const one = (xml: string, name: string): string | undefined => xmlTexts(xml, name)[0]
  const listed = (name: string): ListedVersion[] =>
    elements(name).map((xml) => ({
      key: one(xml, 'Key') ?? '',
      id: one(xml, 'VersionId') ?? '',
      isLatest: one(xml, 'IsLatest') === 'true',
    }))
  const key = one(text, 'NextKeyMarker')
  return {
    versions: listed('Version'),
    markers: listed('DeleteMarker'),
    prefixes: elements('CommonPrefixes').flatMap((xml) => xmlTexts(xml, 'Prefix')),
    next:
      one(text, 'IsTruncated') === 'true' && key !== undefined
        ? { key, id: one(text, 'NextVersionIdMarker') }
        : undefined,
  }
}
