import { paginateListObjectsV2 } from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { uriEncode } from '../../support/signature-v4.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { createDirectoryBucket, expressRequest, sdkWithBucket } from './directory-room.ts'

let server: TestServer
let bucket: string
beforeAll(async () => {
  server = await startTestServer()
  bucket = await createDirectoryBucket(server, 'listing')
  for (const key of ['a', 'dir/a', 'dir/b', 'dir/sub/c', 'z'])
    await expressRequest(server, { method: 'PUT', path: `/${bucket}/${key}`, body: 'x' })
  for (const key of ['dir/upload', 'uploads/only', 'top-upload', 'uploads/deep/er'])
    await expressRequest(server, { method: 'POST', path: `/${bucket}/${key}`, query: 'uploads' })
  return () => server[Symbol.asyncDispose]()
})

const list = (query: string): Promise<RawAnswer> => expressRequest(server, { path: `/${bucket}`, query })
const keysOf = ({ text }: RawAnswer): string[] => xmlTexts(text, 'Key')
const prefixesOf = ({ text }: RawAnswer): string[] =>
  [...text.matchAll(/<CommonPrefixes><Prefix>([^<]*)/g)].map(([, prefix = '']) => prefix)

describe('ListObjectsV2', () => {
  it('lists what is below a prefix', async () => {
    expect(keysOf(await list('list-type=2'))).toEqual(['a', 'dir/a', 'dir/b', 'dir/sub/c', 'z'])
    expect(keysOf(await list('list-type=2&prefix=dir/'))).toEqual(['dir/a', 'dir/b', 'dir/sub/c'])
  })

  it('has the directories of open uploads too, but not the uploads', async () => {
    const top = await list('list-type=2&delimiter=/')
    expect([keysOf(top), prefixesOf(top)]).toEqual([
      ['a', 'z'],
      ['dir/', 'uploads/'],
    ])
    expect(xmlTexts(top.text, 'KeyCount')).toEqual(['4'])
    const below = await list('list-type=2&delimiter=/&prefix=uploads/')
    expect([keysOf(below), prefixesOf(below)]).toEqual([[], ['uploads/deep/']])
  })

  it('goes on from page to page', async () => {
    const found: string[] = []
    let token = ''
    do {
      const from = token === '' ? '' : `&continuation-token=${uriEncode(token)}`
      const page = await list(`list-type=2&delimiter=/&max-keys=1${from}`)
      found.push(...keysOf(page), ...prefixesOf(page))
      token = xmlTexts(page.text, 'NextContinuationToken')[0] ?? ''
    } while (token !== '')
    expect(found).toEqual(['a', 'dir/', 'uploads/', 'z'])
  })

  it('leaves the page to what is shown, however many uploads are open', async () => {
    const name = await createDirectoryBucket(server, 'open-uploads')
    const put = (key: string) => expressRequest(server, { method: 'PUT', path: `/${name}/${key}`, body: 'x' })
    const open = (key: string) =>
      expressRequest(server, { method: 'POST', path: `/${name}/${key}`, query: 'uploads' })
    for (const key of ['d/z', 'k']) await put(key)
    for (const key of ['d/a0', 'd/a1', 'd/a2', 'k', 'k', 'a', 'z']) await open(key)
    const shown = async (query: string) => {
      const answer = await expressRequest(server, { path: `/${name}`, query: `list-type=2&${query}` })
      const texts = (element: string) => xmlTexts(answer.text, element)[0]
      return [keysOf(answer), prefixesOf(answer), texts('KeyCount'), texts('IsTruncated')]
    }
    expect(await shown('prefix=d/&delimiter=/&max-keys=2')).toEqual([['d/z'], [], '1', 'false'])
    expect(await shown('delimiter=/&max-keys=1')).toEqual([[], ['d/'], '1', 'true'])
    expect(await shown('delimiter=/&max-keys=2')).toEqual([['k'], ['d/'], '2', 'false'])
  })

  it('goes on behind an object that stands for its directory', async () => {
    const name = await createDirectoryBucket(server, 'marked-directory')
    for (const key of ['a/', 'a/z'])
      await expressRequest(server, { method: 'PUT', path: `/${name}/${key}`, body: '' })
    await expressRequest(server, { method: 'POST', path: `/${name}/a/sub/x`, query: 'uploads' })
    const client = s3Client(server)
    const found: (string | undefined)[] = []
    const asked = { Bucket: name, Prefix: 'a/', Delimiter: '/' }
    for await (const { Contents, CommonPrefixes } of paginateListObjectsV2({ client, pageSize: 1 }, asked))
      found.push(
        ...(Contents ?? []).map(({ Key }) => Key),
        ...(CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      )
    expect(found).toEqual(['a/', 'a/sub/', 'a/z'])
  })

  it('tells the owner of the bucket as that of all objects', async () => {
    expect(new Set(xmlTexts((await list('list-type=2&fetch-owner=true')).text, 'ID'))).toEqual(
      new Set([mainAccount.canonicalId]),
    )
  })

  it.each([
    ['prefix=di', 400, 'InvalidRequest'],
    ['delimiter=-', 400, 'InvalidRequest'],
    ['start-after=a', 501, 'NotImplemented'],
  ] as const)('refuses %s', async (query, status, code) => {
    const element = expectError(await list(`list-type=2&${query}`), status, code)
    const words =
      'This bucket does not support a prefix that does not end in a delimiter. Specify a prefix path ending with a delimiter and try again.'
    expect(element('Message') === words).toBe(query === 'prefix=di')
  })

  it('is the only one', async () => {
    expectError(await list(''), 501, 'NotImplemented')
    expectError(await list('versions'), 501, 'NotImplemented')
  })

  it('comes from the SDK in pages', async () => {
    const { client, Bucket } = await sdkWithBucket(server, 'pages')
    for (const key of ['x', 'y', 'z'])
      await expressRequest(server, { method: 'PUT', path: `/${Bucket}/${key}`, body: '' })
    const found: (string | undefined)[] = []
    for await (const { Contents = [] } of paginateListObjectsV2({ client, pageSize: 2 }, { Bucket }))
      found.push(...Contents.map(({ Key }) => Key))
    expect(found).toEqual(['x', 'y', 'z'])
  })
})

describe('ListMultipartUploads', () => {
  it('goes on by a key marker that is not to be read', async () => {
    const again = { method: 'POST', path: `/${bucket}/top-upload`, query: 'uploads' }
    expectSuccess(await expressRequest(server, again))
    const found: string[] = []
    let marker = ''
    do {
      const page = await list(`uploads&max-uploads=1&key-marker=${uriEncode(marker)}`)
      expectSuccess(page)
      found.push(...keysOf(page))
      expect(page.text).not.toContain('UploadIdMarker')
      marker = xmlTexts(page.text, 'NextKeyMarker')[0] ?? ''
      expect(marker).not.toContain('upload')
    } while (marker !== '')
    expect(found).toEqual(['dir/upload', 'top-upload', 'top-upload', 'uploads/deep/er', 'uploads/only'])
  })

  it('groups by the slash', async () => {
    const page = await list('uploads&delimiter=/')
    expect([keysOf(page), prefixesOf(page)]).toEqual([
      ['top-upload', 'top-upload'],
      ['dir/', 'uploads/'],
    ])
    expect(prefixesOf(await list('uploads&delimiter=/&prefix=uploads/'))).toEqual(['uploads/deep/'])
  })

  it.each([
    ['prefix=up', 400, 'InvalidRequest'],
    ['delimiter=-', 400, 'InvalidRequest'],
    ['key-marker=dir/upload', 400, 'InvalidArgument'],
    ['upload-id-marker=x', 501, 'NotImplemented'],
  ] as const)('refuses %s', async (query, status, code) => {
    expectError(await list(`uploads&${query}`), status, code)
  })
})
