import type { TestServer } from 'holdfast'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createBucket, getObject } from '../support/buckets.ts'
import { rawRequest } from '../support/raw-request.ts'
import { requireNodeModule } from '../support/require-command.ts'
import { startTestServer } from '../support/server.ts'

/** As much of the AWS SDK for JavaScript v2 as these tests use. */
interface OldSdk {
  readonly S3: new (options: object) => OldClient
}
interface OldClient {
  getSignedUrl(operation: string, parameters: object): string
  createPresignedPost(parameters: object): { url: string; fields: Record<string, string> }
  putObject(parameters: object): { promise(): Promise<unknown> }
  getObject(parameters: object): { promise(): Promise<{ Body: Buffer; Metadata: object }> }
  listObjectsV2(parameters: object): { promise(): Promise<{ Contents: { Key: string }[] }> }
}

const Bucket = 'sdk-of-old'
const Key = 'dir/two words + ü.txt'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({
    newBuckets: { objectOwnership: 'ObjectWriter', blockPublicAccess: false },
  })
  await createBucket(server, Bucket)
  return () => server[Symbol.asyncDispose]()
})
let sdk: OldSdk
beforeEach((context) => {
  sdk = requireNodeModule(context, 'aws-sdk') as OldSdk
})

function client(signatureVersion?: string): OldClient {
  const { url: endpoint, credentials } = server
  return new sdk.S3({
    endpoint,
    ...credentials,
    s3ForcePathStyle: true,
    region: 'us-east-1',
    signatureVersion,
  })
}

const send = (url: string, init: RequestInit = {}): Promise<Response> => fetch(url, init)

describe.each([
  ['Version 2', 'v2', 'AWSAccessKeyId='],
  ['what it takes by default', undefined, 'AWSAccessKeyId='],
  ['Version 4', 'v4', 'X-Amz-Algorithm='],
] as const)('the AWS SDK for JavaScript v2, with %s', (_, version, mark) => {
  it('signs URLs that put, with all that stands in their query', async () => {
    const s3 = client(version)
    const traits = {
      ACL: 'public-read',
      Metadata: { By: 'old sdk', words: 'two words' },
      StorageClass: 'STANDARD_IA',
      Tagging: 'colour=red&size=9',
      ContentType: 'text/x-mine',
    }
    const url = s3.getSignedUrl('putObject', { Bucket, Key, ...traits })
    expect(url).toContain(mark)
    expect(url).toContain('x-amz-acl=public-read')
    const headers = { 'content-type': 'text/x-mine' }
    const put = await send(url, { method: 'PUT', headers, body: 'of old' })
    expect([put.status, await put.text()]).toEqual([200, ''])
    const anonymous = await rawRequest(server, { path: new URL(url).pathname, anonymous: true })
    expect(anonymous.text).toBe('of old')
    expect(anonymous.headers).toMatchObject({
      'content-type': 'text/x-mine',
      'x-amz-meta-by': 'old sdk',
      'x-amz-meta-words': 'two words',
      'x-amz-storage-class': 'STANDARD_IA',
    })
    const { headers: own } = await getObject(server, Bucket, Key)
    expect(own['x-amz-tagging-count']).toBe('2')
    const changed = await send(url.replace('public-read', 'public-read-write'), { method: 'PUT', headers })
    expect(changed.status).toBe(403)
  })

  it('signs URLs that read, list and delete', async () => {
    const s3 = client(version)
    await s3.putObject({ Bucket, Key, Body: 'of old', Metadata: { a: 'b' } }).promise()
    const found = await s3.getObject({ Bucket, Key }).promise()
    expect([found.Body.toString(), found.Metadata]).toEqual(['of old', { a: 'b' }])
    const overrides = {
      ResponseContentDisposition: 'attachment; filename="a + b"',
      ResponseContentType: 'text/y',
    }
    const got = await send(s3.getSignedUrl('getObject', { Bucket, Key, ...overrides }))
    expect([got.status, await got.text()]).toEqual([200, 'of old'])
    expect(got.headers.get('content-disposition')).toBe('attachment; filename="a + b"')
    expect(got.headers.get('content-type')).toBe('text/y')
    const listed = await send(s3.getSignedUrl('listObjectsV2', { Bucket, Prefix: 'dir/' }))
    expect(await listed.text()).toContain('<KeyCount>1</KeyCount>')
    expect((await s3.listObjectsV2({ Bucket }).promise()).Contents.map((entry) => entry.Key)).toEqual([Key])
    const acl = await send(s3.getSignedUrl('getObjectAcl', { Bucket, Key }))
    expect(acl.status).toBe(200)
    const deleted = await send(s3.getSignedUrl('deleteObject', { Bucket, Key }), { method: 'DELETE' })
    expect(deleted.status).toBe(204)
    expect((await getObject(server, Bucket, Key)).status).toBe(404)
  })

  it('signs forms', async () => {
    const { url, fields } = client(version).createPresignedPost({ Bucket, Fields: { key: 'form' } })
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('file', new Blob(['from a form']))
    const posted = await send(url, { method: 'POST', body: form })
    expect([posted.status, await posted.text()]).toEqual([204, ''])
    expect((await getObject(server, Bucket, 'form')).text).toBe('from a form')
    await rawRequest(server, { method: 'DELETE', path: `/${Bucket}/form` })
  })
})
