import { beforeAll, describe, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import {
  ERROR,
  expectErrorPage,
  expectRedirection,
  hostOf,
  INDEX,
  letList,
  rulesXml,
  siteOf,
  visit,
} from './website-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const originOf = (bucket: string) => `http://${hostOf(room.server, bucket)}`

describe('a redirection of all requests', () => {
  const all = (elements: string) => `<RedirectAllRequestsTo>${elements}</RedirectAllRequestsTo>`

  it.each([
    ['/', 'http://example.com/'],
    ['/a/b%20c', 'http://example.com/a/b%20c'],
    ['/?a=b&c', 'http://example.com/?a=b&c'],
    ['//evil.example/x', 'http://example.com//evil.example/x'],
  ])('leads %s to %s', async (path, location) => {
    const bucket = await siteOf(room, all('<HostName>example.com</HostName>'))
    await room.put(bucket, 'a/b c')
    for (const method of ['GET', 'HEAD']) {
      expectRedirection(await visit(room.server, bucket, path, { method }), 301, location)
    }
  })

  it('may name a protocol, and needs no permission', async () => {
    const bucket = await room.bucket()
    const to = all('<HostName>example.com</HostName><Protocol>https</Protocol>')
    await room.set(bucket, 'website', `<WebsiteConfiguration>${to}</WebsiteConfiguration>`)
    expectRedirection(await visit(room.server, bucket, '/x'), 301, 'https://example.com/x')
  })
})

describe('a rule', () => {
  it('is heeded before the object, with the code it says', async () => {
    const rules = rulesXml(
      [{ KeyPrefixEquals: 'docs/' }, { ReplaceKeyPrefixWith: 'documents/' }],
      [{ KeyPrefixEquals: 'images/' }, { ReplaceKeyWith: 'folderdeleted.html', HttpRedirectCode: '307' }],
    )
    const bucket = await siteOf(room, INDEX, rules)
    for (const key of ['docs/page', 'index.html']) await room.put(bucket, key)
    const origin = originOf(bucket)
    expectRedirection(await visit(room.server, bucket, '/docs/page?a=b'), 301, `${origin}/documents/page?a=b`)
    expectRedirection(await visit(room.server, bucket, '/docs/'), 301, `${origin}/documents/`)
    expectRedirection(await visit(room.server, bucket, '/images/x'), 307, `${origin}/folderdeleted.html`)
    expect((await visit(room.server, bucket, '/')).status).toBe(200)
    expect((await visit(room.server, bucket, '/docs')).status).toBe(403)
  })

  it('without a condition is for all', async () => {
    const bucket = await siteOf(room, INDEX, rulesXml([undefined, { HostName: 'example.com' }]))
    await room.put(bucket, 'index.html')
    expectRedirection(await visit(room.server, bucket, '/'), 301, 'http://example.com/')
  })

  it('for an error is heeded after it, before the error document', async () => {
    const missing = [
      { HttpErrorCodeReturnedEquals: '404' },
      { HostName: 'example.com', ReplaceKeyPrefixWith: 'report-404/' },
    ] as const
    const bucket = await siteOf(room, INDEX, ERROR, rulesXml(missing))
    for (const key of ['page', 'error.html', 'folder/index.html']) await room.put(bucket, key)
    expect((await visit(room.server, bucket, '/absent')).status).toBe(403)
    await letList(room, bucket)
    expectRedirection(
      await visit(room.server, bucket, '/absent'),
      301,
      'http://example.com/report-404/absent',
    )
    expectRedirection(await visit(room.server, bucket, '/'), 301, 'http://example.com/report-404/')
    expect((await visit(room.server, bucket, '/page')).status).toBe(200)
    expect((await visit(room.server, bucket, '/folder')).status).toBe(302)
  })

  it('for an error and a prefix needs both', async () => {
    const both = [
      { KeyPrefixEquals: 'app/', HttpErrorCodeReturnedEquals: '403' },
      { ReplaceKeyWith: 'app.html' },
    ] as const
    const bucket = await siteOf(room, INDEX, rulesXml(both))
    await room.put(bucket, 'app/there')
    expectRedirection(await visit(room.server, bucket, '/app/x'), 301, `${originOf(bucket)}/app.html`)
    expect((await visit(room.server, bucket, '/x')).status).toBe(403)
    expect((await visit(room.server, bucket, '/app/there')).status).toBe(200)
  })

  it.each([
    ['412', { 'if-match': '"other"' }],
    ['416', { range: 'bytes=1000-' }],
  ])('may be for %s', async (code, headers) => {
    const rules = rulesXml([{ HttpErrorCodeReturnedEquals: code }, { ReplaceKeyWith: 'x' }])
    const bucket = await siteOf(room, INDEX, rules)
    await room.put(bucket, 'page')
    expectRedirection(await visit(room.server, bucket, '/page', { headers }), 301, `${originOf(bucket)}/x`)
  })
})

describe('the redirection of an object', () => {
  it.each(['/page2.html', 'http://www.example.com/', 'https://www.example.com/a?b=c#d', '//other.example/'])(
    'leads to %s',
    async (location) => {
      const bucket = await siteOf(room, INDEX)
      await room.put(bucket, 'page', { 'x-amz-website-redirect-location': location })
      for (const method of ['GET', 'HEAD']) {
        const answer = await visit(room.server, bucket, '/page?a=b', { method })
        expectRedirection(answer, 301, location)
        expect(answer.headers).not.toHaveProperty('x-amz-website-redirect-location')
      }
    },
  )

  it('goes before conditions and ranges', async () => {
    const bucket = await siteOf(room, INDEX)
    const { etag = '' } = (await room.put(bucket, 'page', { 'x-amz-website-redirect-location': '/x' }))
      .headers
    const headers = { 'if-none-match': etag, range: 'bytes=1000-' }
    expectRedirection(await visit(room.server, bucket, '/page', { headers }), 301, '/x')
  })

  it('is that of an index document too', async () => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'folder/index.html', { 'x-amz-website-redirect-location': '/x' })
    expectRedirection(await visit(room.server, bucket, '/folder/'), 301, '/x')
  })

  it('is for who may read the object', async () => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'page', { 'x-amz-website-redirect-location': '/x' })
    await room.policy(bucket, { Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/other` })
    expectErrorPage(await visit(room.server, bucket, '/page'), '403 Forbidden', 'AccessDenied')
  })

  it('is escaped where it is no URL', async () => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'page', { 'x-amz-website-redirect-location': '/a b"<' })
    expectRedirection(await visit(room.server, bucket, '/page'), 301, '/a%20b"<')
  })
})
