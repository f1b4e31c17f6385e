import {
  CreateAliasCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RawAnswer } from '../../support/raw-request.ts'
import type { Parts } from '../access/access-room.ts'
import { expectBareError, expectError, expectSuccess } from '../objects/object-room.ts'
import {
  byDefault,
  customerHeaders,
  customerKey,
  customerMode,
  EncryptionRoom,
  type Headers,
  kmsHeaders,
  newKey,
  SOURCE_PREFIX,
  uploadIdOf,
} from './encryption-room.ts'

const SSE = 'x-amz-server-side-encryption'
const mine = customerMode(customerKey('mine'))
const others = customerMode(customerKey('another’s'))
const { key, md5 } = customerKey('mine')

let room: EncryptionRoom
let bucket: string
beforeAll(async () => {
  room = await EncryptionRoom.open()
  bucket = await room.access.bucket()
  return () => room[Symbol.asyncDispose]()
})

function put(headers: Headers, name = 'refused') {
  return room.access.ask('owner', 'PUT', bucket, name, { headers, ...contentFor(headers) })
}

/** Bytes to write, where they are not those of another object. */
function contentFor(headers: Headers): Parts {
  return 'x-amz-copy-source' in headers ? {} : { body: 'x' }
}

async function expectNothing(name = 'refused'): Promise<void> {
  expectError(await room.get(bucket, name), 404, 'NoSuchKey')
}

describe('what a write may ask for', () => {
  const context = (text: string): string => Buffer.from(text).toString('base64')
  const message = (part: string): RegExp => new RegExp(part)

  it.each<[string, Headers, code: string, message: RegExp]>([
    ['an unknown algorithm', { [SSE]: 'AES512' }, 'InvalidArgument', message('not supported')],
    ['lower case', { [SSE]: 'aes256' }, 'InvalidArgument', message('not supported')],
    ['a key without aws:kms', { [`${SSE}-aws-kms-key-id`]: 'k' }, 'InvalidArgument', message('aws:kms')],
    [
      'a key with AES256',
      { [SSE]: 'AES256', [`${SSE}-aws-kms-key-id`]: 'k' },
      'InvalidArgument',
      message('aws:kms'),
    ],
    [
      'a customer’s key and AES256',
      { ...mine.write, [SSE]: 'AES256' },
      'InvalidArgument',
      message('incompatible'),
    ],
    [
      'a customer’s key and aws:kms',
      { ...mine.write, [SSE]: 'aws:kms' },
      'InvalidArgument',
      message('incompatible'),
    ],
    [
      'a context that is no JSON',
      kmsHeaders(undefined, { [`${SSE}-context`]: context('team=red') }),
      'InvalidArgument',
      message('x-amz-server-side-encryption-context'),
    ],
    [
      'a context of a list',
      kmsHeaders(undefined, { [`${SSE}-context`]: context('["red"]') }),
      'InvalidArgument',
      message('x-amz-server-side-encryption-context'),
    ],
    [
      'a context of numbers',
      kmsHeaders(undefined, { [`${SSE}-context`]: context('{"team":1}') }),
      'InvalidArgument',
      message('x-amz-server-side-encryption-context'),
    ],
    [
      'a context with a member given twice',
      kmsHeaders(undefined, { [`${SSE}-context`]: context('{"team":"red","t\\u0065am":"blue"}') }),
      'InvalidArgument',
      message('x-amz-server-side-encryption-context'),
    ],
    [
      'a context that is not base64',
      kmsHeaders(undefined, { [`${SSE}-context`]: '{"team":"red"}' }),
      'InvalidArgument',
      message('x-amz-server-side-encryption-context'),
    ],
  ])('%s', async (_what, headers, code, text) => {
    for (const answer of [
      await put(headers),
      await room.access.ask('owner', 'POST', bucket, 'refused', { query: 'uploads=', headers }),
    ]) {
      expect(expectError(answer, 400, code)('Message')).toMatch(text)
    }
    await expectNothing()
  })
})

describe('a customer’s key', () => {
  const algorithm = { [`${SSE}-customer-algorithm`]: 'AES256' }
  const both = { [`${SSE}-customer-key`]: key, [`${SSE}-customer-key-md5`]: md5 }

  it.each<[string, Headers, code: string]>([
    ['no algorithm', both, 'InvalidArgument'],
    [
      'another algorithm',
      { ...both, [`${SSE}-customer-algorithm`]: 'AES128' },
      'InvalidEncryptionAlgorithmError',
    ],
    ['the algorithm alone', algorithm, 'InvalidArgument'],
    ['no key', { ...algorithm, [`${SSE}-customer-key-md5`]: md5 }, 'InvalidArgument'],
    ['no digest', { ...algorithm, [`${SSE}-customer-key`]: key }, 'InvalidArgument'],
    [
      'another key’s digest',
      { ...mine.write, [`${SSE}-customer-key-md5`]: customerKey('x').md5 },
      'InvalidArgument',
    ],
    ['a digest that is none', { ...mine.write, [`${SSE}-customer-key-md5`]: 'AAAA' }, 'InvalidArgument'],
    [
      'a short key',
      { ...mine.write, [`${SSE}-customer-key`]: Buffer.alloc(16).toString('base64') },
      'InvalidArgument',
    ],
    [
      'a key that is not base64',
      { ...mine.write, [`${SSE}-customer-key`]: '*'.repeat(44) },
      'InvalidArgument',
    ],
  ])('%s', async (_what, headers, code) => {
    expectError(await put(headers), 400, code)
    await expectNothing()
    await room.put(bucket, 'sealed', 'content', mine.write)
    expectError(await room.get(bucket, 'sealed', headers), 400, code)
    const ofSource = Object.entries(headers).map(
      ([name, value]) => [name.replace(SSE, SOURCE_PREFIX), value] as const,
    )
    const copy: Headers = {
      ...(Object.fromEntries(ofSource) as Headers),
      'x-amz-copy-source': `/${bucket}/sealed`,
    }
    expectError(await put(copy), 400, code)
  })

  it('is never told back', async () => {
    const wrong = await put({ ...mine.write, [`${SSE}-customer-key-md5`]: customerKey('x').md5 })
    expect(wrong.text).not.toContain(key)
    expect(JSON.stringify(wrong.headers)).not.toContain(key)
  })

  it('that is missing: 400; wrong: 403; of an object that has none: 400', async () => {
    await room.put(bucket, 'sealed', 'content', mine.write)
    await room.put(bucket, 'plain', 'content')
    const attributes = { 'x-amz-object-attributes': 'ETag' }
    const copyOf = (name: string) => ({ 'x-amz-copy-source': `/${bucket}/${name}` })

    expectError(await room.get(bucket, 'sealed'), 400, 'InvalidRequest')
    expectError(await room.get(bucket, 'sealed', others.read), 403, 'AccessDenied')
    expectError(await room.get(bucket, 'plain', mine.read), 400, 'InvalidRequest')
    const head = (name: string, headers: Headers) =>
      room.access.ask('owner', 'HEAD', bucket, name, { headers })
    expectBareError(await head('sealed', {}), 400)
    expectBareError(await head('sealed', others.read), 403)
    expectBareError(await head('plain', mine.read), 400)
    const tell = (headers: Headers) =>
      room.access.ask('owner', 'GET', bucket, 'sealed', {
        query: 'attributes=',
        headers: { ...attributes, ...headers },
      })
    expectError(await tell({}), 400, 'InvalidRequest')
    expectError(await tell(others.read), 403, 'AccessDenied')
    expectError(await put(copyOf('sealed')), 400, 'InvalidRequest')
    expectError(await put({ ...copyOf('sealed'), ...others.source }), 403, 'AccessDenied')
    expectError(await put({ ...copyOf('plain'), ...mine.source }), 400, 'InvalidRequest')
    await expectNothing()
  })

  it('differs where two objects have the same bytes', async () => {
    const one = await room.put(bucket, 'one', 'same bytes', mine.write)
    const two = await room.put(bucket, 'two', 'same bytes', mine.write)
    expect(one.headers.etag).not.toBe(two.headers.etag)
  })
})

describe('reads', () => {
  it.each(['AES256', 'aws:kms'])('refuse x-amz-server-side-encryption: %s', async (algorithm) => {
    await room.put(bucket, 'object', 'content')
    const headers = { [SSE]: algorithm }
    expectError(await room.get(bucket, 'object', headers), 400, 'InvalidArgument')
    expectBareError(await room.access.ask('owner', 'HEAD', bucket, 'object', { headers }), 400)
    const created = await room.access.must('owner', 'POST', bucket, 'parts', { query: 'uploads=' })
    const query = `partNumber=1&uploadId=${uploadIdOf(created)}`
    const part = await room.access.ask('owner', 'PUT', bucket, 'parts', { query, headers, body: 'x' })
    expectError(part, 400, 'InvalidArgument')
  })
})

describe('a key of the key service', () => {
  const UNKNOWN = '11111111-2222-4333-8444-555555555555'

  it.each([
    ['an unknown id', UNKNOWN],
    ['an unknown ARN', `arn:aws:kms:us-east-1:100000000001:key/${UNKNOWN}`],
    ['an ARN of another region', `arn:aws:kms:eu-west-1:100000000001:key/${UNKNOWN}`],
    ['an unknown alias', 'alias/nobody'],
    ['no name at all', '*** no key ***'],
    ['an ARN of another service', 'arn:aws:s3:::bucket'],
  ])('%s', async (_what, name) => {
    expectError(await put(kmsHeaders(name)), 400, 'KMS.NotFoundException')
    await expectNothing()
  })

  async function sealedUnder(keyId: string, headers: Headers): Promise<void> {
    await room.put(bucket, 'of the key', 'content', kmsHeaders(keyId, headers))
    expectSuccess(await room.get(bucket, 'of the key'))
  }

  async function expectRefused(keyId: string, code: string, headers: Headers): Promise<void> {
    expectError(await room.get(bucket, 'of the key'), 400, code)
    expectError(await put(kmsHeaders(keyId, headers)), 400, code)
    expectError(await put({ 'x-amz-copy-source': `/${bucket}/of%20the%20key` }), 400, code)
    const query = 'uploads='
    const create = await room.access.ask('owner', 'POST', bucket, 'refused', {
      query,
      headers: kmsHeaders(keyId),
    })
    expectError(create, 400, code)
    await expectNothing()
    // What needs no bytes needs no key.
    expectSuccess(await room.access.ask('owner', 'HEAD', bucket, 'of the key'))
  }

  it('disabled, and enabled again', async () => {
    const { id } = await newKey(room.kms)
    await sealedUnder(id, {})
    await room.kms.send(new DisableKeyCommand({ KeyId: id }))
    await expectRefused(id, 'KMS.DisabledException', {})
    await room.kms.send(new EnableKeyCommand({ KeyId: id }))
    expectSuccess(await room.get(bucket, 'of the key'))
  })

  it('pending deletion', async () => {
    const { id } = await newKey(room.kms)
    await room.kms.send(new CreateAliasCommand({ AliasName: 'alias/going', TargetKeyId: id }))
    await sealedUnder('alias/going', {})
    await room.kms.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }))
    await expectRefused('alias/going', 'KMS.KMSInvalidStateException', {})
  })

  it('disabled between the parts of an upload', async () => {
    const { id } = await newKey(room.kms)
    const ask = { query: 'uploads=', headers: kmsHeaders(id) }
    const uploadId = uploadIdOf(await room.access.must('owner', 'POST', bucket, 'parts', ask))
    const query = `partNumber=1&uploadId=${uploadId}`
    const part = await room.access.must('owner', 'PUT', bucket, 'parts', { query, body: 'x' })
    await room.kms.send(new DisableKeyCommand({ KeyId: id }))
    const refused = await room.access.ask('owner', 'PUT', bucket, 'parts', { query, body: 'y' })
    expectError(refused, 400, 'KMS.DisabledException')
    const completed = await room.complete(bucket, 'parts', uploadId, [part.headers.etag ?? ''])
    expectError(completed, 400, 'KMS.DisabledException')
    await room.kms.send(new EnableKeyCommand({ KeyId: id }))
    expectSuccess(await room.complete(bucket, 'parts', uploadId, [part.headers.etag ?? '']))
    expect((await room.get(bucket, 'parts')).text).toBe('x')
  })

  it('takes a signature', async () => {
    await room.access.policy(bucket, { Action: ['s3:PutObject', 's3:GetObject'] })
    await room.put(bucket, 'public', 'content', kmsHeaders())
    const answer = expectError(await room.get(bucket, 'public', {}, 'anonymous'), 400, 'InvalidArgument')
    expect(answer('Message')).toContain('require AWS Signature Version 4')
    const parts = { headers: kmsHeaders(), body: 'x' }
    const refused = await room.access.ask('anonymous', 'PUT', bucket, 'refused', parts)
    expectError(refused, 400, 'InvalidArgument')
    await expectNothing()
  })
})

describe('plain HTTP', () => {
  const writes: readonly (readonly [code: string, Headers])[] = [
    ['InvalidRequest', customerHeaders(customerKey('mine'))],
    ['InvalidArgument', kmsHeaders()],
    ['InvalidArgument', { [SSE]: 'aws:kms:dsse' }],
  ]

  it('carries no keys where requireTls is true', async () => {
    await using here = await EncryptionRoom.open({ encryption: { requireTls: true } })
    const name = await here.access.bucket()
    for (const [code, headers] of writes) {
      const answer = await here.access.ask('owner', 'PUT', name, 'key', { headers, body: 'x' })
      expect(expectError(answer, 400, code)('Message')).toContain('must be made over a secure connection')
    }
    await here.put(name, 'key', 'x')
  })

  it.each(['exceptLoopback', false] as const)(
    'carries them on loopback where it is %s',
    async (requireTls) => {
      await using here = await EncryptionRoom.open({ encryption: { requireTls } })
      const name = await here.access.bucket()
      for (const [, headers] of writes) {
        expectSuccess(await here.access.ask('owner', 'PUT', name, 'key', { headers, body: 'x' }))
      }
    },
  )
})

describe('Signature Version 2', () => {
  const message =
    'Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.'
  const ask = (method: string, name: string, parts: Parts = {}) =>
    room.access.ask('owner', method, bucket, name, { versionTwo: true, ...parts })
  const refused = (answer: RawAnswer): void => {
    expect(expectError(answer, 400, 'InvalidArgument')('Message')).toBe(message)
  }

  it('is not enough for keys of the key service, whatever is done with them', async () => {
    await room.put(bucket, 'under-a-key', 'x', kmsHeaders(room.keyArn))
    const headers = kmsHeaders(room.keyArn)
    refused(await ask('PUT', 'by-two', { headers, body: 'x' }))
    refused(await ask('GET', 'under-a-key'))
    refused(await ask('GET', 'under-a-key', { presigned: { expiresSeconds: 60 } }))
    refused(await ask('PUT', 'by-two', { headers: { 'x-amz-copy-source': `${bucket}/under-a-key` } }))
    refused(await ask('POST', 'by-two', { query: 'uploads', headers }))
    const created = await room.access.must('owner', 'POST', bucket, 'by-two', { query: 'uploads=', headers })
    const query = `partNumber=1&uploadId=${uploadIdOf(created)}`
    refused(await ask('PUT', 'by-two', { query, body: 'x' }))
    await expectNothing('by-two')
  })

  it('is not enough where the bucket wants such a key', async () => {
    const own = await room.access.bucket()
    await room.setDefault(own, byDefault('aws:kms', room.keyArn))
    refused(await room.access.ask('owner', 'PUT', own, 'k', { versionTwo: true, body: 'x' }))
    expectSuccess(await room.access.ask('owner', 'PUT', own, 'k', { body: 'x' }))
  })

  it('is enough for the store’s own keys', async () => {
    expectSuccess(await ask('PUT', 'by-two', { headers: { [SSE]: 'AES256' }, body: 'x' }))
    expect((await ask('GET', 'by-two')).text).toBe('x')
  })
})
