import { hash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { mainCredentials } from '../support/accounts.ts'
import { listen } from '../support/listen.ts'
import type { ServerAddress } from '../support/raw-request.ts'

/** A version of the one bucket, `fake`, newest first. */
export interface FakeVersion {
  readonly key: string
  readonly versionId: string
  readonly modified: string
  readonly isDeleteMarker?: true
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What goes wrong with a request; it is answered well where it returns nothing. */
export type Mishap = (url: URL, response: ServerResponse) => boolean

/** An S3 endpoint that is no Holdfast: it has ids of its own kind, knows few settings, and fails as it is told. */
export async function fakeSource(versions: readonly FakeVersion[], mishap: Mishap = () => false) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = urlOf(request)
    asked.push(`${request.method} ${url.pathname}${url.search}`)
    if (!mishap(url, response)) answer(url, versions, response)
  })
  const address: ServerAddress = { url: await listen(server), credentials: mainCredentials }
  return {
    ...address,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function urlOf({ url = '/' }: IncomingMessage): URL {
  return new URL(url, 'http://fake')
}

export function refuse(response: ServerResponse, status: number, code: string): true {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<Error><Code>${code}</Code><Message>as it was told</Message></Error>`)
  return true
}

function answer(url: URL, versions: readonly FakeVersion[], response: ServerResponse): void {
  const [, , ...rest] = url.pathname.split('/')
  const key = decodeURIComponent(rest.join('/'))
  if (key === '' && url.searchParams.has('versions')) return void response.end(listing(versions))
  if (key === '' && url.searchParams.get('versioning') === '')
    return void response.end('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>')
  if (key === '') return void refuse(response, 501, 'NotImplemented')
  const found = versions.find(
    (version) =>
      version.key === key && (url.searchParams.get('versionId') ?? version.versionId) === version.versionId,
  )
  if (found?.body === undefined) return void refuse(response, 404, 'NoSuchKey')
  response.writeHead(200, {
    etag: `"${hash('md5', found.body)}"`,
    'content-length': Buffer.byteLength(found.body),
    'last-modified': new Date(found.modified).toUTCString(),
    ...found.headers,
  })
  response.end(found.body)
}

function listing(versions: readonly FakeVersion[]): string {
  const seen = new Set<string>()
  const entries = versions.map(({ key, versionId, modified, isDeleteMarker, body = '' }) => {
    const isLatest = !seen.has(key)
    seen.add(key)
    const common = `<Key>${key}</Key><VersionId>${versionId}</VersionId><IsLatest>${isLatest}</IsLatest><LastModified>${modified}</LastModified>`
    if (isDeleteMarker) return `<DeleteMarker>${common}</DeleteMarker>`
    const size = Buffer.byteLength(body)
    return `<Version>${common}<ETag>"${hash('md5', body)}"</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Version>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?><ListVersionsResult>${entries.join('')}<IsTruncated>false</IsTruncated></ListVersionsResult>`
}
