import { expect } from 'vitest'
import { type RawAnswer, type ServerAddress, rawRequest, xmlTexts } from './raw-request.ts'
import { objectPath, uriEncode } from './signature-v4.ts'

/** Creates a bucket and returns its name. */
export async function createBucket(server: ServerAddress, bucket: string): Promise<string> {
  const answer = await rawRequest(server, { method: 'PUT', path: `/${bucket}` })
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
  return bucket
}

export async function putObject(
  server: ServerAddress,
  bucket: string,
  key: string,
  body: Uint8Array | string,
): Promise<RawAnswer> {
  const answer = await rawRequest(server, { method: 'PUT', path: objectPath(bucket, key), body })
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
  return answer
}

export function getObject(server: ServerAddress, bucket: string, key: string): Promise<RawAnswer> {
  return rawRequest(server, { path: objectPath(bucket, key) })
}

/** All keys of a bucket in the order of the listing, page by page through ListObjectsV2. */
export async function listKeys(server: ServerAddress, bucket: string): Promise<string[]> {
  const keys: string[] = []
  let token: string | undefined
  do {
    const query = ['list-type=2', 'encoding-type=url']
    if (token !== undefined) query.push(`continuation-token=${uriEncode(token)}`)
    const page = await rawRequest(server, { path: `/${bucket}`, query: query.join('&') })
    expect([page.status, page.errorCode]).toEqual([200, undefined])
    keys.push(...xmlTexts(page.text, 'Key').map((key) => decodeURIComponent(key.replaceAll('+', ' '))))
    token = xmlTexts(page.text, 'NextContinuationToken')[0]
  } while (token !== undefined)
  return keys
}

/** As S3 sorts keys: by their UTF-8 bytes. */
export function sortedAsKeys(keys: Iterable<string>): string[] {
  const sorted = Array.from(keys, (key) => ({ key, bytes: Buffer.from(key) }))
  return sorted.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ key }) => key)
}
