import { hash } from 'node:crypto'
import { MovableClock, type TestServer } from 'holdfast'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mainCredentials, otherCredentials } from '../../support/accounts.ts'
import { createBucket, putObject } from '../../support/buckets.ts'
import { formContentType, type FormPart, postForm } from '../../support/post-form.ts'
import { type RawAnswer, type RawRequest, rawRequest } from '../../support/raw-request.ts'
import { RawConnection } from '../../support/raw-connection.ts'
import { startTestServer } from '../../support/server.ts'
import { presignQueryTwo, signHeadersTwo, signTwo, stringToSignTwo } from '../../support/signature-v2.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

const start = new Date('2026-03-01T12:00:00Z')
const minutes = (count: number): Date => new Date(start.getTime() + count * 60_000)
const bucket = 'the-bucket'
const path = `/${bucket}/key`
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ clock: new MovableClock(new Date()), domains: ['s3.example'] })
  await createBucket(server, bucket)
  await putObject(server, bucket, 'key', 'x')
  return () => server[Symbol.asyncDispose]()
})
beforeEach(() => server.clock.set(start))

type Parts = Partial<RawRequest>
const ask = (request: Parts = {}): Promise<RawAnswer> =>
  rawRequest(server, { path, date: start, versionTwo: true, ...request })
const presigned = (request: Parts = {}): Promise<RawAnswer> =>
  ask({ presigned: { expiresSeconds: 60 }, ...request })
/** Sends what was signed for something else. */
const forged = (authorization: string, request: Parts = {}): Promise<RawAnswer> => {
  const headers = { date: start.toUTCString(), authorization, ...request.headers }
  return rawRequest(server, { path, ...request, anonymous: true, headers })
}
const signature = (request: Parts = {}): string => {
  const toSign = {
    method: 'GET',
    path,
    credentials: mainCredentials,
    ...request,
    headers: request.headers ?? {},
  }
  return signHeadersTwo(toSign, start)['authorization'] ?? ''
}
const messageOf = (answer: RawAnswer, status: number, code: string): string | undefined =>
  expectError(answer, status, code)('Message')

describe('a signature of Version 2 in the header', () => {
  it('is taken for every kind of request', async () => {
    const md5 = hash('md5', 'bytes', 'base64')
    const headers = { 'content-md5': md5, 'content-type': 'text/plain', 'x-amz-meta-a': 'one  two' }
    expectSuccess(await ask({ method: 'PUT', path: `/${bucket}/put`, body: 'bytes', headers }))
    const found = await ask({ path: `/${bucket}/put` })
    expect([found.text, found.headers['x-amz-meta-a']]).toEqual(['bytes', 'one  two'])
    expectSuccess(await ask({ path: '/' }))
    expectSuccess(await ask({ path: `/${bucket}`, query: 'list-type=2&prefix=p&max-keys=1' }))
    expectSuccess(await ask({ path: `/${bucket}`, query: 'versions&prefix=p' }))
    expectSuccess(await ask({ method: 'DELETE', path: `/${bucket}/put` }), 204)
  })

  it('covers sub-resources and overrides, sorted and decoded', async () => {
    const query = 'versionId=null&response-content-type=text%2Fx%20y&response-cache-control=no%2Bstore'
    const answer = await ask({ query })
    expectSuccess(answer)
    expect(answer.headers['content-type']).toBe('text/x y')
    expect(answer.headers['cache-control']).toBe('no+store')
    expectSuccess(await ask({ query: 'acl=' }))
    for (const added of ['acl', 'legal-hold', 'tagging', 'response-content-type=text%2Fhtml', '%61cl']) {
      expectError(await forged(signature(), { query: added }), 403, 'SignatureDoesNotMatch')
    }
  })

  it('covers the method, the path as it was sent, the type and every x-amz- header', async () => {
    const authorization = signature()
    expectSuccess(await forged(authorization))
    expectError(await forged(authorization, { method: 'DELETE' }), 403, 'SignatureDoesNotMatch')
    expectError(await forged(authorization, { path: `/${bucket}/%6Bey` }), 403, 'SignatureDoesNotMatch')
    expectSuccess(await ask({ path: `/${bucket}/%6Bey` }))
    for (const [name, value] of [
      ['content-type', 'text/html'],
      ['content-md5', hash('md5', '', 'base64')],
      ['x-amz-meta-a', 'b'],
      ['x-amz-security-token', 'token'],
    ] as const) {
      const code = name === 'x-amz-security-token' ? 'InvalidToken' : 'SignatureDoesNotMatch'
      const answer = await forged(authorization, { headers: { [name]: value } })
      expectError(answer, code === 'InvalidToken' ? 400 : 403, code)
    }
  })

  it('covers headers that stand in the query, whatever their case', async () => {
    const put = { method: 'PUT', path: `/${bucket}/hoisted`, body: 'x' }
    const query = 'X-Amz-Meta-A=one%20two&x-amz-storage-class=STANDARD_IA'
    expectSuccess(await ask({ ...put, query }))
    const { headers } = await ask({ path: put.path })
    expect([headers['x-amz-meta-a'], headers['x-amz-storage-class']]).toEqual(['one two', 'STANDARD_IA'])
    const authorization = signature({ method: 'PUT', path: put.path })
    const added = await forged(authorization, { ...put, query: 'x%2Damz-meta-a=b' })
    expectError(added, 403, 'SignatureDoesNotMatch')
  })

  it('joins headers of one name', async () => {
    using connection = await RawConnection.open(server.port)
    const request = { method: 'PUT', path: `/${bucket}/folded`, credentials: mainCredentials }
    const headers = { 'x-amz-meta-list': 'one,two' }
    const { authorization, date } = signHeadersTwo({ ...request, headers }, start)
    await connection.write(
      `PUT ${request.path} HTTP/1.1\r\nHost: x\r\nDate: ${date}\r\nAuthorization: ${authorization}\r\n` +
        'X-Amz-Meta-List:  one\r\nx-amz-meta-list: two \r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    )
    expect((await connection.answer())?.status).toBe(200)
  })

  it('may have a slash behind a bucket, sent or not', async () => {
    const own = signature({ path: `/${bucket}/` })
    expectSuccess(await forged(own, { path: `/${bucket}` }))
    expectSuccess(await forged(own, { path: `/${bucket}/` }))
    const answer = await forged(signature({ path: `${path}/` }))
    expectError(answer, 403, 'SignatureDoesNotMatch')
  })

  it('names the bucket of a virtual host', async () => {
    const host = `${bucket}.s3.example`
    const sign = (hostBucket?: string): string => {
      const request = { method: 'GET', path: '/key', headers: {}, credentials: mainCredentials, hostBucket }
      return signHeadersTwo(request, start)['authorization'] ?? ''
    }
    expectSuccess(await forged(sign(bucket), { path: '/key', headers: { host } }))
    expectError(await forged(sign(), { path: '/key', headers: { host } }), 403, 'SignatureDoesNotMatch')
  })

  it('may have its time in any form of RFC 2616, in Date or x-amz-date', async () => {
    for (const date of [
      'Sun, 01 Mar 2026 12:00:00 GMT',
      'Sun, 1 Mar 2026 12:00:00 +0000',
      'Sun, 01 Mar 2026 14:00:00 +0200',
      'Sunday, 01-Mar-26 12:00:00 GMT',
      'Sun Mar  1 12:00:00 2026',
    ]) {
      expectSuccess(await ask({ headers: { date } }))
      const own = { 'x-amz-date': date, date: 'Thu, 01 Jan 1970 00:00:00 GMT' }
      expectSuccess(await ask({ headers: own }))
    }
    for (const date of ['yesterday', '1772366400', 'Sun, 32 Mar 2026 12:00:00 GMT']) {
      const message = 'AWS authentication requires a valid Date or x-amz-date header'
      expect(messageOf(await ask({ headers: { date } }), 403, 'AccessDenied')).toBe(message)
    }
  })

  it.each([-15, 15])('may be %d minutes off', async (off) => {
    expectSuccess(await ask({ date: minutes(off) }))
    const element = expectError(await ask({ date: minutes(off * 1.1) }), 403, 'RequestTimeTooSkewed')
    expect(element('RequestTime')).toBe(minutes(off * 1.1).toUTCString())
    expect(element('MaxAllowedSkewMilliseconds')).toBe('900000')
  })

  it('tells what it did not match', async () => {
    const request = { method: 'GET', path, query: 'acl', headers: {}, credentials: mainCredentials }
    const text = stringToSignTwo(request, start.toUTCString())
    const wrong = `AWS ${mainCredentials.accessKeyId}:${signTwo(otherCredentials, text)}`
    const element = expectError(await forged(wrong, { query: 'acl' }), 403, 'SignatureDoesNotMatch')
    expect(element('AWSAccessKeyId')).toBe(mainCredentials.accessKeyId)
    expect(element('StringToSign')).toBe(text)
    expect(element('SignatureProvided')).toBe(signTwo(otherCredentials, text))
    expect(element('StringToSignBytes')).toMatch(/^47 45 54 0a 0a 0a 53 75 6e/)
    expect(element('CanonicalRequest')).toBe('')
  })

  it('does not show a key that the client brings', async () => {
    const headers = { 'x-amz-server-side-encryption-customer-key': 'a-secret-key' }
    const answer = await forged(signature(), { headers })
    expectError(answer, 403, 'SignatureDoesNotMatch')
    expect(answer.text).not.toContain('a-secret-key')
    expect(answer.text).toContain('x-amz-server-side-encryption-customer-key:REDACTED')
  })

  it('needs a known key and its form', async () => {
    const credentials = { accessKeyId: 'NOSUCHACCESSKEY00001', secretAccessKey: 'secret' }
    expectError(await ask({ credentials }), 403, 'InvalidAccessKeyId')
    for (const authorization of ['AWS x', 'AWS :x', 'AWS x:']) {
      const message = 'AWS authorization header is invalid.  Expected AwsAccessKeyId:signature'
      expect(messageOf(await forged(authorization), 400, 'InvalidArgument')).toBe(message)
    }
  })

  it('holds a body to its Content-MD5 and to its declared hash', async () => {
    const put = { method: 'PUT', path: `/${bucket}/held`, body: 'x' }
    const md5 = { 'content-md5': hash('md5', 'y', 'base64') }
    expectError(await ask({ ...put, headers: md5 }), 400, 'BadDigest')
    const sha256 = { 'x-amz-content-sha256': hash('sha256', 'y') }
    expectError(await ask({ ...put, headers: sha256 }), 400, 'XAmzContentSHA256Mismatch')
    const signed = { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }
    expectError(await ask({ ...put, headers: signed }), 400, 'InvalidRequest')
    expectError(await ask({ path: put.path }), 404, 'NoSuchKey')
  })
})

describe('a presigned query of Version 2', () => {
  it('is taken until it expires, however far off that is', async () => {
    expectSuccess(await presigned())
    const years = { expiresSeconds: 10 * 365 * 24 * 3600 }
    expectSuccess(await presigned({ presigned: years }))
    expectSuccess(await presigned({ presigned: { expiresSeconds: 0 } }))
    const element = expectError(await presigned({ date: minutes(-2) }), 403, 'AccessDenied')
    expect(element('Message')).toBe('Request has expired')
    expect(element('Expires')).toBe('2026-03-01T11:59:00Z')
    expect(element('ServerTime')).toBe('2026-03-01T12:00:00Z')
  })

  it('puts, with what stands in the query', async () => {
    const put = { method: 'PUT', path: `/${bucket}/presigned`, body: 'y' }
    const query = 'x-amz-meta-a=b&x-amz-tagging=colour%3Dred'
    expectSuccess(await presigned({ ...put, query, headers: { 'content-type': 'text/x' } }))
    const { headers, text } = await presigned({ path: put.path })
    expect([text, headers['x-amz-meta-a'], headers['content-type'], headers['x-amz-tagging-count']]).toEqual([
      'y',
      'b',
      'text/x',
      '1',
    ])
  })

  it('is not changed by who uses it', async () => {
    const request = { method: 'PUT', path: `/${bucket}/changed`, headers: {}, credentials: mainCredentials }
    const query = presignQueryTwo({ ...request, query: 'x-amz-meta-a=b' }, minutes(1))
    const use = (changed: string, headers: Record<string, string> = {}): Promise<RawAnswer> =>
      rawRequest(server, { ...request, query: changed, headers, body: 'x', anonymous: true })
    for (const changed of [
      `${query}&x-amz-acl=public-read`,
      query.replace('x-amz-meta-a=b', 'x-amz-meta-a=c'),
      `${query}&tagging`,
    ]) {
      expectError(await use(changed), 403, 'SignatureDoesNotMatch')
    }
    expectError(await use(`${query}&X-Amz-Meta-A=c`), 400, 'InvalidArgument')
    expectError(await use(query, { 'x-amz-meta-a': 'c' }), 403, 'SignatureDoesNotMatch')
    expectSuccess(await use(query, { 'x-amz-meta-a': 'b' }))
    // A header counts before a parameter of its name, for the signature and for the object.
    const both = presignQueryTwo({ ...request, headers: { 'x-amz-meta-a': 'b' } }, minutes(1))
    expectSuccess(await use(`x-amz-meta-a=c&${both}`, { 'x-amz-meta-a': 'b' }))
    expect((await ask({ path: request.path })).headers['x-amz-meta-a']).toBe('b')
  })

  it('is read in one way', async () => {
    const request = { method: 'PUT', path: `/${bucket}/one`, headers: {}, credentials: mainCredentials }
    const use = (method: string, query: string): Promise<RawAnswer> =>
      rawRequest(server, { method, path: request.path, query, anonymous: true })
    const headers = presignQueryTwo({ ...request, query: 'x-amz-meta-a=b&x-amz-tagging=c%3Dd' }, minutes(1))
    const inValue = headers.replace('&x-amz-tagging=', '%0Ax-amz-tagging:')
    expectError(await use('PUT', inValue), 400, 'InvalidArgument')
    const inName = headers.replace('=b&x-amz-tagging', '%3Ab%0Ax-amz-tagging')
    expectError(await use('PUT', inName), 400, 'InvalidArgument')
    const read = { ...request, method: 'GET', query: 'response-content-type=a&versionId=null' }
    const merged = presignQueryTwo(read, minutes(1)).replace('&versionId=', '%26versionId%3D')
    expectError(await use('GET', merged), 400, 'InvalidArgument')
    const harmless = 'response-content-disposition=attachment%3B%20filename%3D%22a%26acl%22'
    expectSuccess(await presigned({ query: harmless }))
  })

  it('names one source of a copy, to the last character', async () => {
    const request = { method: 'PUT', path: `/${bucket}/copy`, headers: {}, credentials: mainCredentials }
    const source = `x-amz-copy-source=${bucket}/key`
    const use = (signed: string, sent: string): Promise<RawAnswer> => {
      const query = presignQueryTwo({ ...request, query: `${source}${signed}` }, minutes(1))
      const changed = query.replace(signed, sent)
      return rawRequest(server, { ...request, query: changed, anonymous: true })
    }
    expectSuccess(await use('', ''))
    for (const [signed, sent] of [
      ['%2Cother', '&x-amz-copy-source=other'],
      ['%2Cother', '&X-Amz-Copy-Source=other'],
      ['%20other', '%0Aother'],
      [`?versionId=null`, `?versionId=null%20`],
    ] as const) {
      expectError(await use(signed, sent), 400, 'InvalidArgument')
    }
  })

  it('has to be whole', async () => {
    const message =
      'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters'
    const whole = ['AWSAccessKeyId=a', 'Expires=9999999999', 'Signature=s']
    for (const left of [[0], [2], [0, 1], [0, 2], [1, 2]]) {
      const query = left.map((index) => whole[index]).join('&')
      expect(messageOf(await ask({ query, anonymous: true }), 403, 'AccessDenied')).toBe(message)
    }
    for (const expires of ['soon', '-1', '1e9', '99999999999999999999']) {
      const query = `AWSAccessKeyId=a&Signature=s&Expires=${expires}`
      expect(messageOf(await ask({ query, anonymous: true }), 403, 'AccessDenied')).toBe(
        `Invalid date (should be seconds since epoch): ${expires}`,
      )
    }
  })

  it('stands alone', async () => {
    const query = presignQueryTwo(
      { method: 'GET', path, headers: {}, credentials: mainCredentials },
      minutes(1),
    )
    expectError(await ask({ query }), 400, 'InvalidArgument')
    expectError(await ask({ query, versionTwo: false }), 400, 'InvalidArgument')
    const both = await ask({ query, versionTwo: false, presigned: { expiresSeconds: 60 } })
    expectError(both, 400, 'InvalidArgument')
  })
})

describe('a form that is signed with Version 2', () => {
  const form = (changes: Readonly<Record<string, string | undefined>> = {}): FormPart[] => {
    const conditions = [{ bucket }, { key: 'form' }, { 'x-amz-meta-a': 'ü' }]
    const document = JSON.stringify({ expiration: minutes(1).toISOString(), conditions })
    const policy = Buffer.from(document).toString('base64')
    const fields = {
      key: 'form',
      'x-amz-meta-a': 'ü',
      AWSAccessKeyId: mainCredentials.accessKeyId,
      policy,
      signature: signTwo(mainCredentials, policy),
      ...changes,
    }
    const parts = Object.entries(fields).filter((part): part is [string, string] => part[1] !== undefined)
    return [...parts, ['file', { content: 'from a form' }]]
  }
  const post = (changes: Readonly<Record<string, string | undefined>> = {}): Promise<RawAnswer> =>
    postForm(server, bucket, form(changes))

  it('is taken', async () => {
    expectSuccess(await post(), 204)
    expect((await ask({ path: `/${bucket}/form` })).text).toBe('from a form')
  })

  it('is held to its policy', async () => {
    expectError(await post({ 'x-amz-meta-a': 'b' }), 403, 'AccessDenied')
    server.clock.set(minutes(2))
    expect(messageOf(await post(), 403, 'AccessDenied')).toBe('Invalid according to Policy: Policy expired.')
  })

  it.each<[string, Record<string, string | undefined>, number, string]>([
    ['a wrong signature', { signature: 'x'.repeat(28) }, 403, 'SignatureDoesNotMatch'],
    ['no signature', { signature: undefined }, 400, 'InvalidArgument'],
    ['no access key', { AWSAccessKeyId: undefined }, 400, 'InvalidArgument'],
    ['no policy', { policy: undefined }, 400, 'InvalidArgument'],
    ['an unknown access key', { AWSAccessKeyId: 'NOSUCHACCESSKEY00001' }, 403, 'InvalidAccessKeyId'],
    ['a token', { 'x-amz-security-token': 'token' }, 400, 'InvalidToken'],
  ])('is not believed with %s', async (_, changes, status, code) => {
    expectError(await post(changes), status, code)
  })

  it('has one signature', async () => {
    const headers = { 'content-type': formContentType }
    const two = await postForm(server, bucket, form(), {
      anonymous: false,
      versionTwo: true,
      date: start,
      headers,
    })
    expectError(two, 400, 'InvalidArgument')
  })
})

describe('what needs Version 4', () => {
  it('are conditional writes over HTTP', async () => {
    const message =
      'Requests specifying conditional writes either require AWS Signature Version 4 or must be made over a secure connection.'
    const put = { method: 'PUT', path: `/${bucket}/conditional`, body: 'x' }
    const copy = { ...put, body: '', headers: { 'x-amz-copy-source': path } }
    for (const headers of [{ 'if-none-match': '*' }, { 'if-match': '*' }]) {
      expect(messageOf(await ask({ ...put, headers }), 400, 'InvalidRequest')).toBe(message)
      expect(messageOf(await presigned({ ...put, headers }), 400, 'InvalidRequest')).toBe(message)
      const both = { ...copy.headers, ...headers }
      expect(messageOf(await ask({ ...copy, headers: both }), 400, 'InvalidRequest')).toBe(message)
    }
    expectSuccess(await ask({ ...put, versionTwo: false, headers: { 'if-none-match': '*' } }))
    // Reads may have conditions.
    expect((await ask({ headers: { 'if-none-match': '"x"' } })).status).toBe(200)
  })
})

describe('where Version 2 is off', () => {
  it('every form is refused as it was before', async () => {
    await using here = await startTestServer({ signatureVersion2: false })
    const message =
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.'
    const header = await rawRequest(here, { path: '/', versionTwo: true })
    expect(messageOf(header, 400, 'InvalidRequest')).toBe(message)
    const query = await rawRequest(here, { path: '/', versionTwo: true, presigned: { expiresSeconds: 60 } })
    expect(messageOf(query, 400, 'InvalidRequest')).toBe(message)
    await createBucket(here, bucket)
    const fields: FormPart[] = [
      ['key', 'k'],
      ['AWSAccessKeyId', mainCredentials.accessKeyId],
      ['policy', 'e30='],
      ['signature', signTwo(mainCredentials, 'e30=')],
      ['file', { content: 'x' }],
    ]
    expect(messageOf(await postForm(here, bucket, fields), 400, 'InvalidRequest')).toBe(message)
  })
})
