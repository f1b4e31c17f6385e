import { hash } from 'node:crypto'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { createBucket, getObject, putObject } from '../../support/buckets.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { postForm, signedFields, uploadForm } from '../../support/post-form.ts'
import { type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { createDirectoryBucket, createSession, expressRequest } from './directory-room.ts'

let server: TestServer
let bucket: string
beforeAll(async () => {
  server = await startTestServer({ minimumPartBytes: 1 })
  bucket = await createDirectoryBucket(server, 'objects')
  await createBucket(server, 'general')
  return () => server[Symbol.asyncDispose]()
})

const request = (method: string, key: string, parts: object = {}): Promise<RawAnswer> =>
  expressRequest(server, { method, path: `/${bucket}/${key}`, ...parts })

describe('an object', () => {
  it('is of EXPRESS_ONEZONE, and its ETag no MD5', async () => {
    const put = await request('PUT', 'plain', { body: 'x' })
    const again = await request('PUT', 'plain', { body: 'x' })
    const etags = [put.headers['etag'], again.headers['etag']]
    expect(new Set([...etags, `"${hash('md5', 'x')}"`]).size).toBe(3)
    const { headers } = await request('HEAD', 'plain')
    expect(headers).toMatchObject({
      'x-amz-storage-class': 'EXPRESS_ONEZONE',
      'x-amz-expiration': 'NotImplemented',
      'x-amz-server-side-encryption': 'AES256',
      etag: etags[1],
    })
    expect(headers['x-amz-version-id']).toBeUndefined()
    expectSuccess(await request('HEAD', 'plain', { query: 'versionId=null' }))
    expectError(await request('GET', 'plain', { query: 'versionId=abc' }), 400, 'InvalidArgument')
  })

  it('takes its own class alone, which others do not take', async () => {
    const of = (name: string) => ({ body: 'x', headers: { 'x-amz-storage-class': name } })
    expectSuccess(await request('PUT', 'class', of('EXPRESS_ONEZONE')))
    for (const name of ['STANDARD', 'ONEZONE_IA', 'GLACIER'])
      expectError(await request('PUT', 'class', of(name)), 400, 'InvalidStorageClass')
    const general = { method: 'PUT', path: '/general/k', ...of('EXPRESS_ONEZONE') }
    expectError(await rawRequest(server, general), 400, 'InvalidStorageClass')
  })

  it.each([
    ['x-amz-acl', 'private'],
    ['x-amz-grant-read', `id="${mainAccount.canonicalId}"`],
    ['x-amz-tagging', 'a=b'],
    ['x-amz-object-lock-mode', 'GOVERNANCE'],
    ['x-amz-object-lock-legal-hold', 'ON'],
    ['x-amz-website-redirect-location', '/a'],
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
    ['x-amz-request-payer', 'requester'],
    ['Content-MD5', hash('md5', 'x', 'base64')],
  ])('is not made with %s', async (header, value) => {
    const answer = await request('PUT', 'refused', { body: 'x', headers: { [header]: value } })
    expect(expectError(answer, 501, 'NotImplemented')('Header')).toBe(header)
    expectError(await request('GET', 'refused'), 404, 'NoSuchKey')
  })

  it('is made and replaced on conditions', async () => {
    const headers = { 'if-none-match': '*' }
    const { headers: made } = await request('PUT', 'conditional', { body: 'x', headers })
    expectError(await request('PUT', 'conditional', { body: 'y', headers }), 412, 'PreconditionFailed')
    const matching = { 'if-match': made['etag'] ?? '' }
    expectSuccess(await request('PUT', 'conditional', { body: 'y', headers: matching }))
    expectError(
      await request('PUT', 'conditional', { body: 'z', headers: matching }),
      412,
      'PreconditionFailed',
    )
  })
})

describe('a deletion', () => {
  const put = async () => {
    const { headers } = await request('PUT', 'deleted', { body: 'four' })
    const { headers: told } = await request('HEAD', 'deleted')
    return { etag: headers['etag'] ?? '', date: told['last-modified'] ?? '' }
  }

  it('may be on conditions', async () => {
    const { etag, date } = await put()
    const failing = [
      ['x-amz-if-match-size', '3'],
      ['x-amz-if-match-last-modified-time', new Date(0).toUTCString()],
      ['if-match', '"other"'],
    ] as const
    for (const [name, value] of failing) {
      const answer = await request('DELETE', 'deleted', { headers: { [name]: value } })
      expectError(answer, 412, 'PreconditionFailed')
    }
    const headers = {
      'x-amz-if-match-size': '4',
      'x-amz-if-match-last-modified-time': date,
      'if-match': etag,
    }
    expectSuccess(await request('DELETE', 'deleted', { headers }), 204)
    // Source: S3 API Reference, DeleteObject: "if the object doesn’t exist, the operation returns a 204".
    expectSuccess(await request('DELETE', 'deleted', { headers: { 'x-amz-if-match-size': '4' } }), 204)
  })

  const deleteAll = (objects: readonly string[]): Promise<RawAnswer> => {
    const body = `<Delete>${objects.join('')}</Delete>`
    const headers = { 'content-md5': hash('md5', body, 'base64') }
    return expressRequest(server, { method: 'POST', path: `/${bucket}`, query: 'delete', body, headers })
  }

  it('of many may be on conditions of each', async () => {
    await put()
    const sizes = ['3', '4'].map((size) => `<Object><Key>deleted</Key><Size>${size}</Size></Object>`)
    const { text } = await deleteAll([...sizes, '<Object><Key>a&#127;b</Key></Object>'])
    expect(xmlTexts(text, 'Code').toSorted()).toEqual(['InvalidRequest', 'PreconditionFailed'])
    expectError(await request('GET', 'deleted'), 404, 'NoSuchKey')
  })

  it('of many deletes none where a key is white space alone', async () => {
    await put()
    const objects = ['<Object><Key>deleted</Key></Object>', '<Object><Key> &#9;</Key></Object>']
    expectError(await deleteAll(objects), 400, 'InvalidRequest')
    expectSuccess(await request('GET', 'deleted'))
  })
})

describe('a copy', () => {
  const copy = (to: string, source: string, headers: Record<string, string> = {}): Promise<RawAnswer> => {
    const all = { 'x-amz-copy-source': source, ...headers }
    const service = to.startsWith('/general') ? 's3' : 's3express'
    return rawRequest(server, { method: 'PUT', path: to, headers: all, service })
  }

  it('goes from one kind of bucket to the other', async () => {
    await request('PUT', 'source', { body: 'directory' })
    await putObject(server, 'general', 'source', 'general')
    expectSuccess(await copy(`/${bucket}/from-general`, 'general/source'))
    expectSuccess(await copy('/general/from-directory', `${bucket}/source`))
    expectSuccess(await copy(`/${bucket}/within`, `${bucket}/source`))
    expect((await request('GET', 'from-general')).text).toBe('general')
    expect((await request('HEAD', 'from-general')).headers['x-amz-storage-class']).toBe('EXPRESS_ONEZONE')
    expect((await getObject(server, 'general', 'from-directory')).text).toBe('directory')
    const { headers } = await rawRequest(server, { method: 'HEAD', path: '/general/from-directory' })
    expect(headers['x-amz-storage-class']).toBeUndefined()
  })

  it('brings no tags', async () => {
    const headers = { 'x-amz-tagging': 'a=b' }
    await rawRequest(server, { method: 'PUT', path: '/general/tagged', body: 'x', headers })
    expectError(await copy(`/${bucket}/tagged`, 'general/tagged'), 501, 'NotImplemented')
    const replaced = { 'x-amz-tagging-directive': 'REPLACE' }
    expectSuccess(await copy(`/${bucket}/tagged`, 'general/tagged', replaced))
    const tagging = { ...replaced, 'x-amz-tagging': 'c=d' }
    expectError(await copy(`/${bucket}/tagged`, 'general/tagged', tagging), 501, 'NotImplemented')
    expectSuccess(await copy(`/${bucket}/tagged`, 'general/tagged', { ...replaced, 'x-amz-tagging': '' }))
  })

  it('of a growing object stays as it was', async () => {
    await request('PUT', 'growing', { body: 'a' })
    const at = (offset: number) => ({ 'x-amz-write-offset-bytes': String(offset) })
    await request('PUT', 'growing', { body: 'b', headers: at(1) })
    expectSuccess(await copy('/general/grown', `${bucket}/growing`))
    expectSuccess(await copy(`/${bucket}/grown`, `${bucket}/growing`))
    await request('PUT', 'growing', { body: 'c', headers: at(2) })
    await request('PUT', 'grown', { body: 'd', headers: at(2) })
    const texts = [
      await getObject(server, 'general', 'grown'),
      await request('GET', 'growing'),
      await request('GET', 'grown'),
    ]
    expect(texts.map(({ text }) => text)).toEqual(['ab', 'abc', 'abd'])
  })

  it('asks for s3express:CreateSession at its source, and to write at its destination', async () => {
    const arn = `arn:aws:s3express:us-east-1:${mainAccount.id}:bucket/${bucket}`
    const general = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
    const session = { Effect: 'Allow', Action: 's3express:CreateSession', Resource: arn }
    const reads = { ...session, Condition: { StringEquals: { 's3express:SessionMode': 'ReadOnly' } } }
    await request('PUT', 'source', { body: 'x' })
    const asked = async (name: string, ...statements: object[]) => {
      const credentials = await makeUser(server, name, ...statements)
      const from = { 'x-amz-copy-source': `${bucket}/source` }
      const out = await rawRequest(server, { method: 'PUT', path: '/general/c', headers: from, credentials })
      const into = { 'x-amz-copy-source': 'general/source' }
      const back = await request('PUT', 'c', { headers: into, credentials })
      return [out.status, back.status]
    }
    expect(await asked('copies-general', general)).toEqual([403, 403])
    expect(await asked('copies-reading', general, reads)).toEqual([200, 403])
    expect(await asked('copies-all', general, session)).toEqual([200, 200])
  })
})

describe('an upload in parts', () => {
  const begin = async (key: string, headers: Record<string, string> = {}): Promise<string> =>
    xmlTexts((await request('POST', key, { query: 'uploads', headers })).text, 'UploadId')[0] ?? ''
  const part = async (key: string, uploadId: string, number: number): Promise<string> => {
    const query = `partNumber=${number}&uploadId=${uploadId}`
    return (await request('PUT', key, { query, body: 'part' })).headers['etag'] ?? ''
  }
  const complete = (key: string, uploadId: string, parts: readonly (readonly [number, string])[]) => {
    const list = parts.map(
      ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
    )
    const body = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`
    return request('POST', key, { query: `uploadId=${uploadId}`, body })
  }

  it('has parts from 1 on without a gap, and ETags that say nothing', async () => {
    const uploadId = await begin('parts')
    const etags = [
      await part('parts', uploadId, 1),
      await part('parts', uploadId, 2),
      await part('parts', uploadId, 3),
    ]
    expect(new Set(etags).size).toBe(3)
    const [first = '', second = '', third = ''] = etags
    expectError(
      await complete('parts', uploadId, [
        [1, first],
        [3, third],
      ]),
      400,
      'InvalidPartOrder',
    )
    expectError(
      await complete('parts', uploadId, [
        [2, second],
        [3, third],
      ]),
      400,
      'InvalidPartOrder',
    )
    expectSuccess(
      await complete('parts', uploadId, [
        [1, first],
        [2, second],
        [3, third],
      ]),
    )
    const { text, headers } = await request('GET', 'parts')
    expect([text, headers['etag']]).toEqual(['partpartpart', expect.not.stringContaining('-')])
  })

  it('is ended on the condition of its beginning', async () => {
    const uploadId = await begin('aborted')
    const query = `uploadId=${uploadId}`
    const at = (time: string) => ({ query, headers: { 'x-amz-if-match-initiated-time': time } })
    expectError(await request('DELETE', 'aborted', at(new Date(0).toUTCString())), 412, 'PreconditionFailed')
    const { text } = await expressRequest(server, { path: `/${bucket}`, query: 'uploads&prefix=' })
    const initiated = new Date(xmlTexts(text, 'Initiated').at(0) ?? '').toUTCString()
    expectSuccess(await request('DELETE', 'aborted', at(initiated)), 204)
    expectSuccess(await request('DELETE', 'aborted', at(initiated)), 204)
    expectError(await request('DELETE', 'aborted', { query }), 404, 'NoSuchUpload')
  })

  it('takes copies as parts, with credentials of IAM', async () => {
    await putObject(server, 'general', 'part', 'copied')
    const uploadId = await begin('copied')
    const headers = { 'x-amz-copy-source': 'general/part' }
    const copied = await request('PUT', 'copied', { query: `partNumber=1&uploadId=${uploadId}`, headers })
    expectSuccess(copied)
    expectSuccess(await complete('copied', uploadId, [[1, xmlTexts(copied.text, 'ETag')[0] ?? '']]))
    expect((await request('GET', 'copied')).text).toBe('copied')
  })
})

describe('a form', () => {
  it.each(['s3express', 's3'])('that a session signed for %s makes an object', async (service) => {
    const { credentials, token } = await createSession(server, bucket)
    const own = { key: 'posted', 'x-amz-s3session-token': token }
    const exact = Object.entries(own).map(([name, value]) => ({ [name]: value }))
    const signed = signedFields(server, bucket, exact, { credentials, service })
    const form = [...Object.entries(own), ...signed, ['file', 'posted text']] as const
    expectSuccess(await postForm(server, bucket, form), 204)
    expect((await request('GET', 'posted')).text).toBe('posted text')
    const elsewhere = form.map((part) =>
      part[0] === 'x-amz-s3session-token' ? ([part[0], `${token}x`] as const) : part,
    )
    expectError(await postForm(server, bucket, elsewhere), 400, 'InvalidToken')
  })

  it('has no ACL, and is not anonymous', async () => {
    const form = (fields: Record<string, string>) =>
      postForm(server, bucket, uploadForm(server, bucket, { key: 'posted', ...fields }, 'x'))
    expectSuccess(await form({}), 204)
    expectError(await form({ acl: 'private' }), 501, 'NotImplemented')
    const unsigned = [['key', 'posted'] as const, ['file', 'x'] as const]
    expectError(await postForm(server, bucket, unsigned), 403, 'AccessDenied')
  })
})
