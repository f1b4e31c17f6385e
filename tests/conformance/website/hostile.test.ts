import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { RawConnection } from '../../support/raw-connection.ts'
import { AccessRoom } from '../access/access-room.ts'
import { ERROR, expectErrorPage, hostOf, INDEX, letList, siteOf, visit } from './website-room.ts'

let room: AccessRoom
let site: string
beforeAll(async () => {
  room = await AccessRoom.open()
  site = await siteOf(room, INDEX)
  await letList(room, site)
  return () => room[Symbol.asyncDispose]()
})

describe('a key', () => {
  it.each([
    ['/%3Cscript%3Ealert(1)%3C/script%3E', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['/%22%26%3Cli%3E', '&quot;&amp;&lt;li&gt;'],
  ])('%s is no HTML on a page', async (path, shown) => {
    const facts = expectErrorPage(await visit(room.server, site, path), '404 Not Found', 'NoSuchKey')
    expect(facts['Key']).toBe(shown)
  })

  it.each(['/%0d%0aSet-Cookie:a=b', '/%0aX:y', '/%00', '/%c2%85', '/%e2%80%a8x', '/%7f'])(
    '%s does not end a header',
    async (path) => {
      const answer = await visit(room.server, site, path)
      expect(answer.status).toBe(404)
      expect(answer.headers).not.toHaveProperty('set-cookie')
      expect(answer.headers).not.toHaveProperty('x')
      expect(answer.headers['x-amz-error-code']).toBe('NoSuchKey')
    },
  )

  it.each(['//evil.example', '/%2Fevil.example', '/\\evil.example', '/%5Cevil.example', '///evil.example/a'])(
    '%s leads nowhere else',
    async (path) => {
      const key = decodeURIComponent(path.slice(1))
      await room.put(site, `${key}/index.html`)
      const { status, headers } = await visit(room.server, site, path)
      const here = `http://${hostOf(room.server, site)}`
      const { origin, pathname } = new URL(headers.location ?? '', here)
      expect([status, origin, decodeURIComponent(pathname)]).toEqual([302, here, `/${key}/`])
    },
  )

  it.each(['/%', '/%zz', '/%ff', '/%c3'])('badly encoded, as %s, is refused', async (path) => {
    expectErrorPage(await visit(room.server, site, path), '400 Bad Request', 'InvalidURI')
  })

  it('that is too long is refused, also with its index document', async () => {
    const long = 'x'.repeat(1020)
    expectErrorPage(await visit(room.server, site, `/${long}xxxxx`), '400 Bad Request', 'KeyTooLongError')
    expectErrorPage(await visit(room.server, site, `/${long}/`), '400 Bad Request', 'KeyTooLongError')
    expectErrorPage(await visit(room.server, site, `/${long}`), '404 Not Found', 'NoSuchKey')
  })
})

it.each([
  'evil.example/HOST',
  'HOST@evil.example',
  'a:b@HOST',
  'HOST:80@evil.example',
  'HOST:port',
  'HOST/',
  'HOST#',
])('a host like %s is none of a website', async (pattern) => {
  const host = pattern.replace('HOST', `${site}.s3-website.localhost`)
  const answer = await visit(room.server, site, '/', { headers: { host } })
  expect(answer.headers).not.toHaveProperty('location')
  expect(answer.headers['content-type']).not.toContain('text/html')
})

it('a request without a host, or with two, is none of a website', async () => {
  for (const head of ['GET / HTTP/1.0\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n']) {
    using connection = await RawConnection.open(room.server.port)
    await connection.write(head)
    expect((await connection.answer())?.text).not.toContain('<html>')
  }
})

it('a head that is too large is refused', async () => {
  const answer = await visit(room.server, site, '/', { headers: { 'x-large': 'x'.repeat(9000) } })
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.status).toBeLessThan(500)
})

/** What may stand in a path as it is; all else is garbage already to HTTP. */
const VISIBLE = Array.from({ length: 0x7f - 0x21 }, (_, at) => String.fromCharCode(0x21 + at))

it('whatever is asked, the answer is one of S3', { timeout: 60_000 }, async () => {
  const bucket = await siteOf(room, INDEX, ERROR)
  for (const key of ['index.html', 'a/index.html', 'error.html']) await room.put(bucket, key)
  const byte = fc.integer({ min: 0, max: 255 }).map((code) => `%${code.toString(16).padStart(2, '0')}`)
  const piece = fc.oneof(
    fc.constantFrom('/', '//', 'a', '.', '..', '?', '&', '%', '%0d%0a', '%2f', 'index.html', '#'),
    byte,
    fc.string({
      unit: fc.constantFrom(...VISIBLE),
      maxLength: 5,
    }),
  )
  const path = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`)
  const headers = fc.record(
    {
      range: fc.constantFrom('bytes=0-0', 'bytes=9-', 'bytes=-0', 'lines=1'),
      'if-none-match': fc.constantFrom('*', '""', '"x", W/"y"'),
      'if-modified-since': fc.constantFrom('yesterday', new Date(0).toUTCString()),
      origin: fc.constantFrom('null', 'https://a.example', '*'),
    },
    { requiredKeys: [] },
  )
  const method = fc.constantFrom('GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE')
  await fc.assert(
    fc.asyncProperty(method, path, headers, async (asked, target, sent) => {
      const answer = await visit(room.server, bucket, target, { method: asked, headers: { ...sent } })
      expect([200, 206, 302, 304, 400, 403, 404, 405, 416]).toContain(answer.status)
      expect(answer.headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/)
      expect(answer.headers.location ?? '/a/').toMatch(/^\/(?![/\\])[\x21-\x7e]*\/$/)
    }),
    { numRuns: 300 },
  )
})
