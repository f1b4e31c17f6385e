import { CreateGrantCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RawAnswer } from '../../support/raw-request.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { EncryptionRoom, kmsHeaders, newKey, uploadIdOf } from './encryption-room.ts'

const OWNER = 'arn:aws:iam::100000000001:root'
const WRITER = 'arn:aws:iam::100000000002:root'

let room: EncryptionRoom
let bucket: string
let keyId: string
let arn: string
beforeAll(async () => {
  room = await EncryptionRoom.open()
  bucket = await room.access.bucket()
  await room.access.policy(bucket, { Principal: { AWS: WRITER }, Action: 's3:*' })
  return () => room[Symbol.asyncDispose]()
})
beforeEach(async () => {
  const key = await newKey(room.kms)
  keyId = key.id
  arn = key.arn
})

async function permit(...statements: readonly object[]): Promise<void> {
  const own = { Effect: 'Allow', Principal: { AWS: OWNER }, Action: 'kms:*', Resource: '*' }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [own, ...statements] })
  await room.kms.send(new PutKeyPolicyCommand({ KeyId: keyId, Policy }))
}

function allow(...actions: readonly string[]): object {
  return { Effect: 'Allow', Principal: { AWS: WRITER }, Action: actions, Resource: '*' }
}

function put(key: string, headers = kmsHeaders(arn)): Promise<RawAnswer> {
  return room.access.ask('writer', 'PUT', bucket, key, { headers, body: 'content' })
}

function get(key: string): Promise<RawAnswer> {
  return room.access.ask('writer', 'GET', bucket, key)
}

async function expectDenied(answer: Promise<RawAnswer>, action: string): Promise<void> {
  expect(expectError(await answer, 403, 'AccessDenied')('Message')).toContain(`kms:${action}`)
}

describe('another account that may use the bucket', () => {
  it('may not use the key', async () => {
    await expectDenied(put('denied'), 'GenerateDataKey')
    const headers = kmsHeaders(arn)
    const create = room.access.ask('writer', 'POST', bucket, 'denied', { query: 'uploads=', headers })
    await expectDenied(create, 'GenerateDataKey')
    await room.put(bucket, 'owned', 'content', { ...headers, 'x-amz-acl': 'bucket-owner-full-control' })
    await expectDenied(get('owned'), 'Decrypt')
    const copy = { 'x-amz-copy-source': `/${bucket}/owned` }
    await expectDenied(room.access.ask('writer', 'PUT', bucket, 'copy', { headers: copy }), 'Decrypt')
    // What gives neither bytes nor their checksum asks for no key.
    expectSuccess(await room.access.ask('writer', 'HEAD', bucket, 'owned'))
    const checksum = { 'x-amz-checksum-mode': 'ENABLED' }
    const head = await room.access.ask('writer', 'HEAD', bucket, 'owned', { headers: checksum })
    expect(head.status).toBe(403)
    expectError(await room.get(bucket, 'denied'), 404, 'NoSuchKey')
  })

  it('uses it as far as its policy allows: GenerateDataKey to write, Decrypt to read', async () => {
    await permit(allow('kms:GenerateDataKey'))
    expectSuccess(await put('mine'))
    await expectDenied(get('mine'), 'Decrypt')
    await permit(allow('kms:Decrypt'))
    expect((await get('mine')).text).toBe('content')
    await expectDenied(put('mine'), 'GenerateDataKey')
    await permit(allow('kms:GenerateDataKey*', 'kms:Decrypt'))
    expectSuccess(await put('mine'))
    expect((await get('mine')).text).toBe('content')
  })

  it('uploads in parts only where it may decrypt too', async () => {
    await permit(allow('kms:GenerateDataKey', 'kms:Decrypt'))
    const headers = kmsHeaders(arn)
    const created = await room.access.must('writer', 'POST', bucket, 'parts', { query: 'uploads=', headers })
    const uploadId = uploadIdOf(created)
    const part = (): Promise<RawAnswer> =>
      room.access.ask('writer', 'PUT', bucket, 'parts', {
        query: `partNumber=1&uploadId=${uploadId}`,
        body: 'part',
      })
    const sent = await part()
    expectSuccess(sent)
    const complete = (): Promise<RawAnswer> =>
      room.complete(bucket, 'parts', uploadId, [sent.headers.etag ?? ''], 'writer')

    const list = (): Promise<RawAnswer> =>
      room.access.ask('writer', 'GET', bucket, 'parts', { query: `uploadId=${uploadId}` })

    await permit(allow('kms:GenerateDataKey'))
    await expectDenied(part(), 'Decrypt')
    await expectDenied(list(), 'Decrypt')
    await expectDenied(complete(), 'Decrypt')
    await permit(allow('kms:Decrypt'))
    expectSuccess(await list())
    expectSuccess(await complete())
    expect((await get('parts')).text).toBe('part')
    const checksum = { 'x-amz-checksum-mode': 'ENABLED' }
    expectSuccess(await room.access.ask('writer', 'HEAD', bucket, 'parts', { headers: checksum }))
  })

  it('with a bucket key: what was permitted counts until the key in memory is dropped', async () => {
    await permit(allow('kms:GenerateDataKey', 'kms:Decrypt'))
    const headers = kmsHeaders(arn, { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' })
    expectSuccess(await put('bucket key', headers))
    expect((await get('bucket key')).text).toBe('content')
    await permit()
    room.access.server.clock.advance(6 * 60 * 1000)
    const date = room.access.server.clock.now()
    const ask = (method: string, more = {}): Promise<RawAnswer> =>
      room.access.ask('writer', method, bucket, 'bucket key', { date, ...more })
    await expectDenied(ask('GET'), 'Decrypt')
    await expectDenied(ask('PUT', { headers, body: 'x' }), 'GenerateDataKey')
  })

  it('has no key of the owner’s by id or alias, only by ARN', async () => {
    await permit(allow('kms:*'))
    expectError(await put('denied', kmsHeaders(keyId)), 400, 'KMS.NotFoundException')
    expectError(await put('denied', kmsHeaders('alias/the-key')), 400, 'KMS.NotFoundException')
  })

  it('uses a key by a grant', async () => {
    const Operations = ['GenerateDataKey' as const, 'Decrypt' as const]
    await room.kms.send(new CreateGrantCommand({ KeyId: keyId, GranteePrincipal: WRITER, Operations }))
    expectSuccess(await put('by grant'))
    expect((await get('by grant')).text).toBe('content')
  })

  it('cannot read what the owner sealed under the account’s own key aws/s3', async () => {
    await room.put(bucket, 'managed', 'content', kmsHeaders())
    await expectDenied(get('managed'), 'Decrypt')
  })
})

describe('a key’s policy', () => {
  it('may ask for S3 in between, and for the object’s ARN', async () => {
    const Condition = {
      StringEquals: {
        'kms:ViaService': 's3.us-east-1.amazonaws.com',
        'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${bucket}/this one`,
      },
    }
    await permit({ ...allow('kms:GenerateDataKey'), Condition })
    expectSuccess(await put('this one'))
    await expectDenied(put('that one'), 'GenerateDataKey')
  })

  it('is not deceived by an ARN that the client gives, in any spelling', async () => {
    const theirs = `arn:aws:s3:::${bucket}/theirs`
    const Condition = { StringEquals: { 'kms:EncryptionContext:aws:s3:arn': theirs } }
    await permit({ ...allow('kms:GenerateDataKey'), Condition })
    for (const name of ['aws:s3:arn', 'AWS:S3:ARN', 'Aws:S3:Arn']) {
      const context = Buffer.from(JSON.stringify({ [name]: theirs })).toString('base64')
      const headers = kmsHeaders(arn, { 'x-amz-server-side-encryption-context': context })
      await expectDenied(put('mine', headers), 'GenerateDataKey')
    }
  })

  it('may ask for what the request adds to the context', async () => {
    const Condition = { StringEquals: { 'kms:EncryptionContext:team': 'red' } }
    await permit({ ...allow('kms:GenerateDataKey', 'kms:Decrypt'), Condition })
    const context = (team: string) => ({
      'x-amz-server-side-encryption-context': Buffer.from(JSON.stringify({ team })).toString('base64'),
    })
    expectSuccess(await put('context', kmsHeaders(arn, context('red'))))
    expect((await get('context')).text).toBe('content')
    await expectDenied(put('context', kmsHeaders(arn, context('blue'))), 'GenerateDataKey')
  })

  it('shuts the owner out where it denies', async () => {
    await room.put(bucket, 'owned', 'content', kmsHeaders(arn))
    await permit({ Effect: 'Deny', Principal: { AWS: OWNER }, Action: 'kms:Decrypt', Resource: '*' })
    await expectDenied(room.get(bucket, 'owned'), 'Decrypt')
  })
})
