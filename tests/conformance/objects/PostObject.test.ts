import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { otherAccount } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { contentOf } from '../../support/content.ts'
import { formBody, type FormPart, postForm, uploadForm } from '../../support/post-form.ts'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { checksumHeader, referenceChecksum } from '../../support/reference-checksums.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { expectError, expectSuccess, ObjectRoom } from './object-room.ts'
import { createAclBucket, type Fields, post, postUnder, smallFile } from './post-forms.ts'

let room: ObjectRoom
beforeAll(async () => {
  room = await ObjectRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describe.each(['memory', 'a data folder'])('the file, in %s', (engines) => {
  let here: ObjectRoom
  beforeAll(async () => {
    const folder = await temporaryDirectory()
    here = await ObjectRoom.open(engines === 'memory' ? {} : { dataDirectory: folder.path })
    return async () => {
      await here[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    }
  })
  it.each([0, 1, 32_768, 32_769, 3_000_001])('is kept, of %i bytes', async (sizeBytes) => {
    const content = contentOf('post', sizeBytes)
    const key = `size-${sizeBytes}`
    const form = uploadForm(here.server, here.bucket, { key }, { name: 'a.bin', content })
    const answer = await postForm(here.server, here.bucket, form)
    expectSuccess(answer, 204)
    const md5 = Buffer.from(referenceChecksum('MD5', content), 'base64').toString('hex')
    expect(answer.headers).toMatchObject({
      etag: `"${md5}"`,
      'x-amz-checksum-crc64nvme': referenceChecksum('CRC64NVME', content),
      location: `${here.server.url}/${here.bucket}/${key}`,
    })
    expect((await here.bytesOf(key))?.equals(content)).toBe(true)
    expect((await here.head(key)).headers['content-length']).toBe(String(sizeBytes))
  })
})

describe('the key', () => {
  it.each([
    ['photo.jpg', 'up/photo.jpg'],
    ['C:\\Program Files\\directory1\\file.txt', 'up/file.txt'],
    ['/photos/eric/file.txt', 'up/file.txt'],
    ['ü €.txt', 'up/ü €.txt'],
    ["$& $' $1.txt", "up/$& $' $1.txt"],
    ['', 'up/'],
  ])('takes the name of the file %s', async (name, key) => {
    const fields = { key: 'up/${filename}' }
    expectSuccess(
      await postUnder(room, [['starts-with', '$key', 'up/']], fields, { name, content: name }),
      204,
    )
    expect((await room.bytesOf(key))?.toString()).toBe(name)
  })
  it('takes none of a file without a name', async () => {
    expectSuccess(await postUnder(room, [{ key: 'unnamed/' }], { key: 'unnamed/${filename}' }, 'text'), 204)
    expect((await room.bytesOf('unnamed/'))?.toString()).toBe('text')
  })
  it('is taken from all fields, by the policy too', async () => {
    const fields = { key: 'variable', 'x-amz-meta-name': 'is ${filename}, ${filename}' }
    const conditions = [{ key: 'variable' }, { 'x-amz-meta-name': 'is a.txt, a.txt' }]
    expectSuccess(await postUnder(room, conditions, fields), 204)
    expect((await room.head('variable')).headers['x-amz-meta-name']).toBe('is a.txt, a.txt')
  })
  it('has to be there', async () => {
    const answer = await postForm(room.server, room.bucket, [['file', smallFile]])
    const element = expectError(answer, 400, 'UserKeyMustBeSpecified')
    expect(element('Message')).toBe(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
    )
    expect(element('ArgumentName')).toBe('key')
  })
  it('has to come before the file', async () => {
    const parts: FormPart[] = [
      ['file', smallFile],
      ['key', 'late'],
    ]
    expectError(await postForm(room.server, room.bucket, parts), 400, 'UserKeyMustBeSpecified')
  })
  it('has a length', async () => {
    expect(expectError(await post(room, { key: '' }), 400, 'InvalidArgument')('ArgumentName')).toBe('key')
    expectSuccess(await post(room, { key: 'k'.repeat(1024) }), 204)
    expect(
      expectError(
        await post(room, { key: `ü${'k'.repeat(1023)}` }),
        400,
        'KeyTooLongError',
      )('MaxSizeAllowed'),
    ).toBe('1024')
  })
})

describe('fields', () => {
  it('describe the object', async () => {
    const fields = {
      'Content-Type': 'image/png',
      'cache-control': 'max-age=60',
      'CONTENT-DISPOSITION': 'attachment; filename="ü.png"',
      'Content-Encoding': 'identity',
      'Content-Language': 'de',
      Expires: 'Thu, 01 Dec 2050 16:00:00 GMT',
      'x-amz-meta-One': 'first',
      'x-amz-meta-two': 'zwölf',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-website-redirect-location': '/elsewhere',
      tagging:
        '<Tagging><TagSet><Tag><Key>a b</Key><Value>1+1=2</Value></Tag><Tag><Key>ü</Key><Value></Value></Tag></TagSet></Tagging>',
    }
    expectSuccess(await post(room, { key: 'described', ...fields }), 204)
    const { headers } = await room.head('described')
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'max-age=60',
      'content-encoding': 'identity',
      'content-language': 'de',
      expires: 'Thu, 01 Dec 2050 16:00:00 GMT',
      'x-amz-meta-one': 'first',
      'x-amz-meta-two': `=?UTF-8?B?${Buffer.from('zwölf').toString('base64')}?=`,
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-website-redirect-location': '/elsewhere',
    })
    expect(Buffer.from(headers['content-disposition'] ?? '', 'latin1').toString()).toBe(
      'attachment; filename="ü.png"',
    )
    const tags = await room.get('described', {}, 'tagging=')
    expect(xmlTexts(tags.text, 'Key')).toEqual(['a b', 'ü'])
    expect(xmlTexts(tags.text, 'Value')).toEqual(['1+1=2', ''])
  })

  it('not the type of the file’s part give the type', async () => {
    expectSuccess(await post(room, { key: 'untyped' }), 204)
    expect((await room.head('untyped')).headers['content-type']).toBe('binary/octet-stream')
  })

  it('that mean nothing are left out', async () => {
    const fields = {
      'x-ignore-me': 'a',
      submit: 'Upload',
      'content-length': '1',
      'transfer-encoding': 'chunked',
      authorization: 'none',
      'x-amz-copy-source': '/the-bucket/other',
      'x-amz-content-sha256': 'wrong',
      'if-modified-since': 'Thu, 01 Dec 1994 16:00:00 GMT',
      utf8: '✓',
    }
    expectSuccess(await post(room, { key: 'nothing', ...fields }), 204)
    expect((await room.bytesOf('nothing'))?.toString()).toBe('content')
  })

  it('cannot end a header', async () => {
    const fields = { 'content-type': 'a\r\nx-evil: 1', 'x-amz-meta-a': 'b\r\nx-evil: 2' }
    expectSuccess(await post(room, { key: 'injected', ...fields }), 204)
    const { headers } = await room.head('injected')
    expect(headers['x-evil']).toBeUndefined()
    expect(headers['content-type']).toBe('a  x-evil: 1')
    expect(headers['x-amz-meta-a']).toBe('b  x-evil: 2')
  })

  it.each([
    [{ 'x-amz-storage-class': 'NONE' }, 'InvalidStorageClass'],
    [{ 'x-amz-meta-a': 'x'.repeat(2048) }, 'MetadataTooLarge'],
    [{ 'x-amz-website-redirect-location': 'ftp://a' }, 'InvalidRedirectLocation'],
    [{ tagging: '<Tagging>' }, 'MalformedXML'],
    [{ tagging: 'a=b' }, 'MalformedXML'],
    [{ tagging: '<Tagging><TagSet><Tag><Key></Key><Value>1</Value></Tag></TagSet></Tagging>' }, 'InvalidTag'],
    [{ 'x-amz-object-lock-mode': 'GOVERNANCE' }, 'InvalidArgument'],
    [{ 'x-amz-object-lock-legal-hold': 'ON' }, 'InvalidRequest'],
    [{ acl: 'everybody' }, 'InvalidArgument'],
    [{ acl: 'public-read' }, 'AccessControlListNotSupported'],
  ] as [Fields, string][])('%j are refused as in a PutObject', async (fields, code) => {
    expectError(await post(room, { key: 'refused', ...fields }), 400, code)
    expect(await room.bytesOf('refused')).toBeUndefined()
  })

  it('give an ACL or grants', async () => {
    const bucket = await createAclBucket(room, 'acl-bucket')
    const acl = async (fields: Fields) => {
      const form = uploadForm(room.server, bucket, { key: 'acl', ...fields }, smallFile)
      expectSuccess(await postForm(room.server, bucket, form), 204)
      return (await rawRequest(room.server, { path: `/${bucket}/acl`, query: 'acl=' })).text
    }
    expect(await acl({ acl: 'public-read' })).toContain('AllUsers')
    expect(await acl({ 'x-amz-grant-read': `id="${otherAccount.canonicalId}"` })).toContain(
      otherAccount.canonicalId,
    )
    expect(await acl({})).not.toContain('AllUsers')
  })

  it('lock the version', async () => {
    await rawRequest(room.server, {
      method: 'PUT',
      path: '/locked-bucket',
      headers: { 'x-amz-bucket-object-lock-enabled': 'true' },
    })
    const fields = {
      key: 'locked',
      'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-object-lock-retain-until-date': '2090-01-01T00:00:00Z',
      'x-amz-object-lock-legal-hold': 'ON',
      'Content-MD5': referenceChecksum('MD5', Buffer.from('content')),
    }
    const form = uploadForm(room.server, 'locked-bucket', fields, smallFile)
    const answer = await postForm(room.server, 'locked-bucket', form)
    expectSuccess(answer, 204)
    expect(answer.headers['x-amz-version-id']).toMatch(/./)
    const { headers } = await rawRequest(room.server, { method: 'HEAD', path: '/locked-bucket/locked' })
    expect(headers).toMatchObject({
      'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-object-lock-retain-until-date': '2090-01-01T00:00:00.000Z',
      'x-amz-object-lock-legal-hold': 'ON',
      'x-amz-version-id': answer.headers['x-amz-version-id'],
    })
  })

  it('make a write conditional', async () => {
    expectSuccess(await post(room, { key: 'once', 'If-None-Match': '*' }), 204)
    expectError(await post(room, { key: 'once', 'If-None-Match': '*' }), 412, 'PreconditionFailed')
    expectError(await post(room, { key: 'once', 'If-Match': '"other"' }), 412, 'PreconditionFailed')
  })
})

describe('integrity', () => {
  const checksum = (algorithm: Parameters<typeof referenceChecksum>[0]): Fields => ({
    [checksumHeader(algorithm)]: referenceChecksum(algorithm, Buffer.from('content')),
  })
  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'is checked by %s',
    async (algorithm) => {
      const answer = await post(room, { key: 'checked', ...checksum(algorithm) })
      expectSuccess(answer, 204)
      expect(answer.headers).toMatchObject(checksum(algorithm))
      const wrong = await post(
        room,
        { key: 'wrong', ...checksum(algorithm) },
        { content: { content: 'other' } },
      )
      expectError(wrong, 400, 'BadDigest')
      expect(await room.bytesOf('wrong')).toBeUndefined()
    },
  )
  it('is checked by Content-MD5', async () => {
    const md5 = { 'Content-MD5': referenceChecksum('MD5', Buffer.from('content')) }
    expectSuccess(await post(room, { key: 'md5', ...md5 }), 204)
    expectError(
      await post(room, { key: 'wrong', ...md5 }, { content: { content: 'other' } }),
      400,
      'BadDigest',
    )
    expectError(await post(room, { key: 'wrong', 'Content-MD5': 'none' }), 400, 'InvalidDigest')
  })
  it('names the checksum that comes along, and no other', async () => {
    const naming = (algorithm: string) => ({ 'x-amz-checksum-algorithm': algorithm })
    expectSuccess(await post(room, { key: 'named', ...naming('sha256'), ...checksum('SHA256') }), 204)
    for (const fields of [naming('SHA256'), naming('MD4'), { ...naming('SHA1'), ...checksum('SHA256') }]) {
      expectError(await post(room, { key: 'misnamed', ...fields }), 400, 'InvalidRequest')
    }
    expect(await room.bytesOf('misnamed')).toBeUndefined()
  })
  it('is not checked by two checksums', async () => {
    expectError(
      await post(room, { key: 'wrong', ...checksum('SHA1'), ...checksum('CRC32') }),
      400,
      'InvalidRequest',
    )
  })
})

describe('the answer', () => {
  const key = 'a dir/ü & <1>.txt'
  const escaped = encodeURIComponent(key)
  it.each([
    ['200', 200],
    ['204', 204],
    ['202', 204],
    ['', 204],
  ])('to success_action_status %s is %i', async (status, expected) => {
    const answer = await post(room, { key, success_action_status: status })
    expectSuccess(answer, expected)
    expect(answer.body).toHaveLength(0)
    expect(answer.headers.location).toBe(`${room.server.url}/${room.bucket}/${escaped}`)
  })
  it('to success_action_status 201 is a document', async () => {
    const answer = await post(room, { key, success_action_status: '201' })
    expectSuccess(answer, 201)
    const url = `${room.server.url}/${room.bucket}/${escaped}`
    expect(answer.headers).toMatchObject({ 'content-type': 'application/xml', location: url })
    expect(answer.text).toContain('<PostResponse><Location>')
    expect(['Location', 'Bucket', 'Key', 'ETag'].map((name) => xmlTexts(answer.text, name))).toEqual([
      [url],
      [room.bucket],
      [key],
      [answer.headers.etag],
    ])
    expect(decodeURIComponent(url)).toBe(`${room.server.url}/${room.bucket}/${key}`)
  })
  it.each([
    ['success_action_redirect', 'https://example.com', 'https://example.com/?'],
    ['redirect', 'http://example.com/done.html', 'http://example.com/done.html?'],
    [
      'success_action_redirect',
      'http://example.com/?a=b%20c&d#top',
      'http://example.com/?a=b%20c&d&',
      '#top',
    ],
  ])('to %s %s is a redirection', async (name, url, start, end = '') => {
    const answer = await post(room, { key, success_action_status: '201', [name]: url })
    expectSuccess(answer, 303)
    const etag = encodeURIComponent(answer.headers.etag ?? '')
    expect(answer.headers.location).toBe(
      `${start}bucket=${room.bucket}&key=${escaped.replaceAll("'", '%27')}&etag=${etag}${end}`,
    )
  })
  it.each(['', '/done', 'javascript:alert(1)', 'no url', 'http://'])(
    'to the redirection “%s” is as if there was none',
    async (url) => {
      const fields = { key, success_action_status: '201', success_action_redirect: url }
      expectSuccess(await post(room, fields), 201)
    },
  )
  it('heeds success_action_redirect before redirect', async () => {
    const fields = { key, redirect: 'http://a.example/', success_action_redirect: 'http://b.example/' }
    expect((await post(room, fields)).headers.location).toMatch(/^http:\/\/b\.example\//)
  })
  it('names the bucket as it was addressed', async () => {
    await using server = await startTestServer({ domains: ['s3.example.com'] })
    await createBucket(server, 'hosted')
    const form = uploadForm(server, 'hosted', { key: 'k' }, smallFile)
    const answer = await postForm(server, '', form, { headers: { host: 'hosted.s3.example.com:8080' } })
    expectSuccess(answer, 204)
    expect(answer.headers.location).toBe('http://hosted.s3.example.com:8080/k')
  })
  it('to a failure is an error document, whatever was asked for', async () => {
    const fields = { key, success_action_redirect: 'http://example.com/', 'content-md5': 'x' }
    expectError(await post(room, fields), 400, 'InvalidDigest')
  })
})

describe('the form', () => {
  it('needs a file', async () => {
    const answer = await postForm(room.server, room.bucket, [['key', 'k']])
    const element = expectError(answer, 400, 'InvalidArgument')
    expect(element('Message')).toBe('POST requires exactly one file upload per request.')
    expect([element('ArgumentName'), element('ArgumentValue')]).toEqual(['file', '0'])
  })
  it('has no second file', async () => {
    const form = uploadForm(room.server, room.bucket, { key: 'two' }, smallFile)
    const answer = await postForm(room.server, room.bucket, [...form, ['file', smallFile]])
    expectError(answer, 400, 'IncorrectNumberOfFilesInPostRequest')
    expect(await room.bytesOf('two')).toBeUndefined()
  })
  it('is ignored behind its file', async () => {
    const form = uploadForm(room.server, room.bucket, { key: 'first' }, smallFile)
    const more: FormPart[] = [
      ['key', 'second'],
      ['Upload', 'x'.repeat(100_000)],
    ]
    expectSuccess(await postForm(room.server, room.bucket, [...form, ...more]), 204)
    expect((await room.bytesOf('first'))?.toString()).toBe('content')
    expect(await room.bytesOf('second')).toBeUndefined()
  })
  it('has 20 KB before its file', async () => {
    const answer = await post(room, { key: 'k', 'x-ignore-a': 'a'.repeat(20_000) })
    expect(expectError(answer, 400, 'MaxPostPreDataLengthExceededError')('MaxPostPreDataLengthBytes')).toBe(
      '20480',
    )
  })
  it('is well-formed', async () => {
    for (const body of [
      '',
      'no form',
      formBody([
        ['key', 'k'],
        ['file', smallFile],
      ]).subarray(0, -10),
    ]) {
      const answer = await postForm(room.server, room.bucket, [], { body, anonymous: false })
      expectError(answer, 400, 'MalformedPOSTRequest')
    }
    const headers = { 'content-type': 'multipart/form-data' }
    expectError(await post(room, { key: 'k' }, { request: { headers } }), 400, 'MalformedPOSTRequest')
  })
  it('says how long it is', async () => {
    const form = formBody(uploadForm(room.server, room.bucket, { key: 'k' }, smallFile))
    async function* body() {
      yield form
    }
    expectError(await post(room, { key: 'k' }, { request: { body: body() } }), 501, 'NotImplemented')
  })
  it('of another kind is none', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expectError(await post(room, { key: 'k' }, { request: { headers } }), 412, 'PreconditionFailed')
  })

  it('never fails by a fault of ours', { timeout: 60_000 }, async () => {
    const whole = formBody(uploadForm(room.server, room.bucket, { key: 'fuzz', acl: 'private' }, smallFile))
    const cut = fc.tuple(fc.nat(whole.length), fc.nat(60), fc.uint8Array({ maxLength: 60 }))
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 4 }), async (cuts) => {
        let body = whole
        for (const [start, length, bytes] of cuts) {
          body = Buffer.concat([body.subarray(0, start), bytes, body.subarray(start + length)])
        }
        const { status } = await postForm(room.server, room.bucket, [], { body })
        seen.add(status)
        expect(status).toBeLessThan(500)
      }),
      { numRuns: 300 },
    )
    expect(seen).toContain(400)
  })

  it('takes memory for what it may hold only', { timeout: 60_000 }, async () => {
    const hostile = formBody(Array.from({ length: 200_000 }, (_, index) => [`f${index}`, '']))
    const send = () => postForm(room.server, room.bucket, [], { body: hostile })
    await send().catch(() => undefined)
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    for (let index = 0; index < 20; index++) {
      // The server may have gone before all has been sent.
      const answer = await send().catch(() => undefined)
      if (answer) expectError(answer, 400, 'MaxPostPreDataLengthExceededError')
    }
    globalThis.gc?.()
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000)
  })
})
