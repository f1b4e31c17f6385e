import type { TestServer } from 'holdfast'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { StorageFault } from '../../packages/server/src/base/storage-fault.ts'
import type { OrderedStore } from '../../packages/server/src/metadata/ordered-store.ts'
import { inlineBytes } from '../../packages/server/src/metadata/tables/tables.ts'
import {
  ERROR,
  expectErrorPage,
  expectRedirection,
  hostOf,
  INDEX,
  rulesXml,
  visit,
  websiteXml,
} from '../conformance/website/website-room.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { FaultyStore } from './faulty-store.ts'

/** The first bytes of every key of the table. */
const INLINE = Buffer.from(inlineBytes.key('').subarray(0, 2))

/** Fails where the bytes of an object are read, but not its row. */
class StoreWithoutBytes extends FaultyStore {
  losesBytes = false

  override async get(key: Uint8Array) {
    if (this.losesBytes && INLINE.equals(key.subarray(0, 2)))
      throw new StorageFault('unavailable', '/secret/path')
    return super.get(key)
  }
}

let store: StoreWithoutBytes
let server: TestServer
beforeAll(async () => {
  const wrapMetadata = (inner: OrderedStore) => (store = new StoreWithoutBytes(inner))
  server = await startTestServer({ wrapMetadata, newBuckets: { blockPublicAccess: false } })
  return () => server[Symbol.asyncDispose]()
})
beforeEach(() => {
  store.reads = undefined
  store.losesBytes = false
})

async function siteOf(name: string, ...configuration: string[]): Promise<string> {
  const bucket = await createBucket(server, name)
  const [Effect, Principal, Action, Resource] = ['Allow', '*', 's3:GetObject', `arn:aws:s3:::${bucket}/*`]
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect, Principal, Action, Resource }],
  })
  const settings = [
    ['website', websiteXml(...configuration)],
    ['policy', policy],
  ] as const
  for (const [query, body] of settings) {
    await rawRequest(server, { method: 'PUT', path: `/${bucket}`, query: `${query}=`, body })
  }
  for (const key of ['index.html', 'error.html']) await putObject(server, bucket, key, key)
  return bucket
}

describe('a visitor of a website', () => {
  it.each([
    ['full', '503 Service Unavailable', 'ServiceUnavailable'],
    ['unavailable', '500 Internal Server Error', 'InternalError'],
    ['corrupt', '500 Internal Server Error', 'InternalError'],
  ] as const)('is told of a store that is %s, and nothing of the inside', async (kind, title, code) => {
    const bucket = await siteOf(`site-${kind}`, INDEX, ERROR)
    store.reads = kind
    for (const path of ['/', '/absent']) {
      const answer = await visit(server, bucket, path)
      expectErrorPage(answer, title, code)
      expect(answer.text).not.toMatch(/injected|secret/)
    }
  })

  it('gets no error document for a fault', async () => {
    const bucket = await siteOf('site-without-bytes', INDEX, ERROR)
    store.losesBytes = true
    expectErrorPage(await visit(server, bucket, '/'), '500 Internal Server Error', 'InternalError')
    // The error document of what is missing cannot be read either.
    const facts = expectErrorPage(await visit(server, bucket, '/absent'), '403 Forbidden', 'AccessDenied')
    expect(facts['document Code']).toBe('InternalError')
    store.losesBytes = false
    expect((await visit(server, bucket, '/')).text).toBe('index.html')
  })

  it('is sent elsewhere by a rule for faults', async () => {
    const rules = rulesXml([{ HttpErrorCodeReturnedEquals: '500' }, { ReplaceKeyWith: 'sorry' }])
    const bucket = await siteOf('site-with-a-rule', INDEX, rules)
    store.losesBytes = true
    expectRedirection(await visit(server, bucket, '/'), 301, `http://${hostOf(server, bucket)}/sorry`)
  })
})
