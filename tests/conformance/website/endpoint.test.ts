import { beforeAll, describe, expect, it } from 'vitest'
import { rawRequest } from '../../support/raw-request.ts'
import { AccessRoom, owner } from '../access/access-room.ts'
import { bucketWith, corsAnswer, corsXml, VARY } from '../cors/cors-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { ERROR, expectErrorPage, hostOf, INDEX, letList, siteOf, visit } from './website-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open({
    domains: ['s3.example.com'],
    websites: { 'www.example.org': 'named-site' },
  })
  return () => room[Symbol.asyncDispose]()
})

describe('the host', () => {
  it.each([
    'BUCKET.s3-website-us-east-1.localhost',
    'BUCKET.s3-website.us-east-1.localhost',
    'BUCKET.s3-website.localhost',
    'BUCKET.s3-website.localhost:9000',
    'BUCKET.S3-Website.LocalHost:80',
    'BUCKET.s3-website.localhost.:9000',
    'BUCKET.s3-website-us-east-1.s3.example.com',
    'BUCKET.s3-website.us-east-1.s3.example.com',
    'BUCKET.s3-website.s3.example.com',
  ])('%s is a website', async (pattern) => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'index.html')
    const answer = await visit(room.server, bucket, '/', {
      headers: { host: pattern.replace('BUCKET', bucket) },
    })
    expect([answer.status, answer.text]).toEqual([200, `${bucket}/index.html`])
  })

  it('may be one of its own', async () => {
    await room.must('owner', 'PUT', 'named-site')
    await room.set('named-site', 'website', `<WebsiteConfiguration>${INDEX}</WebsiteConfiguration>`)
    await letList(room, 'named-site')
    await room.put('named-site', 'index.html')
    for (const host of ['www.example.org', 'WWW.example.org:9000']) {
      expect((await visit(room.server, '', '/', { headers: { host } })).text).toBe('named-site/index.html')
    }
  })

  it.each(['BUCKET.s3-website-eu-west-1.localhost', 'BUCKET.s3-website.eu-west-1.s3.example.com'])(
    'of another region, %s, is refused',
    async (pattern) => {
      const bucket = await siteOf(room, INDEX)
      const answer = await visit(room.server, bucket, '/', {
        headers: { host: pattern.replace('BUCKET', bucket) },
      })
      expectErrorPage(answer, '400 Bad Request', 'IncorrectEndpoint')
    },
  )

  it.each([
    's3-website-us-east-1.localhost',
    's3-website.localhost',
    'no-such-bucket.s3-website.localhost',
    'x.s3-website.localhost',
  ])('without a bucket, %s, is none', async (host) => {
    const answer = await visit(room.server, '', '/', { headers: { host } })
    expectErrorPage(answer, '404 Not Found', 'NoSuchBucket')
  })

  it.each([
    'bucket.s3-website-us-east-1.example.com',
    'bucket.s3-website.localhost.example.com',
    'bucket.xs3-website.localhost',
    'bucket.s3-websites.localhost',
  ])('of anything else, %s, is that of S3', async (host) => {
    expectError(await visit(room.server, '', '/no-such-bucket/', { headers: { host } }), 404, 'NoSuchBucket')
  })

  it.each(['/-/live', '/-/metrics', '/-/explain'])('leaves %s to the key', async (path) => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, path.slice(1))
    expect((await visit(room.server, bucket, path)).text).toBe(bucket + path)
  })
})

describe('a page', () => {
  it('comes with all that was said of the object', async () => {
    const bucket = await siteOf(room, INDEX)
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'max-age=60',
      'content-disposition': 'inline',
      'content-encoding': 'identity',
      'content-language': 'cs',
      'x-amz-meta-colour': 'green',
    }
    const { etag } = (await room.put(bucket, 'page', headers)).headers
    for (const method of ['GET', 'HEAD']) {
      const answer = await visit(room.server, bucket, '/page', { method })
      expect([answer.status, answer.text]).toEqual([200, method === 'GET' ? `${bucket}/page` : ''])
      expect(answer.headers).toMatchObject({
        ...headers,
        etag,
        'content-length': String(`${bucket}/page`.length),
      })
      expect(answer.headers).toHaveProperty('last-modified')
      expect(answer.headers).toHaveProperty('x-amz-request-id')
      expect(answer.headers).not.toHaveProperty('x-amz-error-code')
    }
  })

  it.each([
    ['/', 'index.html'],
    ['/?a=b', 'index.html'],
    ['/folder/', 'folder/index.html'],
    ['/a/b/', 'a/b/index.html'],
    ['//', '/index.html'],
    ['/index.html', 'index.html'],
    ['/%C5%BE%20x', 'ž x'],
    ['/a+b', 'a b'],
    ['/a%2Bb', 'a+b'],
    ['/../x', '../x'],
    ['/page?versionId=garbage&acl&response-content-type=text/x&X-Amz-Signature=0', 'page'],
  ])('of the path %j is %s', async (path, key) => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, key)
    const answer = await visit(room.server, bucket, path)
    expect([answer.status, answer.text]).toEqual([200, `${bucket}/${key}`])
  })

  it('is there in a part, and only if wanted', async () => {
    const bucket = await siteOf(room, INDEX)
    const { etag = '' } = (await room.put(bucket, 'index.html')).headers
    const ask = (headers: Record<string, string>) => visit(room.server, bucket, '/', { headers })
    const part = await ask({ range: 'bytes=0-5' })
    expect([part.status, part.text, part.headers['content-range']]).toEqual([
      206,
      bucket.slice(0, 6),
      `bytes 0-5/${`${bucket}/index.html`.length}`,
    ])
    const same = await ask({ 'if-none-match': etag })
    expect([same.status, same.text, same.headers.etag]).toEqual([304, '', etag])
    const { 'last-modified': modified = '' } = same.headers
    expect((await ask({ 'if-modified-since': modified })).status).toBe(304)
    expectErrorPage(await ask({ 'if-match': '"other"' }), '412 Precondition Failed', 'PreconditionFailed')
    expectErrorPage(await ask({ range: 'bytes=1000-' }), '416 Range Not Satisfiable', 'InvalidRange')
    expect((await ask({ range: 'bytes=0-5', 'if-range': '"other"' })).status).toBe(200)
  })

  it('is never that of a folder where the suffix is part of a name', async () => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'folderindex.html')
    expectErrorPage(await visit(room.server, bucket, '/folder'), '403 Forbidden', 'AccessDenied')
  })

  it('is streamed, whatever its size', async () => {
    const bucket = await siteOf(room, INDEX)
    const body = Buffer.alloc(3_000_000, 'page ')
    await room.must('owner', 'PUT', bucket, 'large', { body })
    expect((await visit(room.server, bucket, '/large')).body.equals(body)).toBe(true)
  })
})

describe('a folder without its slash', () => {
  it.each([
    ['/photos', 'photos/index.html', '/photos/'],
    ['/a/b%20c', 'a/b c/index.html', '/a/b%20c/'],
    ['/photos?a=b', 'photos/index.html', '/photos/'],
  ])('%s is sent to %s', async (path, key, location) => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, key)
    const answer = await visit(room.server, bucket, path)
    expect(answer.headers.location).toBe(location)
    expect(expectErrorPage(answer, '302 Found', 'Found')['Message']).toBe('Resource Found')
    const head = await visit(room.server, bucket, path, { method: 'HEAD' })
    expect([head.status, head.headers.location, head.text]).toEqual([302, location, ''])
  })

  it('is an object where there is one', async () => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'photos')
    await room.put(bucket, 'photos/index.html')
    expect((await visit(room.server, bucket, '/photos')).text).toBe(`${bucket}/photos`)
  })

  it('is nothing without an index document that the visitor may read', async () => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'photos/cat.jpg')
    expect((await visit(room.server, bucket, '/photos')).status).toBe(403)
    await room.put(bucket, 'photos/index.html')
    expect((await visit(room.server, bucket, '/photos')).status).toBe(302)
    await room.policy(bucket, { Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/photos` })
    expect((await visit(room.server, bucket, '/photos')).status).toBe(403)
  })

  it('is found too where ACLs say who may read', async () => {
    const bucket = await room.bucket()
    await room.set(bucket, 'website', `<WebsiteConfiguration>${INDEX}</WebsiteConfiguration>`)
    await room.put(bucket, 'photos/index.html', { 'x-amz-acl': 'public-read' })
    expect((await visit(room.server, bucket, '/photos')).status).toBe(302)
    await room.put(bucket, 'photos')
    expect((await visit(room.server, bucket, '/photos')).status).toBe(403)
  })
})

describe('who asks', () => {
  it('is nobody, also who signs', async () => {
    const bucket = await room.bucket()
    await room.set(bucket, 'website', `<WebsiteConfiguration>${INDEX}</WebsiteConfiguration>`)
    await room.put(bucket, 'index.html')
    const headers = { host: hostOf(room.server, bucket) }
    expectSuccess(await room.ask('owner', 'GET', bucket, 'index.html'))
    for (const parts of [{}, { presigned: { expiresSeconds: 60 } }]) {
      const answer = await rawRequest(room.server, { path: '/', headers, ...parts })
      expectErrorPage(answer, '403 Forbidden', 'AccessDenied')
    }
  })

  it('need not say who owns the bucket, nor pay, nor bring a key', async () => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'index.html')
    const headers = {
      authorization: 'Basic garbage',
      'x-amz-expected-bucket-owner': `9${owner.id.slice(1)}`,
      'x-amz-request-payer': 'nobody',
      'x-amz-server-side-encryption-customer-algorithm': 'AES256',
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-checksum-mode': 'garbage',
      'x-amz-target': 'TrentService.ListKeys',
    }
    expect((await visit(room.server, bucket, '/', { headers })).status).toBe(200)
  })

  it('is let in by a policy on where the page is linked', async () => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'index.html')
    const Condition = { StringLike: { 'aws:Referer': 'https://friend.example/*' } }
    await room.policy(bucket, { Action: 's3:GetObject', Condition })
    expect((await visit(room.server, bucket, '/')).status).toBe(403)
    const headers = { referer: 'https://friend.example/page' }
    expect((await visit(room.server, bucket, '/', { headers })).status).toBe(200)
  })

  it('is kept out by the public access block, and by a denial', async () => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'index.html')
    const [Effect, Resource] = ['Deny', `arn:aws:s3:::${bucket}/secret/*`]
    await room.policy(bucket, { Action: 's3:GetObject' }, { Effect, Action: 's3:GetObject', Resource })
    await room.put(bucket, 'secret/index.html')
    expect((await visit(room.server, bucket, '/secret/')).status).toBe(403)
    expect((await visit(room.server, bucket, '/secret')).status).toBe(403)
    await room.block(bucket, 'RestrictPublicBuckets')
    expectErrorPage(await visit(room.server, bucket, '/'), '403 Forbidden', 'AccessDenied')
  })

  it('gets nothing where the requester pays', async () => {
    const bucket = await siteOf(room, INDEX, ERROR)
    for (const key of ['index.html', 'error.html']) await room.put(bucket, key)
    await room.must('owner', 'PUT', bucket, undefined, {
      query: 'requestPayment=',
      body: '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>',
    })
    const headers = { 'x-amz-request-payer': 'requester' }
    for (const path of ['/', '/absent']) {
      const answer = await visit(room.server, bucket, path, { headers })
      expectErrorPage(answer, '403 Forbidden', 'AccessDenied')
    }
  })
})

describe('the method', () => {
  it.each(['PUT', 'POST', 'DELETE', 'PATCH'])('%s is not allowed', async (method) => {
    const bucket = await siteOf(room, INDEX, ERROR)
    await room.put(bucket, 'index.html')
    await room.put(bucket, 'error.html')
    for (const anonymous of [true, false]) {
      const answer = await visit(room.server, bucket, '/index.html', { method, anonymous, body: 'x' })
      const facts = expectErrorPage(answer, '405 Method Not Allowed', 'MethodNotAllowed')
      expect([facts['Method'], facts['ResourceType'], answer.headers.allow]).toEqual([
        method,
        'OBJECT',
        'GET, HEAD, OPTIONS',
      ])
    }
    expect((await visit(room.server, bucket, '/')).text).toBe(`${bucket}/index.html`)
  })
})

describe('a page of another origin', () => {
  const origin = 'https://a.example'
  const asked = { origin, 'access-control-request-method': 'GET' }

  it('may ask, and read what the rules of the bucket allow', async () => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'index.html')
    await room.set(bucket, 'cors', corsXml({ AllowedOrigin: [origin] }))
    const allowed = {
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET',
      vary: VARY,
    }
    const preflight = await visit(room.server, bucket, '/x', { method: 'OPTIONS', headers: asked })
    expect([preflight.status, corsAnswer(preflight)]).toEqual([200, allowed])
    for (const path of ['/', '/absent']) {
      expect(corsAnswer(await visit(room.server, bucket, path, { headers: { origin } }))).toEqual(allowed)
    }
  })

  it('is told on a page what is not allowed', async () => {
    const bucket = await bucketWith(room, { AllowedOrigin: ['https://b.example'] })
    const answer = await visit(room.server, bucket, '/x', { method: 'OPTIONS', headers: asked })
    expectErrorPage(answer, '403 Forbidden', 'AccessForbidden')
    expect(corsAnswer(await visit(room.server, bucket, '/', { headers: { origin } }))).toEqual({})
  })
})

it('is named in the metrics', async () => {
  const bucket = await siteOf(room, INDEX)
  await visit(room.server, bucket, '/')
  await visit(room.server, bucket, '/', { method: 'HEAD' })
  await visit(room.server, bucket, '/', { method: 'PUT' })
  const { text } = await rawRequest(room.server, { path: '/-/metrics', anonymous: true })
  for (const name of ['WebsiteGetObject', 'WebsiteHeadObject', 'WebsiteOtherObject']) {
    expect(text).toContain(`holdfast_requests_total{operation="${name}"`)
  }
})

it('leaves the endpoint of S3 as it is', async () => {
  const bucket = await siteOf(room, INDEX, ERROR)
  await room.put(bucket, 'index.html')
  await room.put(bucket, 'moved', { 'x-amz-website-redirect-location': '/elsewhere' })
  const moved = await room.must('anonymous', 'GET', bucket, 'moved')
  expect([moved.status, moved.text, moved.headers['x-amz-website-redirect-location']]).toEqual([
    200,
    `${bucket}/moved`,
    '/elsewhere',
  ])
  expectError(await room.ask('anonymous', 'GET', bucket, 'absent'), 403, 'AccessDenied')
  const hosted = { host: `${bucket}.s3.example.com` }
  const listed = await visit(room.server, bucket, '/', { headers: hosted, anonymous: false })
  expect(listed.text).toContain('<ListBucketResult')
})
