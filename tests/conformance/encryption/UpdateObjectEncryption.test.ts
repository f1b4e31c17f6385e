import { once } from 'node:events'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { DisableKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms'
import { HeadObjectCommand, UpdateObjectEncryptionCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { StorageFault } from '../../../packages/server/src/base/storage-fault.ts'
import type { OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import { current } from '../../../packages/server/src/metadata/tables/tables.ts'
import { contentOf } from '../../support/content.ts'
import { inRange } from '../../support/in-range.ts'
import { presignedUrl, type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { objectPath } from '../../support/signature-v4.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { type Who, withMd5 } from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import {
  encryptionOf,
  EncryptionRoom,
  type Headers,
  kmsHeaders,
  type ModeName,
  MODES,
  newKey,
  uploadIdOf,
} from './encryption-room.ts'

const SSE = 'x-amz-server-side-encryption'
const BUCKET_KEY = { [`${SSE}-bucket-key-enabled`]: 'true' }
const REFUSED: readonly ModeName[] = ['aws:kms:dsse', 'aws:kms:dsse, key by id', 'SSE-C']
const UPDATABLE = MODES.filter((mode) => !REFUSED.includes(mode))
const KINDS = [
  ['without a bucket key', false],
  ['with one', true],
] as const
/** What an update leaves as it is. */
const KEPT = ['etag', 'last-modified', 'x-amz-checksum-crc64nvme', 'x-amz-version-id', 'content-type']

let room: EncryptionRoom
let bucket: string
let other: { id: string; arn: string }
beforeAll(async () => {
  const folder = await temporaryDirectory()
  room = await EncryptionRoom.open({ dataDirectory: folder.path })
  bucket = await room.access.bucket()
  other = await newKey(room.kms)
  return async () => {
    await room[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
})

function bodyOf(keyArn: string, bucketKey?: boolean): string {
  const more = bucketKey === undefined ? '' : `<BucketKeyEnabled>${bucketKey}</BucketKeyEnabled>`
  return `<ObjectEncryption xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><SSE-KMS>${more}<KMSKeyArn>${keyArn}</KMSKeyArn></SSE-KMS></ObjectEncryption>`
}

interface Asked {
  readonly name?: string
  readonly version?: string
  readonly who?: Who
  readonly body?: string
}

function ask(key: string, { name = bucket, version, who = 'owner', body }: Asked = {}): Promise<RawAnswer> {
  const document = body ?? bodyOf(other.arn)
  const query = `encryption=${version === undefined ? '' : `&versionId=${version}`}`
  return room.access.ask(who, 'PUT', name, key, { query, body: document, headers: withMd5(document) })
}

async function update(key: string, asked: Asked = {}): Promise<void> {
  const answer = await ask(key, asked)
  expectSuccess(answer)
  expect(answer.text).toBe('')
}

function head(key: string, name = bucket): Promise<RawAnswer> {
  return room.access.must('owner', 'HEAD', name, key, { headers: { 'x-amz-checksum-mode': 'ENABLED' } })
}

function kept({ headers }: RawAnswer): unknown[] {
  return KEPT.map((name) => headers[name])
}

function shown(keyArn: string, bucketKey: boolean): Headers {
  return { [SSE]: 'aws:kms', [`${SSE}-aws-kms-key-id`]: keyArn, ...(bucketKey && BUCKET_KEY) }
}

async function expectContent(key: string, content: Buffer): Promise<void> {
  const got = await room.get(bucket, key)
  expectSuccess(got)
  expect(got.body.equals(content)).toBe(true)
  if (content.length === 0) return
  const [first, last] = [content.length >> 1, content.length - 1]
  const part = await room.get(bucket, key, { range: `bytes=${first}-${last}` })
  expect(part.body.equals(content.subarray(first))).toBe(true)
}

describe.each(UPDATABLE)('an object with %s', (name) => {
  it.each(KINDS)('comes under another key %s, as it is', async (_what, bucketKey) => {
    for (const sizeBytes of [0, 500, 200_001]) {
      const content = contentOf(name, sizeBytes)
      await room.put(bucket, 'object', content, { ...room.mode(name).write, 'content-type': 'a/b' })
      const before = await head('object')
      room.access.server.clock.advance(5000)
      await update('object', { body: bodyOf(other.arn, bucketKey) })
      const after = await head('object')
      expect(kept(after)).toEqual(kept(before))
      expect(encryptionOf(after)).toEqual(shown(other.arn, bucketKey))
      await expectContent('object', content)
    }
  })

  it.each(KINDS)('in parts, sent and copied: %s', async (_what, bucketKey) => {
    const mode = room.mode(name)
    const bodies = [contentOf('one', 100_000), contentOf('two', 100)]
    const source = contentOf('source', 150_000)
    await room.put(bucket, 'source', source, mode.write)
    const created = await room.access.must('owner', 'POST', bucket, 'parts', {
      query: 'uploads=',
      headers: mode.write,
    })
    const etags: string[] = []
    for (const [index, body] of bodies.entries()) {
      const query = `partNumber=${index + 1}&uploadId=${uploadIdOf(created)}`
      const { headers } = await room.access.must('owner', 'PUT', bucket, 'parts', { query, body })
      etags.push(headers.etag ?? '')
    }
    const query = `partNumber=3&uploadId=${uploadIdOf(created)}`
    const copy = { query, headers: { 'x-amz-copy-source': `/${bucket}/source` } }
    const copied = await room.access.must('owner', 'PUT', bucket, 'parts', copy)
    etags.push(xmlTexts(copied.text, 'ETag')[0] ?? '')
    expectSuccess(await room.complete(bucket, 'parts', uploadIdOf(created), etags))
    await room.access.must('owner', 'PUT', bucket, 'copy of parts', {
      headers: { 'x-amz-copy-source': `/${bucket}/parts`, ...mode.write },
    })

    const whole = Buffer.concat([...bodies, source])
    const before = await head('parts')
    await update('parts', { body: bodyOf(other.arn, bucketKey) })
    const after = await head('parts')
    expect(kept(after)).toEqual(kept(before))
    expect(encryptionOf(after)).toEqual(shown(other.arn, bucketKey))
    await expectContent('parts', whole)
    // And those that it shares bytes with.
    await expectContent('copy of parts', whole)
    await expectContent('source', source)
    await update('copy of parts', { body: bodyOf(room.keyArn) })
    await update('source', { body: bodyOf(room.keyArn) })
    await update('parts', { body: bodyOf(room.keyArn, !bucketKey) })
    await expectContent('parts', whole)
    await expectContent('copy of parts', whole)
    await expectContent('source', source)
  })
})

it('takes the annotations of the object along, and none of another version', async () => {
  const [one, two] = [await newKey(room.kms), await newKey(room.kms)]
  const notes = { short: 'a note', long: 'x'.repeat(100_000) }
  const annotation = (method: string, name: string, text = '') =>
    room.access.must('owner', method, bucket, 'noted', {
      query: `annotation=&annotationName=${name}`,
      body: text,
    })
  await room.putParts(bucket, 'noted', [contentOf('part', 40_000)], { write: {}, read: {} })
  for (const [name, text] of Object.entries(notes)) await annotation('PUT', name, text)
  await update('noted', { body: bodyOf(one.arn) })
  await annotation('PUT', 'later', 'of the first key')
  await update('noted', { body: bodyOf(two.arn) })
  await room.kms.send(new ScheduleKeyDeletionCommand({ KeyId: one.id }))
  for (const [name, text] of Object.entries({ ...notes, later: 'of the first key' })) {
    const got = await annotation('GET', name)
    expect([got.text, got.headers[SSE]]).toEqual([text, 'aws:kms'])
  }
  await room.kms.send(new DisableKeyCommand({ KeyId: two.id }))
  const query = 'annotation=&annotationName=long'
  expectError(await room.access.ask('owner', 'GET', bucket, 'noted', { query }), 400, 'KMS.DisabledException')
})

it('goes from key to key, and needs none of those before', async () => {
  const content = contentOf('from key to key', 100_000)
  const [one, two, three] = [await newKey(room.kms), await newKey(room.kms), await newKey(room.kms)]
  await room.put(bucket, 'travels', content, kmsHeaders(one.id))
  const parts = [contentOf('part', 40_000), contentOf('part', 40_000)]
  await room.putParts(bucket, 'parts travel', parts, { write: kmsHeaders(one.id), read: {} })
  for (const [from, to] of [
    [one, two],
    [two, three],
  ] as const) {
    for (const key of ['travels', 'parts travel']) await update(key, { body: bodyOf(to.arn) })
    await room.kms.send(new ScheduleKeyDeletionCommand({ KeyId: from.id }))
    await expectContent('travels', content)
    await expectContent('parts travel', Buffer.concat(parts))
  }
  await room.access.must('owner', 'PUT', bucket, 'copied', {
    headers: { 'x-amz-copy-source': `/${bucket}/travels`, [SSE]: 'AES256' },
  })
  await expectContent('copied', content)
  await room.kms.send(new DisableKeyCommand({ KeyId: three.id }))
  expectError(await room.get(bucket, 'travels'), 400, 'KMS.DisabledException')
  expectError(await room.get(bucket, 'parts travel'), 400, 'KMS.DisabledException')
  expectError(await ask('travels'), 400, 'KMS.DisabledException')
})

it('the SDK', async () => {
  const client = room.access.client()
  await room.put(bucket, 'by the SDK', 'content')
  const SSEKMS = { KMSKeyArn: room.keyArn, BucketKeyEnabled: true }
  const target = { Bucket: bucket, Key: 'by the SDK' }
  await client.send(new UpdateObjectEncryptionCommand({ ...target, ObjectEncryption: { SSEKMS } }))
  expect(await client.send(new HeadObjectCommand(target))).toMatchObject({
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: room.keyArn,
    BucketKeyEnabled: true,
  })
  client.destroy()
})

it('what the client bound to the key stays bound', async () => {
  await room.put(bucket, 'bound', 'content', room.mode('aws:kms, with a context').write)
  const policy = (team: string) => ({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:PutKeyPolicy', Resource: '*' },
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::100000000001:root' },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncrypt*'],
        Resource: '*',
        Condition: { StringEquals: { 'kms:EncryptionContext:team': team } },
      },
    ],
  })
  const red = await newKeyWith(policy('red'))
  const blue = await newKeyWith(policy('blue'))
  expectError(await ask('bound', { body: bodyOf(blue.arn) }), 403, 'AccessDenied')
  await update('bound', { body: bodyOf(red.arn) })
  expect((await room.get(bucket, 'bound')).text).toBe('content')
})

describe('versions', () => {
  it('the newest one, or the one that is named', async () => {
    const name = await room.access.bucket()
    await room.access.set(
      name,
      'versioning',
      '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
    )
    const versions: string[] = []
    for (const body of ['one', 'two']) {
      versions.push(String((await room.put(name, 'key', body)).headers['x-amz-version-id']))
    }
    const kindOf = async (version: string): Promise<unknown> => {
      const query = `versionId=${version}`
      const got = await room.access.must('owner', 'GET', name, 'key', { query })
      return [got.text, got.headers[SSE]]
    }
    const [older = '', newer = ''] = versions
    await update('key', { name })
    expect([await kindOf(older), await kindOf(newer)]).toEqual([
      ['one', 'AES256'],
      ['two', 'aws:kms'],
    ])
    await update('key', { name, version: older })
    expect(await kindOf(older)).toEqual(['one', 'aws:kms'])

    const marker = await room.access.must('owner', 'DELETE', name, 'key')
    expectError(await ask('key', { name }), 404, 'NoSuchKey')
    const markerId = String(marker.headers['x-amz-version-id'])
    expectError(await ask('key', { name, version: markerId }), 405, 'MethodNotAllowed')
    expectError(await ask('key', { name, version: 'f'.repeat(32) }), 404, 'NoSuchVersion')
    expectError(await ask('key', { name, version: 'none' }), 400, 'InvalidArgument')
  })

  it('under object lock are refused until it ends', async () => {
    const name = await room.access.bucket({ 'x-amz-bucket-object-lock-enabled': 'true' })
    const until = new Date(room.access.server.clock.now().getTime() + 3_600_000).toISOString()
    const lock = (mode: string): Headers => ({
      'x-amz-object-lock-mode': mode,
      'x-amz-object-lock-retain-until-date': until,
      ...withMd5('content'),
    })
    const hold = { 'x-amz-object-lock-legal-hold': 'ON', ...withMd5('content') }
    for (const headers of [lock('GOVERNANCE'), lock('COMPLIANCE'), hold]) {
      await room.put(name, 'locked', 'content', headers)
      const refused = await ask('locked', { name })
      expect(expectError(refused, 403, 'AccessDenied')('Message')).toContain('Object Lock')
      expect((await head('locked', name)).headers[SSE]).toBe('AES256')
    }
    await room.access.must('owner', 'PUT', name, 'locked', {
      query: 'legal-hold=',
      body: '<LegalHold><Status>OFF</Status></LegalHold>',
      headers: withMd5('<LegalHold><Status>OFF</Status></LegalHold>'),
    })
    await update('locked', { name })
  })

  it('that are archived change without being restored', async () => {
    await room.put(bucket, 'archived', 'content', { 'x-amz-storage-class': 'GLACIER' })
    await update('archived')
    const { headers } = await head('archived')
    expect([headers[SSE], headers['x-amz-storage-class']]).toEqual(['aws:kms', 'GLACIER'])
    expectError(await room.get(bucket, 'archived'), 403, 'InvalidObjectState')
  })
})

describe('is refused', () => {
  it.each(REFUSED)('for an object with %s', async (name) => {
    const mode = room.mode(name)
    await room.put(bucket, 'refused', 'content', mode.write)
    const refused = expectError(await ask('refused'), 400, 'InvalidRequest')
    expect(refused('Message')).toContain('DSSE-KMS or SSE-C')
    expect((await room.get(bucket, 'refused', mode.read)).text).toBe('content')
  })

  const document = (inner: string): string => `<ObjectEncryption>${inner}</ObjectEncryption>`
  const UNKNOWN = 'arn:aws:kms:us-east-1:100000000001:key/11111111-2222-4333-8444-555555555555'
  it.each<[what: string, body: () => string, status: number, code: string]>([
    ['SSE-S3', () => document('<SSE-S3/>'), 400, 'InvalidRequest'],
    [
      'DSSE-KMS',
      () => document(`<DSSE-KMS><KMSKeyArn>${other.arn}</KMSKeyArn></DSSE-KMS>`),
      400,
      'InvalidRequest',
    ],
    ['nothing', () => document(''), 400, 'InvalidRequest'],
    ['no key', () => document('<SSE-KMS></SSE-KMS>'), 400, 'InvalidRequest'],
    ['an empty key', () => bodyOf(''), 400, 'InvalidRequest'],
    ['a key’s id', () => bodyOf(other.id), 400, 'InvalidRequest'],
    ['an alias', () => bodyOf('alias/the-key'), 400, 'InvalidRequest'],
    [
      'an alias’s ARN',
      () => bodyOf('arn:aws:kms:us-east-1:100000000001:alias/the-key'),
      400,
      'InvalidRequest',
    ],
    ['another service’s ARN', () => bodyOf('arn:aws:s3:::bucket'), 400, 'InvalidRequest'],
    ['a key that is not there', () => bodyOf(UNKNOWN), 400, 'KMS.NotFoundException'],
    [
      'a key of another region',
      () => bodyOf(UNKNOWN.replace('us-east', 'eu-west')),
      400,
      'KMS.NotFoundException',
    ],
    ['a key of another account', () => bodyOf(UNKNOWN.replace('0001:', '0002:')), 403, 'AccessDenied'],
    [
      'neither true nor false',
      () => bodyOf(other.arn).replace('<KMS', '<BucketKeyEnabled>maybe</BucketKeyEnabled><KMS'),
      400,
      'InvalidRequest',
    ],
    ['no XML', () => 'no XML', 400, 'MalformedXML'],
    ['another document', () => '<Tagging/>', 400, 'MalformedXML'],
  ])('with %s', async (_what, body, status, code) => {
    await room.put(bucket, 'refused', 'content')
    expectError(await ask('refused', { body: body() }), status, code)
    const got = await room.get(bucket, 'refused')
    expect([got.text, got.headers[SSE]]).toEqual(['content', 'AES256'])
  })

  it('without a checksum of its body, and for what is not there', async () => {
    await room.put(bucket, 'refused', 'content')
    const bare = await room.access.ask('owner', 'PUT', bucket, 'refused', {
      query: 'encryption=',
      body: bodyOf(other.arn),
    })
    expectError(bare, 400, 'InvalidRequest')
    expectError(await ask('never'), 404, 'NoSuchKey')
    expectError(await ask('never', { name: 'not-there' }), 404, 'NoSuchBucket')
  })
})

describe('takes permission', () => {
  const WRITER = 'arn:aws:iam::100000000002:root'
  const USES = ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncryptTo', 'kms:ReEncryptFrom']
  const writer = { who: 'writer' } as const

  it('s3:UpdateObjectEncryption, and no other', async () => {
    const name = await room.access.bucket()
    const key = await newKeyWith(keyPolicy(USES))
    const asked = { name, ...writer, body: bodyOf(key.arn) }
    await room.put(name, 'key', 'content')
    await room.access.policy(name, { Principal: { AWS: WRITER }, Action: ['s3:PutObject', 's3:GetObject'] })
    expectError(await ask('key', asked), 403, 'AccessDenied')
    await room.access.policy(name, { Principal: { AWS: WRITER }, Action: 's3:UpdateObjectEncryption' })
    await update('key', asked)
    await room.access.policy(name, { Action: 's3:UpdateObjectEncryption' })
    const refused = expectError(await ask('key', { name, who: 'anonymous' }), 400, 'InvalidRequest')
    expect(refused('Message')).toContain('AWS Signature Version 4')
  })

  it.each([
    ['the new key', 'kms:Encrypt'],
    ['the new key', 'kms:Decrypt'],
    ['the new key', 'kms:GenerateDataKey'],
    ['the new key', 'kms:ReEncryptTo'],
    ['the old key', 'kms:Decrypt'],
    ['the old key', 'kms:ReEncryptFrom'],
  ])('on %s: %s', async (which, withheld) => {
    const name = await room.access.bucket()
    await room.access.policy(name, { Principal: { AWS: WRITER }, Action: 's3:*' })
    const some = keyPolicy(USES.filter((use) => use !== withheld))
    const [oldPolicy, newPolicy] = which === 'the old key' ? [some, keyPolicy(USES)] : [keyPolicy(USES), some]
    const [from, to] = [await newKeyWith(oldPolicy), await newKeyWith(newPolicy)]
    for (const bucketKey of [false, true]) {
      await room.put(name, 'key', 'content', kmsHeaders(from.arn, bucketKey ? BUCKET_KEY : {}))
      const asked = { name, ...writer, body: bodyOf(to.arn, bucketKey) }
      expect(expectError(await ask('key', asked), 403, 'AccessDenied')('Message')).toContain(withheld)
      expect(encryptionOf(await head('key', name))).toEqual(shown(from.arn, bucketKey))
    }
  })

  function keyPolicy(actions: readonly string[]): object {
    const allow = (principal: string, Action: string | readonly string[]): object => ({
      Effect: 'Allow',
      Principal: { AWS: principal },
      Action,
      Resource: '*',
    })
    const Statement = [allow('arn:aws:iam::100000000001:root', 'kms:*'), allow(WRITER, actions)]
    return { Version: '2012-10-17', Statement }
  }
})

describe('at the same time', () => {
  it('whoever is reading goes on', async () => {
    const bodies = [contentOf('long', 4_000_000), contentOf('longer', 4_000_000)]
    const whole = Buffer.concat(bodies)
    await room.put(bucket, 'long blob', whole)
    await room.putParts(bucket, 'long parts', bodies, { write: {}, read: {} })
    for (const key of ['long blob', 'long parts']) {
      const url = presignedUrl(room.access.server, { path: objectPath(bucket, key) })
      const [answer] = (await once(httpGet(url, { agent: false }), 'response')) as [IncomingMessage]
      await update(key)
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk as Buffer)
      expect(Buffer.concat(chunks).equals(whole)).toBe(true)
      await expectContent(key, whole)
    }
  })

  it('updates, uploads and deletions of one key leave one of them', async () => {
    const keys = [room.keyArn, other.arn]
    for (let round = 0; round < 10; round++) {
      const content = contentOf(`round ${round}`, 40_000)
      await room.put(bucket, 'contended', content)
      const answers = await Promise.all([
        ...keys.map((arn, index) => ask('contended', { body: bodyOf(arn, index === 0) })),
        room.access.ask('owner', 'PUT', bucket, 'contended', { body: content }),
        ask('contended'),
      ])
      for (const answer of answers) expectSuccess(answer)
      await expectContent('contended', content)
    }
  })
})

it('a policy may say which keys, and of which objects', async () => {
  const name = await room.access.bucket()
  for (const key of ['open', 'kept']) await room.access.put(name, key, { 'x-amz-tagging': `class=${key}` })
  const Action = 's3:UpdateObjectEncryption'
  const denied = (Condition: object) => ({ Principal: '*', Effect: 'Deny', Action, Condition })
  await room.access.policy(
    name,
    denied({ ArnNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': room.keyArn } }),
    denied({ StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } }),
    denied({ StringEquals: { 's3:ExistingObjectTag/class': 'kept' } }),
  )
  const body = bodyOf(room.keyArn)
  expectError(await ask('open', { name }), 403, 'AccessDenied')
  expectError(await ask('kept', { name, body }), 403, 'AccessDenied')
  expectSuccess(await ask('open', { name, body }))
})

async function newKeyWith(policy: object): Promise<{ id: string; arn: string }> {
  return newKey(room.kms, JSON.stringify(policy))
}

it('a commit that fails leaves the object as it was', async () => {
  let fails = false
  const wrapMetadata = (inner: OrderedStore): OrderedStore => ({
    get: (key) => inner.get(key),
    getMany: (keys) => inner.getMany(keys),
    scan: (range) => inner.scan(range),
    scanMany: (ranges) => inner.scanMany(ranges),
    snapshot: () => inner.snapshot(),
    commit: (change) => {
      const failing = fails && change.put.some(({ key }) => inRange(current.range(), key))
      return failing ? Promise.reject(new StorageFault('full', 'no space left')) : inner.commit(change)
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  })
  await using here = await EncryptionRoom.open({ wrapMetadata })
  const name = await here.access.bucket()
  const bodies = [Buffer.from('one'), Buffer.from('two')]
  await here.putParts(name, 'parts', bodies, { write: {}, read: {} })
  const body = bodyOf(here.keyArn)
  const parts = { query: 'encryption=', body, headers: withMd5(body) }
  fails = true
  expectError(await here.access.ask('owner', 'PUT', name, 'parts', parts), 503, 'ServiceUnavailable')
  fails = false
  for (const expected of ['AES256', 'aws:kms']) {
    const got = await here.get(name, 'parts')
    expect([got.text, got.headers[SSE]]).toEqual(['onetwo', expected])
    expectSuccess(await here.access.ask('owner', 'PUT', name, 'parts', parts))
  }
})
