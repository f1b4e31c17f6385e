import { expect } from 'vitest'
import { putObject } from '../../support/buckets.ts'
import { rawRequest, type ServerAddress, xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { ALL, expiration, lifecycleDocument, rule } from './lifecycle-room.ts'

/** More than two pages of the worker. */
export const OBJECTS = 1200
export const BUCKET = 'the-bucket'

export async function fill(server: ServerAddress, count: number): Promise<void> {
  for (let start = 0; start < count; start += 100) {
    const keys = Array.from({ length: Math.min(100, count - start) }, (_, at) => `key-${start + at}`)
    await Promise.all(keys.map((key) => putObject(server, BUCKET, key, key)))
  }
}

export async function putLifecycle(server: ServerAddress, document: string): Promise<void> {
  const headers = { 'content-md5': referenceChecksum('MD5', document) }
  const answer = await rawRequest(server, {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'lifecycle=',
    headers,
    body: document,
  })
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
}

/** Every version and delete marker: how many there are of each key. */
export async function countVersions(
  server: ServerAddress,
): Promise<Map<string, { versions: number; markers: number }>> {
  const counts = new Map<string, { versions: number; markers: number }>()
  let query = 'versions='
  for (;;) {
    const { text } = await rawRequest(server, { path: `/${BUCKET}`, query })
    for (const [, kind, xml = ''] of text.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)) {
      const key = xmlTexts(xml, 'Key')[0] ?? ''
      const count = counts.get(key) ?? { versions: 0, markers: 0 }
      if (kind === 'Version') count.versions++
      else count.markers++
      counts.set(key, count)
    }
    const [key] = xmlTexts(text, 'NextKeyMarker')
    if (key === undefined) return counts
    query = `versions=&key-marker=${key}&version-id-marker=${xmlTexts(text, 'NextVersionIdMarker')[0]}`
  }
}

export const everything = lifecycleDocument(rule(ALL + expiration(1)))
