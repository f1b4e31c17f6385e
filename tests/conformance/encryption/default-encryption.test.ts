import { beforeAll, describe, expect, it } from 'vitest'
import { postForm, uploadForm } from '../../support/post-form.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import {
  AWS_MANAGED_KEY,
  byDefault,
  customerKey,
  customerMode,
  encryptionOf,
  EncryptionRoom,
  type Headers,
  kmsHeaders,
  shownAs,
  uploadIdOf,
} from './encryption-room.ts'
import { BLOCKED, BUCKET_KEY, shownSetting, UNBLOCKED } from './setting-room.ts'

const SSE = 'x-amz-server-side-encryption'
const NO_HEADERS: Headers = {}
const mine = customerMode(customerKey('mine'))
let room: EncryptionRoom
beforeAll(async () => {
  room = await EncryptionRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describe('what an object gets', () => {
  const kms = (keyArn: string): Headers => ({ [SSE]: 'aws:kms', [`${SSE}-aws-kms-key-id`]: keyArn })

  async function expectPut(
    name: string,
    headers: Headers,
    expected: Headers,
    read: Headers = {},
  ): Promise<void> {
    const put = await room.put(name, 'key', 'content', headers)
    expect(encryptionOf(put)).toEqual(shownAs(expected))
    const got = await room.get(name, 'key', read)
    expect([got.text, encryptionOf(got)]).toEqual(['content', shownAs(expected)])
  }

  it('is what its request says, or else the bucket’s default, or else AES256', async () => {
    const name = await room.access.bucket()
    await expectPut(name, {}, { [SSE]: 'AES256' })
    await room.setDefault(name, byDefault('aws:kms', room.keyId))
    await expectPut(name, {}, kms(room.keyArn))
    await expectPut(name, { [SSE]: 'AES256' }, { [SSE]: 'AES256' })
    await expectPut(name, { [SSE]: 'aws:kms:dsse' }, { ...kms(AWS_MANAGED_KEY), [SSE]: 'aws:kms:dsse' })
    await expectPut(name, mine.write, mine.shown, mine.read)
    await room.setDefault(name, byDefault('aws:kms:dsse', 'alias/the-key'))
    await expectPut(name, {}, { ...kms(room.keyArn), [SSE]: 'aws:kms:dsse' })
  })

  // Source: S3 API Reference, PutObject, x-amz-server-side-encryption-aws-kms-key-id.
  it('is the AWS managed key where the request says aws:kms and no key, whatever the default', async () => {
    const name = await room.access.bucket()
    await room.setDefault(name, byDefault('aws:kms', room.keyId))
    await expectPut(name, kmsHeaders(), kms(AWS_MANAGED_KEY))
    const { headers } = await room.get(name, 'key')
    expect(headers[`${SSE}-aws-kms-key-id`]).not.toBe(room.keyArn)
  })

  it('has a bucket key by default, unless it says no', async () => {
    const name = await room.access.bucket()
    await room.setDefault(name, byDefault('aws:kms', room.keyId) + BUCKET_KEY)
    const enabled = `${SSE}-bucket-key-enabled`
    await expectPut(name, {}, { ...kms(room.keyArn), [enabled]: 'true' })
    await expectPut(name, { [enabled]: 'false' }, kms(room.keyArn))
    await expectPut(name, kmsHeaders(room.keyId), { ...kms(room.keyArn), [enabled]: 'true' })
    // Source: S3 User Guide, "Using DSSE-KMS": no bucket keys.
    await room.setDefault(name, byDefault('aws:kms:dsse', room.keyId) + BUCKET_KEY)
    await expectPut(name, {}, { ...kms(room.keyArn), [SSE]: 'aws:kms:dsse' })
  })

  it('holds for uploads in parts and for copies; what is there stays as it is', async () => {
    const name = await room.access.bucket()
    await room.put(name, 'before', 'content')
    await room.setDefault(name, byDefault('aws:kms', room.keyId))
    const { created, completed } = await room.putParts(name, 'parts', [Buffer.from('part')], {
      write: {},
      read: {},
    })
    for (const answer of [created, completed]) expect(encryptionOf(answer)).toEqual(kms(room.keyArn))
    const headers = { 'x-amz-copy-source': `/${name}/before` }
    const copied = await room.access.must('owner', 'PUT', name, 'copy', { headers })
    expect(encryptionOf(copied)).toEqual(kms(room.keyArn))
    expect(encryptionOf(await room.get(name, 'before'))).toEqual({ [SSE]: 'AES256' })
  })

  it('changes when it is copied to itself', async () => {
    const name = await room.access.bucket()
    await room.put(name, 'key', 'content')
    const headers = { 'x-amz-copy-source': `/${name}/key` }
    const copy = (more: Headers) =>
      room.access.ask('owner', 'PUT', name, 'key', { headers: { ...headers, ...more } })
    expectError(await copy({}), 400, 'InvalidRequest')
    expectSuccess(await copy(kmsHeaders(room.keyId)))
    const got = await room.get(name, 'key')
    expect([got.text, encryptionOf(got)]).toEqual(['content', kms(room.keyArn)])
  })

  it('is refused where a default names a key that is gone', async () => {
    const name = await room.access.bucket()
    await room.setDefault(name, byDefault('aws:kms', 'alias/nobody'))
    const answer = await room.access.ask('owner', 'PUT', name, 'key', { body: 'x' })
    expectError(answer, 400, 'KMS.NotFoundException')
  })
})

describe('a bucket that blocks customers’ keys', () => {
  it('takes no new objects with them and gives the old ones', async () => {
    const name = await room.access.bucket()
    await room.put(name, 'before', 'content', mine.write)
    const created = await room.access.must('owner', 'POST', name, 'parts', {
      query: 'uploads=',
      headers: mine.write,
    })
    const uploadId = uploadIdOf(created)
    const part = (headers: Headers) =>
      room.access.ask('owner', 'PUT', name, 'parts', {
        query: `partNumber=1&uploadId=${uploadId}`,
        headers: { ...mine.write, ...headers },
        ...(headers === NO_HEADERS && { body: 'part' }),
      })
    const sent = await part(NO_HEADERS)
    expectSuccess(sent)
    await room.setDefault(name, byDefault('AES256') + BLOCKED)
    const ask = (method: string, query: string, headers: Headers) =>
      room.access.ask('owner', method, name, 'new', { query, headers: { ...mine.write, ...headers } })
    expectError(await ask('PUT', '', {}), 403, 'AccessDenied')
    expectError(await ask('POST', 'uploads=', {}), 403, 'AccessDenied')
    const source = { 'x-amz-copy-source': `/${name}/before`, ...mine.source }
    expectError(await ask('PUT', '', source), 403, 'AccessDenied')
    const form = uploadForm(
      room.access.server,
      name,
      { key: 'new', ...mine.write },
      { name: 'a', content: 'x' },
    )
    expectError(await postForm(room.access.server, name, form), 403, 'AccessDenied')
    // Of uploads that had begun: parts, sent and copied, and the completion.
    expectError(await part(NO_HEADERS), 403, 'AccessDenied')
    expectError(await part(source), 403, 'AccessDenied')
    const complete = () => room.complete(name, 'parts', uploadId, [sent.headers.etag ?? ''])
    expectError(await complete(), 403, 'AccessDenied')
    const { status } = await room.access.ask('owner', 'HEAD', name, 'before', { headers: mine.read })
    expect(status).toBe(200)
    expect((await room.get(name, 'before', mine.read)).text).toBe('content')
    await room.access.must('owner', 'PUT', name, 'copy', { headers: source })
    expect((await room.get(name, 'copy')).text).toBe('content')
    await room.setDefault(name, byDefault('AES256') + UNBLOCKED)
    await room.put(name, 'new', 'content', mine.write)
    expectSuccess(await complete())
    expect((await room.get(name, 'parts', mine.read)).text).toBe('part')
  })

  // Source: S3 User Guide, "Default SSE-C setting for new buckets FAQ".
  it('is every new one where newBuckets.blockCustomerKeys says so, until its owner unblocks them', async () => {
    const newBuckets = { objectOwnership: 'BucketOwnerEnforced', blockCustomerKeys: true } as const
    await using here = await EncryptionRoom.open({ newBuckets })
    const name = await here.access.bucket()
    const blocked = async () => (await shownSetting(here.access, name)).EncryptionType
    const put = () => here.access.ask('owner', 'PUT', name, 'key', { headers: mine.write, body: 'content' })
    expect(await blocked()).toEqual(['SSE-C'])
    expectError(await put(), 403, 'AccessDenied')
    await here.put(name, 'key', 'content')
    for (const setting of [byDefault('aws:kms'), undefined]) {
      if (setting === undefined) await here.access.set(name, 'encryption')
      else await here.setDefault(name, setting)
      expect(await blocked()).toEqual(['SSE-C'])
    }
    await here.setDefault(name, UNBLOCKED)
    expect(await blocked()).toEqual(['NONE'])
    expectSuccess(await put())
    expect((await here.get(name, 'key', mine.read)).text).toBe('content')
  })
})

describe('a bucket policy', () => {
  it('denies what does not say how it is to be encrypted', async () => {
    const name = await room.access.bucket()
    await room.access.policy(name, {
      Effect: 'Deny',
      Action: 's3:PutObject',
      Condition: { Null: { [`s3:${SSE}`]: 'true' } },
    })
    const put = (headers: Headers) => room.access.ask('owner', 'PUT', name, 'key', { headers, body: 'x' })
    expectError(await put({}), 403, 'AccessDenied')
    expectError(await put(mine.write), 403, 'AccessDenied')
    for (const algorithm of ['AES256', 'aws:kms']) expectSuccess(await put({ [SSE]: algorithm }))
    const create = await room.access.ask('owner', 'POST', name, 'key', { query: 'uploads=' })
    expectError(create, 403, 'AccessDenied')
  })

  it('denies all but one key', async () => {
    const name = await room.access.bucket()
    await room.access.policy(name, {
      Effect: 'Deny',
      Action: 's3:PutObject',
      Condition: { StringNotEquals: { [`s3:${SSE}-aws-kms-key-id`]: room.keyArn } },
    })
    const put = (headers: Headers) => room.access.ask('owner', 'PUT', name, 'key', { headers, body: 'x' })
    expectError(await put(kmsHeaders()), 403, 'AccessDenied')
    expectError(await put({}), 403, 'AccessDenied')
    expectSuccess(await put(kmsHeaders(room.keyArn)))
  })

  it('denies customers’ keys', async () => {
    const name = await room.access.bucket()
    await room.access.policy(name, {
      Effect: 'Deny',
      Action: 's3:PutObject',
      Condition: { Null: { [`s3:${SSE}-customer-algorithm`]: 'false' } },
    })
    const put = (headers: Headers) => room.access.ask('owner', 'PUT', name, 'key', { headers, body: 'x' })
    expectError(await put(mine.write), 403, 'AccessDenied')
    expectSuccess(await put({}))
  })
})
