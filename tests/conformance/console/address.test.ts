import { hash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { presignedUrl, rawRequest } from '../../support/raw-request.ts'
import { CONSOLE_FILES, type ConsoleServer, startConsoleServer } from '../../support/console-server.ts'

const SCRIPT = '<script>steal()</script>'

let both: ConsoleServer
beforeAll(async () => {
  both = await startConsoleServer({ newBuckets: { blockPublicAccess: false } })
  await rawRequest(both.server, { method: 'PUT', path: '/open' })
  const headers = { 'content-type': 'text/html' }
  await rawRequest(both.server, { method: 'PUT', path: '/open/page.html', headers, body: SCRIPT })
  await rawRequest(both.server, { method: 'PUT', path: '/open/index.html', headers, body: SCRIPT })
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::open/*' }],
  }
  await rawRequest(both.server, {
    method: 'PUT',
    path: '/open',
    query: 'policy=',
    body: JSON.stringify(policy),
  })
  return () => both[Symbol.asyncDispose]()
})

const HOST_OF = (name: string): Record<string, string> => ({
  host: `${name}:${new URL(both.console.url).port}`,
})

describe('the files of the console', () => {
  it('lead from the root to the page, which nothing may frame and no inline script runs in', async () => {
    const root = await rawRequest(both.console, { path: '/', anonymous: true })
    expect(root).toMatchObject({ status: 302, headers: { location: '/-/console/' } })
    const page = await rawRequest(both.console, { path: '/-/console/', anonymous: true })
    expect(page.text).toBe(CONSOLE_FILES['index.html'])
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    const policy = page.headers['content-security-policy'] ?? ''
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types xml")
    // Media alone come from elsewhere: from S3 itself.
    expect(policy).toContain(`media-src 'self' blob: ${both.server.url};`)
    expect(String(policy).split(both.server.url)).toHaveLength(2)
    expect(policy).not.toMatch(/unsafe|\*/)
  })

  it('are kept for ever where their names tell their content, and asked for anew elsewhere', async () => {
    const script = await rawRequest(both.console, { path: '/-/console/assets/app-1a2b.js', anonymous: true })
    expect(script).toMatchObject({ status: 200, text: 'start()' })
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    })
    const worker = await rawRequest(both.console, { path: '/-/console/worker.js', anonymous: true })
    const headers = { 'if-none-match': worker.headers.etag ?? '' }
    const again = await rawRequest(both.console, { path: '/-/console/worker.js', anonymous: true, headers })
    expect(again).toMatchObject({ status: 304, text: '' })
  })

  it.each([
    ['gzip, deflate, br', 'br', 'as brotli'],
    ['gzip', 'gzip', 'as gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip', 'as gzip'],
    ['identity', undefined, CONSOLE_FILES['index.html']],
  ])('come in the best coding of: %s', async (accepted, coding, text) => {
    const headers = { 'accept-encoding': accepted }
    const answer = await rawRequest(both.console, { path: '/-/console/', anonymous: true, headers })
    expect(answer).toMatchObject({ status: 200, text })
    expect(answer.headers['content-encoding']).toBe(coding)
    expect(answer.headers.vary).toBe('Accept-Encoding')
  })

  it('answer the page to its own views, and 404 to files that are none', async () => {
    const view = await rawRequest(both.console, { path: '/-/console/buckets/open', anonymous: true })
    expect(view.text).toBe(CONSOLE_FILES['index.html'])
    const none = await rawRequest(both.console, { path: '/-/console/assets/gone.js', anonymous: true })
    expect(none.status).toBe(404)
  })

  it.each([
    '/-/console/../../../etc/passwd',
    '/-/console/assets/../../secret.txt',
    '/-/console/%2e%2e/secret.txt',
    '/-/console//etc/passwd',
    '/-/console/.env',
    '/-/console/assets\\..\\secret.txt',
    '/-/console/assets',
  ])('lead out of their folder by no path: %s', async (path) => {
    const answer = await rawRequest(both.console, { path, anonymous: true })
    const isIndex = answer.status === 200 && answer.text === CONSOLE_FILES['index.html']
    expect(isIndex || answer.status === 404).toBe(true)
  })

  it('take nothing', async () => {
    const answer = await rawRequest(both.console, {
      method: 'PUT',
      path: '/-/console/index.html',
      body: SCRIPT,
    })
    expect(answer.status).toBe(405)
  })

  it('say what to run where they are not built', async () => {
    await using bare = await startConsoleServer({}, {})
    const answer = await rawRequest(bare.console, { path: '/-/console/', anonymous: true })
    expect(answer.status).toBe(503)
    expect(answer.text).toContain('npm run build')
  })

  it('tell the page the region and how to sign in', async () => {
    const answer = await rawRequest(both.console, { path: '/-/console/settings.json', anonymous: true })
    expect(JSON.parse(answer.text)).toMatchObject({
      region: 'us-east-1',
      s3Url: both.server.url,
      signIn: { password: true, providers: [] },
    })
  })
})

describe("the APIs at the console's address", () => {
  it('answer who signs in the header, with nothing that a browser would open as a page', async () => {
    const answer = await rawRequest(both.console, { path: '/open/page.html' })
    expect(answer).toMatchObject({ status: 200, text: SCRIPT })
    expect(answer.headers).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    const buckets = await rawRequest(both.console, { path: '/' })
    expect(buckets.text).toContain('<Name>open</Name>')
  })

  it('stream bodies in, too', async () => {
    const body = Buffer.alloc(300_000, 7)
    const put = await rawRequest(both.console, { method: 'PUT', path: '/open/large', body })
    expect(put.status).toBe(200)
    const got = await rawRequest(both.server, { path: '/open/large' })
    expect(got.body.equals(body)).toBe(true)
  })

  it('answer IAM, STS and KMS', async () => {
    const call = (service: string, body: string, headers: Record<string, string>) =>
      rawRequest(both.console, { method: 'POST', path: '/', body, service, headers })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const users = await call('iam', 'Action=ListUsers&Version=2010-05-08', form)
    expect(users.text).toContain('<ListUsersResponse')
    const caller = await call('sts', 'Action=GetCallerIdentity&Version=2011-06-15', form)
    expect(caller.text).toContain('100000000001')
    const keys = await call('kms', '{}', {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.ListKeys',
    })
    expect(keys.status).toBe(200)
  })

  it('never serve a public page of somebody else', async () => {
    const open = await rawRequest(both.server, { path: '/open/page.html', anonymous: true })
    expect(open.status).toBe(200)
    const answer = await rawRequest(both.console, { path: '/open/page.html', anonymous: true })
    expect(answer).toMatchObject({ status: 403, errorCode: 'AccessDenied' })
  })

  it('never serve what a link has signed', async () => {
    const { pathname, search } = new URL(presignedUrl(both.console, { path: '/open/page.html' }))
    const request = { path: pathname, query: search.slice(1), anonymous: true }
    expect(await rawRequest(both.console, request)).toMatchObject({ status: 403, errorCode: 'AccessDenied' })
    const authorization = 'AWS4-HMAC-SHA256 Credential=x'
    const both2 = await rawRequest(both.console, { ...request, headers: { authorization } })
    expect(both2).toMatchObject({ status: 400, errorCode: 'InvalidArgument' })
  })

  it('never serve a website, whatever the host says', async () => {
    const website = { method: 'PUT', path: '/open', query: 'website=' }
    const body =
      '<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>'
    expect((await rawRequest(both.server, { ...website, body })).status).toBe(200)
    const headers = HOST_OF('open.s3-website-us-east-1.localhost')
    const page = await rawRequest(both.server, { path: '/page.html', anonymous: true, headers })
    expect(page).toMatchObject({ status: 200, text: SCRIPT })
    const answer = await rawRequest(both.console, { path: '/page.html', anonymous: true, headers })
    expect(answer.status).toBe(403)
    const root = await rawRequest(both.console, { path: '/', anonymous: true, headers })
    expect(root).toMatchObject({ status: 302, text: '' })
  })

  it('refuse Signature Version 2, forms and what nobody signed', async () => {
    const two = await rawRequest(both.console, { path: '/open/page.html', versionTwo: true })
    expect(two.status).toBe(403)
    const headers = { 'content-type': 'multipart/form-data; boundary=B' }
    const form = { method: 'POST', path: '/open', headers, body: '--B--' }
    expect((await rawRequest(both.console, form)).status).toBe(403)
    const unsigned = {
      method: 'POST',
      path: '/',
      body: 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15',
    }
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const sts = await rawRequest(both.console, { ...unsigned, headers: type, anonymous: true })
    expect(sts.status).toBe(403)
    const forged = { ...type, authorization: 'AWS4-HMAC-SHA256 x' }
    const claimed = await rawRequest(both.console, { ...unsigned, headers: forged, anonymous: true })
    expect(claimed.status).toBeGreaterThanOrEqual(400)
    expect(claimed.text).not.toContain('AssumeRoleWithWebIdentityResult')
  })

  it('let no page of another origin in', async () => {
    const cors =
      '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>'
    const md5 = { 'content-md5': hash('md5', cors, 'base64') }
    const put = { method: 'PUT', path: '/open', query: 'cors=', headers: md5, body: cors }
    expect((await rawRequest(both.server, put)).status).toBe(200)
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'GET' }
    const allowed = await rawRequest(both.server, { path: '/open/page.html', headers })
    expect(allowed.headers['access-control-allow-origin']).toBe('*')
    const answer = await rawRequest(both.console, { path: '/open/page.html', headers })
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    const preflight = await rawRequest(both.console, {
      method: 'OPTIONS',
      path: '/open/page.html',
      headers,
      anonymous: true,
    })
    expect(preflight.status).toBe(403)
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('tell strangers neither health nor metrics', async () => {
    for (const path of ['/-/ready', '/-/metrics'])
      expect((await rawRequest(both.console, { path, anonymous: true })).status).toBe(403)
  })
})

describe('the host of a request to the console', () => {
  it.each(['127.0.0.1', 'localhost', 'console.localhost', '[::1]', '192.0.2.7'])(
    'may be what nobody can make lead elsewhere: %s',
    async (name) => {
      const answer = await rawRequest(both.console, {
        path: '/-/console/',
        anonymous: true,
        headers: HOST_OF(name),
      })
      expect(answer.status).toBe(200)
    },
  )

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example'])(
    'is no name of somebody else: %s',
    async (name) => {
      for (const path of ['/-/console/', '/', '/open/page.html']) {
        const answer = await rawRequest(both.console, { path, headers: HOST_OF(name) })
        expect(answer.status).toBe(421)
      }
    },
  )

  it('may be that of console.url', async () => {
    await using named = await startConsoleServer({ console: { url: 'https://console.example.com' } })
    const headers = { host: 'console.example.com' }
    const answer = await rawRequest(named.console, { path: '/-/console/', anonymous: true, headers })
    expect(answer.status).toBe(200)
  })
})

describe("a browser at S3's address", () => {
  const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

  it('is sent to the console', async () => {
    const answer = await rawRequest(both.server, { path: '/', anonymous: true, headers })
    expect(answer).toMatchObject({ status: 302, headers: { location: `${both.console.url}/-/console/` } })
  })

  it('is sent to the address that the world knows', async () => {
    await using named = await startConsoleServer({ console: { url: 'https://console.example.com/' } })
    const answer = await rawRequest(named.server, { path: '/', anonymous: true, headers })
    expect(answer.headers.location).toBe('https://console.example.com/-/console/')
  })

  it('is in the way of no client', async () => {
    const signed = await rawRequest(both.server, { path: '/', headers })
    expect(signed.text).toContain('<ListAllMyBucketsResult')
    const noPage = await rawRequest(both.server, { path: '/', anonymous: true, headers: { accept: '*/*' } })
    expect(noPage).toMatchObject({ status: 403, errorCode: 'AccessDenied' })
    const object = await rawRequest(both.server, { path: '/open/page.html', anonymous: true, headers })
    expect(object.text).toBe(SCRIPT)
    const presigned = new URL(presignedUrl(both.server, { path: '/' }))
    const listed = { path: '/', query: presigned.search.slice(1), anonymous: true, headers }
    expect((await rawRequest(both.server, listed)).text).toContain('<ListAllMyBucketsResult')
  })

  it('is sent nowhere by a server without a console', async () => {
    await using bare = await startConsoleServer({ console: { enabled: false } })
    expect(bare.server.consoleUrl).toBeUndefined()
    const answer = await rawRequest(bare.server, { path: '/', anonymous: true, headers })
    expect(answer.status).toBe(403)
  })
})
