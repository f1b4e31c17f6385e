import { hash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { AccessRoom, VERSIONED } from '../access/access-room.ts'
import { ERROR, expectErrorPage, expectRedirection, INDEX, letList, siteOf, visit } from './website-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describe('what is missing', () => {
  it('is 404 for who may list the bucket', async () => {
    const bucket = await siteOf(room, INDEX)
    await letList(room, bucket)
    const answer = await visit(room.server, bucket, '/a/absent.html')
    const facts = expectErrorPage(answer, '404 Not Found', 'NoSuchKey')
    expect([facts['Message'], facts['Key'], answer.headers['x-amz-error-detail-key']]).toEqual([
      'The specified key does not exist.',
      'a/absent.html',
      'a/absent.html',
    ])
    expect(expectErrorPage(await visit(room.server, bucket, '/'), '404 Not Found', 'NoSuchKey')['Key']).toBe(
      'index.html',
    )
  })

  it('is 403 for everybody else, as is what may not be read', async () => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'secret')
    await room.policy(bucket, { Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/public/*` })
    const pages = await Promise.all(
      ['/secret', '/absent', '/public/absent'].map((path) => visit(room.server, bucket, path)),
    )
    for (const page of pages) {
      const facts = expectErrorPage(page, '403 Forbidden', 'AccessDenied')
      expect(Object.keys(facts)).toEqual(['Code', 'Message', 'RequestId', 'HostId'])
      expect(facts['Message']).toBe('Access Denied')
    }
  })

  it('has no page for HEAD, but headers', async () => {
    const bucket = await siteOf(room, INDEX)
    await letList(room, bucket)
    const answer = await visit(room.server, bucket, '/absent', { method: 'HEAD' })
    expect([answer.status, answer.text, answer.headers['x-amz-error-code']]).toEqual([404, '', 'NoSuchKey'])
    expect(answer.headers['x-amz-error-message']).toBe('The specified key does not exist.')
  })

  it('is a bucket, or that it is a website', async () => {
    const none = expectErrorPage(
      await visit(room.server, 'no-such-bucket', '/'),
      '404 Not Found',
      'NoSuchBucket',
    )
    expect([none['Message'], none['BucketName']]).toEqual([
      'The specified bucket does not exist',
      'no-such-bucket',
    ])
    const bucket = await room.bucket()
    await room.put(bucket, 'index.html')
    const answer = await visit(room.server, bucket, '/index.html')
    const facts = expectErrorPage(answer, '404 Not Found', 'NoSuchWebsiteConfiguration')
    expect([facts['Message'], facts['BucketName']]).toEqual([
      'The specified bucket does not have a website configuration',
      bucket,
    ])
  })

  it('is what was deleted', async () => {
    const bucket = await siteOf(room, INDEX)
    await letList(room, bucket)
    await room.set(bucket, 'versioning', VERSIONED)
    await room.put(bucket, 'page')
    await room.must('owner', 'DELETE', bucket, 'page')
    expectErrorPage(await visit(room.server, bucket, '/page'), '404 Not Found', 'NoSuchKey')
  })
})

describe('the error document', () => {
  it('is shown with the status of the error', async () => {
    const bucket = await siteOf(room, INDEX, ERROR)
    await letList(room, bucket)
    const { etag } = (await room.put(bucket, 'error.html', { 'content-type': 'text/html' })).headers
    for (const method of ['GET', 'HEAD']) {
      const answer = await visit(room.server, bucket, '/absent', { method })
      expect([answer.status, answer.text]).toEqual([404, method === 'GET' ? `${bucket}/error.html` : ''])
      expect(answer.headers).toMatchObject({
        etag,
        'content-type': 'text/html',
        'content-length': String(`${bucket}/error.html`.length),
        'x-amz-error-code': 'NoSuchKey',
        'x-amz-error-message': 'The specified key does not exist.',
        'x-amz-error-detail-key': 'absent',
      })
    }
  })

  it('is itself a page like any other', async () => {
    const bucket = await siteOf(room, INDEX, ERROR)
    await room.put(bucket, 'error.html')
    const answer = await visit(room.server, bucket, '/error.html')
    expect([answer.status, answer.headers['x-amz-error-code']]).toEqual([200, undefined])
  })

  it.each([
    ['403', '/absent', {}],
    ['412', '/page', { 'if-match': '"other"' }],
    ['416', '/page', { range: 'bytes=1000-' }],
    ['400', `/${'x'.repeat(1025)}`, {}],
  ])('is for %s, whatever conditions the request had', async (status, path, headers) => {
    const bucket = await siteOf(room, INDEX, ERROR)
    for (const key of ['page', 'error.html']) await room.put(bucket, key)
    const answer = await visit(room.server, bucket, path, { headers })
    expect([answer.status, answer.text]).toEqual([Number(status), `${bucket}/error.html`])
    // Of the page that was asked for, as RFC 9110, section 15.5.17, has it.
    const size = `${bucket}/page`.length
    expect(answer.headers['content-range']).toBe(status === '416' ? `bytes */${size}` : undefined)
  })

  it('is not for what is no error', async () => {
    const bucket = await siteOf(room, INDEX, ERROR)
    await room.put(bucket, 'error.html')
    const { etag = '' } = (await room.put(bucket, 'page')).headers
    const answer = await visit(room.server, bucket, '/page', { headers: { 'if-none-match': etag } })
    expect([answer.status, answer.headers['x-amz-error-code']]).toEqual([304, undefined])
  })

  it('that is missing is said so', async () => {
    const bucket = await siteOf(room, INDEX, ERROR)
    const denied = expectErrorPage(
      await visit(room.server, bucket, '/absent'),
      '403 Forbidden',
      'AccessDenied',
    )
    expect([denied['document Code'], denied['document Message']]).toEqual(['AccessDenied', 'Access Denied'])
    await letList(room, bucket)
    const answer = await visit(room.server, bucket, '/absent')
    expect(answer.text).toContain(
      '\n</ul>\n<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n<li>Code: NoSuchKey</li>\n',
    )
    const facts = expectErrorPage(answer, '404 Not Found', 'NoSuchKey')
    expect([facts['Key'], facts['document Key'], facts['document RequestId']]).toEqual([
      'absent',
      'error.html',
      undefined,
    ])
  })

  it('may be a redirection', async () => {
    const bucket = await siteOf(room, INDEX, ERROR)
    await room.put(bucket, 'error.html', { 'x-amz-website-redirect-location': '/sorry' })
    expectRedirection(await visit(room.server, bucket, '/absent'), 301, '/sorry')
  })
})

describe('what nobody can read', () => {
  it.each(['GET', 'HEAD'])('is archived: %s', async (method) => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'page', { 'x-amz-storage-class': 'GLACIER' })
    const answer = await visit(room.server, bucket, '/page', { method })
    expect([answer.status, answer.headers['x-amz-error-code']]).toEqual([403, 'InvalidObjectState'])
  })

  it.each(['GET', 'HEAD'])('is encrypted with a key of the key service: %s', async (method) => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'page', { 'x-amz-server-side-encryption': 'aws:kms' })
    const answer = await visit(room.server, bucket, '/page', { method })
    expect([answer.status, answer.headers['x-amz-error-code']]).toEqual([400, 'InvalidArgument'])
    expect(answer.headers['x-amz-error-message']).toContain('require AWS Signature Version 4')
  })

  it.each(['GET', 'HEAD'])('is encrypted with a key of the client: %s', async (method) => {
    const bucket = await siteOf(room, INDEX)
    const name = 'x-amz-server-side-encryption-customer'
    const key = Buffer.alloc(32, 1)
    await room.put(bucket, 'page', {
      [`${name}-algorithm`]: 'AES256',
      [`${name}-key`]: key.toString('base64'),
      [`${name}-key-md5`]: hash('md5', key, 'base64'),
    })
    const answer = await visit(room.server, bucket, '/page', { method })
    expect([answer.status, answer.headers['x-amz-error-code']]).toEqual([400, 'InvalidRequest'])
  })
})
