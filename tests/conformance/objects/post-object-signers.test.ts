import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post'
import { beforeAll, describe, expect, it } from 'vitest'
import { MovableClock } from '../../../packages/server/src/base/clock.ts'
import { otherAccount, otherCredentials } from '../../support/accounts.ts'
import { createBucket, listKeys } from '../../support/buckets.ts'
import { type FormPart, postForm, signedFields, uploadForm } from '../../support/post-form.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { expectError, expectSuccess, ObjectRoom } from './object-room.ts'
import { createAclBucket, post, postUnder, putPolicy, smallFile } from './post-forms.ts'

let room: ObjectRoom
beforeAll(async () => {
  room = await ObjectRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describe('a policy', () => {
  it('holds for its conditions', async () => {
    const conditions = [
      ['starts-with', '$key', 'user/eric/'],
      ['eq', '$x-amz-meta-a', 'b'],
      ['starts-with', '$Content-Type', 'image/'],
    ]
    const fields = { key: 'user/eric/1', 'x-amz-meta-a': 'b', 'Content-Type': 'image/png' }
    expectSuccess(await postUnder(room, conditions, fields), 204)
    for (const [changes, condition] of [
      [{ key: 'user/erica' }, '["starts-with", "$key", "user/eric/"]'],
      [{ 'x-amz-meta-a': 'B' }, '["eq", "$x-amz-meta-a", "b"]'],
      [{ 'Content-Type': 'image/png,text/html' }, '["starts-with", "$Content-Type", "image/"]'],
    ] as const) {
      const element = expectError(
        await postUnder(room, conditions, { ...fields, ...changes }),
        403,
        'AccessDenied',
      )
      expect(element('Message')).toBe(`Invalid according to Policy: Policy Condition failed: ${condition}`)
    }
  })
  it('mentions every field', async () => {
    const element = expectError(
      await postUnder(room, [{ key: 'k' }], { key: 'k', 'x-amz-meta-a': 'b' }),
      403,
      'AccessDenied',
    )
    expect(element('Message')).toBe('Invalid according to Policy: Extra input fields: x-amz-meta-a')
  })
  it('is of one bucket', async () => {
    const other = await createBucket(room.server, 'bucket-of-no-policy')
    const form = uploadForm(room.server, room.bucket, { key: 'k' }, smallFile)
    expectError(await postForm(room.server, other, form), 403, 'AccessDenied')
    expect(await listKeys(room.server, other)).toEqual([])
  })
  it('expires', async () => {
    const signed = signedFields(room.server, room.bucket, [{ key: 'k' }], { expiresSeconds: -1 })
    const answer = await postForm(room.server, room.bucket, [['key', 'k'], ...signed, ['file', smallFile]])
    expect(expectError(answer, 403, 'AccessDenied')('Message')).toBe(
      'Invalid according to Policy: Policy expired.',
    )
  })
  it('may be no document', async () => {
    const signed = signedFields(room.server, room.bucket, [], { document: '{' })
    const answer = await postForm(room.server, room.bucket, [['key', 'k'], ...signed, ['file', smallFile]])
    expect(expectError(answer, 400, 'InvalidPolicyDocument')('Message')).toMatch(
      /^Invalid Policy: Invalid JSON\./,
    )
  })

  it.each([
    [0, 'EntityTooSmall', '0'],
    [9, 'EntityTooSmall', '9'],
    [10, undefined, ''],
    [100, undefined, ''],
    [101, 'EntityTooLarge', '101'],
  ])('limits the size of the file: %i bytes', async (sizeBytes, code, proposed) => {
    const conditions = [['content-length-range', 10, 100]]
    const answer = await post(
      room,
      { key: `range-${sizeBytes}` },
      { content: { content: Buffer.alloc(sizeBytes) }, conditions },
    )
    if (code === undefined) return expectSuccess(answer, 204)
    const element = expectError(answer, 400, code)
    expect(element('ProposedSize')).toBe(proposed)
    expect(element(code === 'EntityTooSmall' ? 'MinSizeAllowed' : 'MaxSizeAllowed')).toBe(
      code === 'EntityTooSmall' ? '10' : '100',
    )
    expect(await room.bytesOf(`range-${sizeBytes}`)).toBeUndefined()
  })
  it('ends an upload that is too large, wherever it stands', async () => {
    const conditions = [['content-length-range', 0, 1_000_000]]
    const answer = await post(
      room,
      { key: 'large' },
      { content: { content: Buffer.alloc(8_000_000) }, conditions },
    )
    expect(expectError(answer, 400, 'EntityTooLarge')('MaxSizeAllowed')).toBe('1000000')
    expect(await room.bytesOf('large')).toBeUndefined()
  })
})

describe('the signer', () => {
  it.each([
    ['a wrong signature', { 'x-amz-signature': '0'.repeat(64) }, 403, 'SignatureDoesNotMatch'],
    ['a missing signature', { 'x-amz-signature': undefined }, 400, 'InvalidArgument'],
    ['a missing policy', { policy: undefined }, 400, 'InvalidArgument'],
    ['a missing credential', { 'x-amz-credential': undefined }, 400, 'InvalidArgument'],
    ['a token', { 'x-amz-security-token': 'token' }, 400, 'InvalidToken'],
    ['another policy', { policy: Buffer.from('{}').toString('base64') }, 403, 'SignatureDoesNotMatch'],
  ] as [string, Record<string, string | undefined>, number, string][])(
    'is not believed with %s',
    async (_, changes, status, code) => {
      const form = uploadForm(room.server, room.bucket, { key: 'k' }, smallFile)
      const changed = form.map(([name, value]) => [name, name in changes ? changes[name] : value] as const)
      const more = Object.entries(changes).filter(([name]) => !form.some(([known]) => known === name))
      const parts = [...more, ...changed].filter((part): part is FormPart => part[1] !== undefined)
      expectError(await postForm(room.server, room.bucket, parts), status, code)
    },
  )
  it('may be another account only where that may write', async () => {
    const fields = (bucket: string): FormPart[] => {
      const options = { credentials: otherCredentials }
      return [
        ['key', 'others'],
        ...signedFields(room.server, bucket, [{ key: 'others' }], options),
        ['file', smallFile],
      ]
    }
    expectError(await postForm(room.server, room.bucket, fields(room.bucket)), 403, 'AccessDenied')
    const bucket = await createBucket(room.server, 'open-to-others')
    await putPolicy(room, bucket, { Effect: 'Allow', Principal: { AWS: otherAccount.id } })
    expectSuccess(await postForm(room.server, bucket, fields(bucket)), 204)
  })
  it('is of the method POST to policies', async () => {
    const bucket = await createBucket(room.server, 'no-forms')
    const form = uploadForm(room.server, bucket, { key: 'k' }, smallFile)
    expectSuccess(await postForm(room.server, bucket, form), 204)
    const Condition = { StringEquals: { 's3:authType': 'POST' } }
    await putPolicy(room, bucket, { Effect: 'Deny', Principal: '*', Condition })
    expectError(await postForm(room.server, bucket, form), 403, 'AccessDenied')
    expectSuccess(await rawRequest(room.server, { method: 'PUT', path: `/${bucket}/k`, body: 'b' }))
  })
  it('cannot hide a field from policies', async () => {
    const bucket = await createBucket(room.server, 'no-glacier')
    const Condition = { StringEquals: { 's3:x-amz-storage-class': 'GLACIER' } }
    await putPolicy(room, bucket, { Effect: 'Deny', Principal: '*', Condition })
    for (const [storageClass, status] of [
      ['STANDARD_IA', 204],
      ['GLACIER', 403],
    ] as const) {
      const form = uploadForm(
        room.server,
        bucket,
        { key: 'k', 'X-Amz-Storage-Class': storageClass },
        smallFile,
      )
      expect((await postForm(room.server, bucket, form)).status).toBe(status)
    }
  })
  it('may be in the header instead, not in both', async () => {
    const parts: FormPart[] = [
      ['key', 'by-header'],
      ['file', smallFile],
    ]
    expectSuccess(await postForm(room.server, room.bucket, parts, { anonymous: false }), 204)
    expectError(await post(room, { key: 'both' }, { request: { anonymous: false } }), 400, 'InvalidArgument')
  })
  it('may not be in the query', async () => {
    const presigned = { expiresSeconds: 60 }
    const element = expectError(
      await post(room, { key: 'query' }, { request: { anonymous: false, presigned } }),
      400,
      'InvalidArgument',
    )
    expect(element('Message')).toBe('Query String Parameters not allowed on POST requests.')
  })
})

describe('the anonymous', () => {
  const parts: FormPart[] = [
    ['key', 'anonymous'],
    ['file', smallFile],
  ]
  it('may not write', async () => {
    expectError(await postForm(room.server, room.bucket, parts), 403, 'AccessDenied')
  })
  it('may where the ACL of the bucket says so', async () => {
    const bucket = await createAclBucket(room, 'open-by-acl')
    expectError(await postForm(room.server, bucket, parts), 403, 'AccessDenied')
    const headers = { 'x-amz-acl': 'public-read-write' }
    expectSuccess(
      await rawRequest(room.server, { method: 'PUT', path: `/${bucket}`, query: 'acl=', headers }),
    )
    expectSuccess(await postForm(room.server, bucket, parts), 204)
  })
  it('may where the policy of the bucket says so', async () => {
    const bucket = await createBucket(room.server, 'open-by-policy')
    await rawRequest(room.server, { method: 'DELETE', path: `/${bucket}`, query: 'publicAccessBlock=' })
    await putPolicy(room, bucket, { Effect: 'Allow', Principal: '*' })
    expectSuccess(await postForm(room.server, bucket, parts), 204)
  })
  it('learns nothing of another bucket', async () => {
    expectError(await postForm(room.server, 'no-such-bucket', parts), 404, 'NoSuchBucket')
  })
})

describe('AWS’s example', () => {
  const clock = new MovableClock(new Date('2015-12-29T12:00:00Z'))
  const date = clock.now()
  const exampleCredentials = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  }
  /** As it stands on the page "Example: Browser-Based Upload using HTTP POST", lines ending in CR LF. */
  const policy = [
    '{ "expiration": "2015-12-30T12:00:00.000Z",',
    '  "conditions": [',
    '    {"bucket": "sigv4examplebucket"},',
    '    ["starts-with", "$key", "user/user1/"],',
    '    {"acl": "public-read"},',
    '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
    '    ["starts-with", "$Content-Type", "image/"],',
    '    {"x-amz-meta-uuid": "14365123651274"},',
    '    {"x-amz-server-side-encryption": "AES256"},',
    '    ["starts-with", "$x-amz-meta-tag", ""],',
    '',
    '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
    '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
    '    {"x-amz-date": "20151229T000000Z" }',
    '  ]',
    '}',
  ].join('\r\n')
  const parts: FormPart[] = [
    ['key', 'user/user1/${filename}'],
    ['acl', 'public-read'],
    ['success_action_redirect', 'http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html'],
    ['Content-Type', 'image/jpeg'],
    ['x-amz-meta-uuid', '14365123651274'],
    ['x-amz-server-side-encryption', 'AES256'],
    ['X-Amz-Credential', 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request'],
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Date', '20151229T000000Z'],
    ['x-amz-meta-tag', ''],
    ['Policy', Buffer.from(policy).toString('base64')],
    ['X-Amz-Signature', '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e'],
    ['file', { name: 'MyPhoto.jpg', content: 'photo' }],
    ['submit', 'Upload to Amazon S3'],
  ]
  it('uploads its photo, until its policy expires', async () => {
    const server = await startTestServer({
      clock,
      accounts: [
        { id: '100000000001', name: 'main', email: 'm@example.com', accessKeys: [exampleCredentials] },
      ],
    })
    await using _ = server
    const path = '/sigv4examplebucket'
    const headers = { 'x-amz-object-ownership': 'ObjectWriter' }
    expectSuccess(await rawRequest(server, { method: 'PUT', path, headers, date }))
    await rawRequest(server, { method: 'DELETE', path, query: 'publicAccessBlock=', date })
    const answer = await postForm(server, 'sigv4examplebucket', parts)
    expectSuccess(answer, 303)
    expect(answer.headers.location).toMatch(
      /^http:\/\/sigv4examplebucket\.s3\.amazonaws\.com\/successful_upload\.html\?bucket=sigv4examplebucket&key=user%2Fuser1%2FMyPhoto\.jpg&etag=%22[0-9a-f]{32}%22$/,
    )
    const object = await rawRequest(server, { path: `${path}/user/user1/MyPhoto.jpg`, anonymous: true })
    expect(object.text).toBe('photo')
    expect(object.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'x-amz-meta-uuid': '14365123651274',
    })
    clock.advance(24 * 3600 * 1000)
    const element = expectError(await postForm(server, 'sigv4examplebucket', parts), 403, 'AccessDenied')
    expect(element('Message')).toBe('Invalid according to Policy: Policy expired.')
  })
})

it('a form of Version 4 is good for seven days, however late its policy expires', async () => {
  const clock = new MovableClock(new Date())
  await using server = await startTestServer({ clock })
  const bucket = await createBucket(server, 'forms')
  const signed = signedFields(server, bucket, [{ key: 'k' }], { expiresSeconds: 30 * 24 * 3600 })
  const form: FormPart[] = [['key', 'k'], ...signed, ['file', smallFile]]
  clock.advance(7 * 24 * 3600 * 1000 - 60_000)
  expectSuccess(await postForm(server, bucket, form), 204)
  clock.advance(120_000)
  const element = expectError(await postForm(server, bucket, form), 403, 'AccessDenied')
  expect(element('Message')).toBe('Invalid according to Policy: Policy expired.')
})

describe('createPresignedPost of the SDK', () => {
  const presign = async (options: Omit<PresignedPostOptions, 'Bucket'>) =>
    createPresignedPost(room.client, { Bucket: room.bucket, ...options })
  const upload = async (options: Omit<PresignedPostOptions, 'Bucket'>, content = 'content') => {
    const { url, fields } = await presign(options)
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('file', new Blob([content]), 'sdk.txt')
    return fetch(url, { method: 'POST', body: form })
  }
  it('uploads', async () => {
    const answer = await upload({
      Key: 'sdk/${filename}',
      Fields: { 'Content-Type': 'text/plain', success_action_status: '201' },
      Conditions: [['content-length-range', 1, 7]],
    })
    expect([answer.status, answer.headers.get('etag')]).toEqual([201, expect.stringMatching(/^"/) as string])
    expect((await room.get('sdk/sdk.txt')).headers['content-type']).toBe('text/plain')
  })
  it('is held to its conditions', async () => {
    const answer = await upload({ Key: 'sdk', Conditions: [['content-length-range', 1, 6]] })
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('EntityTooLarge')])
    expect((await upload({ Key: 'sdk', Conditions: [{ acl: 'private' }] })).status).toBe(403)
  })
})
