import { PutBucketLoggingCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, GROUPS, owner, withMd5, writer, xsi } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError } from '../objects/object-room.ts'
import { deliveryStatement, LOGGING, loggingXml, putParts, targetBucket } from './logging-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const INVALID = 'InvalidTargetBucketForLogging'

const put = (bucket: string, body: string, who: 'owner' | 'writer' = 'owner') =>
  room.ask(who, 'PUT', bucket, undefined, putParts(body))

/** It has to be taken. */
async function expectTaken(bucket: string, body: string): Promise<void> {
  await room.must('owner', 'PUT', bucket, undefined, putParts(body))
}

async function shown(bucket: string): Promise<string> {
  return (await room.must('owner', 'GET', bucket, undefined, LOGGING)).text
}

async function expectRefused(body: string, status: number, code: string) {
  const bucket = await room.bucket()
  const field = expectError(await put(bucket, body), status, code)
  expect(await shown(bucket)).not.toContain('LoggingEnabled')
  return field
}

describeBucketRequest(() => room, { method: 'PUT', ...putParts(loggingXml()) })

it('takes a configuration from the SDK, in the place of another, and answers with nothing', async () => {
  const [Bucket, old, target] = [await room.bucket(), await targetBucket(room), await targetBucket(room)]
  const answer = await room.must('owner', 'PUT', Bucket, undefined, putParts(loggingXml(old, 'old/')))
  expect([answer.status, answer.text]).toEqual([200, ''])
  const client = room.client()
  const LoggingEnabled = { TargetBucket: target, TargetPrefix: 'new/' }
  await client.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }))
  client.destroy()
  const text = await shown(Bucket)
  expect([xmlTexts(text, 'TargetBucket'), xmlTexts(text, 'TargetPrefix')]).toEqual([[target], ['new/']])
})

it('turns logging off where the document is empty', async () => {
  const bucket = await room.bucket()
  await expectTaken(bucket, loggingXml(await targetBucket(room)))
  await expectTaken(bucket, loggingXml())
  await expectTaken(bucket, loggingXml())
  expect(await shown(bucket)).not.toContain('LoggingEnabled')
})

it('is for whom a policy allows s3:PutBucketLogging', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:PutBucketLogging' })
  await room.must('writer', 'PUT', bucket, undefined, putParts(loggingXml(await targetBucket(room))))
  expectError(await room.ask('writer', 'GET', bucket, undefined, LOGGING), 403, 'AccessDenied')
})

it('needs no checksum, and is held to one', async () => {
  const bucket = await room.bucket()
  const body = loggingXml(await targetBucket(room))
  const ask = (headers: Record<string, string>) =>
    room.ask('owner', 'PUT', bucket, undefined, { ...LOGGING, body, headers })
  expect((await ask({})).status).toBe(200)
  expectError(await ask(withMd5('something else')), 400, 'BadDigest')
  const crc = referenceChecksum('CRC32', body)
  await room.must('owner', 'PUT', bucket, undefined, {
    ...LOGGING,
    body,
    headers: { 'x-amz-checksum-crc32': crc, 'x-amz-sdk-checksum-algorithm': 'CRC32' },
  })
})

describe('the target bucket', () => {
  it('may be the bucket itself', async () => {
    const bucket = await targetBucket(room)
    await expectTaken(bucket, loggingXml(bucket, 'own/'))
    expect(xmlTexts(await shown(bucket), 'TargetBucket')).toEqual([bucket])
  })

  it.each(['no-such-bucket', 'X', '../etc', '%2e%2e', 'a'.repeat(300)])('has to exist: %s', async (name) => {
    const field = await expectRefused(loggingXml(name), 400, INVALID)
    expect(field('TargetBucket')).toBe(name)
  })

  it('has to be of the same account', async () => {
    const target = await room.bucket({}, 'writer')
    const field = await expectRefused(loggingXml(target), 400, INVALID)
    expect(field('Message')).toBe(
      'The owner for the bucket to be logged and the target bucket must be the same.',
    )
  })

  it('may not have a default retention', async () => {
    const target = await room.bucket({ 'x-amz-bucket-object-lock-enabled': 'true' })
    await room.policy(target, deliveryStatement(target))
    await expectTaken(await room.bucket(), loggingXml(target))
    const rule = '<DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention>'
    const lock = `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>${rule}</Rule></ObjectLockConfiguration>`
    await room.set(target, 'object-lock', lock)
    await expectRefused(loggingXml(target), 400, INVALID)
  })

  it('may not have its requesters pay', async () => {
    const target = await targetBucket(room)
    const payer = '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>'
    await room.set(target, 'requestPayment', payer)
    await expectRefused(loggingXml(target), 400, INVALID)
  })

  it('may be encrypted by default with keys of S3 only', async () => {
    const target = await targetBucket(room)
    const encryption = (algorithm: string): string =>
      `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`
    await room.set(target, 'encryption', encryption('aws:kms'))
    await expectRefused(loggingXml(target), 400, INVALID)
    await room.set(target, 'encryption', encryption('AES256'))
    await expectTaken(await room.bucket(), loggingXml(target))
  })
})

describe('the permission of the log delivery', () => {
  const uri = `uri="${GROUPS.logDelivery}"`

  it.each([
    ['WRITE and READ_ACP by ACL', { 'x-amz-grant-write': uri, 'x-amz-grant-read-acp': uri }],
    ['the canned ACL for it', { 'x-amz-acl': 'log-delivery-write' }],
  ])('may be %s', async (_, headers) => {
    await expectTaken(await room.bucket(), loggingXml(await room.bucket(headers)))
  })

  it.each([
    ['nothing', {}],
    ['WRITE alone', { 'x-amz-grant-write': uri }],
    ['READ_ACP alone', { 'x-amz-grant-read-acp': uri }],
  ])('may not be %s', async (_, headers) => {
    const target = await room.bucket(headers)
    const field = await expectRefused(loggingXml(target), 400, INVALID)
    expect(field('Message')).toMatch(/bucket policy or give the log-delivery group WRITE and READ_ACP/)
  })

  it('may be a policy for the bucket and the account', async () => {
    const [bucket, target] = [await room.bucket(), await room.bucket()]
    const allow = (source: string, account: string) =>
      room.policy(
        target,
        deliveryStatement(target, {
          ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${source}` },
          StringEquals: { 'aws:SourceAccount': account },
        }),
      )
    await allow(bucket, owner.id)
    await expectTaken(bucket, loggingXml(target, 'x/'))
    await allow('another', owner.id)
    expectError(await put(bucket, loggingXml(target)), 400, INVALID)
    await allow(bucket, writer.id)
    expectError(await put(bucket, loggingXml(target)), 400, INVALID)
  })

  it('is held against the prefix', async () => {
    const target = await room.bucket()
    await room.policy(target, { ...deliveryStatement(target), Resource: `arn:aws:s3:::${target}/logs/*` })
    await expectTaken(await room.bucket(), loggingXml(target, 'logs/'))
    await expectRefused(loggingXml(target, 'other/'), 400, INVALID)
  })

  it('may come later where the target has no ACLs', async () => {
    const target = await room.bucket()
    await room.ownership(target, 'BucketOwnerEnforced')
    await expectTaken(await room.bucket(), loggingXml(target))
  })
})

describe('target grants', () => {
  const byId = `<Grantee ${xsi} xsi:type="CanonicalUser"><ID>${writer.canonicalId}</ID><DisplayName>x</DisplayName></Grantee>`
  const byEmail = `<Grantee ${xsi} xsi:type="AmazonCustomerByEmail"><EmailAddress>third@example.com</EmailAddress></Grantee>`
  const byUri = `<Grantee ${xsi} xsi:type="Group"><URI>${GROUPS.authenticated}</URI></Grantee>`
  const grant = (grantee: string, permission: string): string =>
    `<Grant>${grantee}<Permission>${permission}</Permission></Grant>`
  const grants = (...elements: string[]): string => `<TargetGrants>${elements.join('')}</TargetGrants>`

  it('name accounts by id and by e-mail address, and groups', async () => {
    const [bucket, target] = [await room.bucket(), await targetBucket(room)]
    const all = grants(grant(byId, 'READ'), grant(byEmail, 'WRITE'), grant(byUri, 'FULL_CONTROL'))
    await expectTaken(bucket, loggingXml(target, '', all))
    const text = await shown(bucket)
    expect(xmlTexts(text, 'ID')).toEqual([writer.canonicalId, '3'.repeat(64)])
    expect(xmlTexts(text, 'URI')).toEqual([GROUPS.authenticated])
    expect(xmlTexts(text, 'Permission')).toEqual(['READ', 'WRITE', 'FULL_CONTROL'])
  })

  it('may be an empty list', async () => {
    const bucket = await room.bucket()
    await expectTaken(bucket, loggingXml(await targetBucket(room), '', grants()))
    expect(await shown(bucket)).not.toContain('TargetGrants')
  })

  it.each([
    ['READ_ACP', grant(byId, 'READ_ACP'), 'MalformedXML'],
    ['no permission', `<Grant>${byId}</Grant>`, 'MalformedXML'],
    ['no grantee', '<Grant><Permission>READ</Permission></Grant>', 'MalformedXML'],
    ['nobody', grant(byId.replace(writer.canonicalId, 'f'.repeat(64)), 'READ'), 'InvalidArgument'],
    [
      'no address of anybody',
      grant(byEmail.replace('third', 'no'), 'READ'),
      'UnresolvableGrantByEmailAddress',
    ],
    ['no group', grant(byUri.replace('Authenticated', 'Un'), 'READ'), 'InvalidArgument'],
    ['too many', grant(byId, 'READ').repeat(99), 'MalformedXML'],
  ])('may not be for %s', async (_, elements, code) => {
    await expectRefused(loggingXml(await targetBucket(room), '', grants(elements)), 400, code)
  })

  it('are not for targets without ACLs', async () => {
    const target = await targetBucket(room)
    await room.ownership(target, 'BucketOwnerEnforced')
    const body = loggingXml(target, '', grants(grant(byId, 'READ')))
    await expectRefused(body, 400, 'AccessControlListNotSupported')
  })

  it('may not be public where the target blocks that', async () => {
    const target = await targetBucket(room)
    await room.block(target, 'BlockPublicAcls')
    await expectRefused(loggingXml(target, '', grants(grant(byUri, 'READ'))), 403, 'AccessDenied')
    await expectTaken(await room.bucket(), loggingXml(target, '', grants(grant(byId, 'READ'))))
  })
})

describe('the key format', () => {
  const format = (inner: string): string => `<TargetObjectKeyFormat>${inner}</TargetObjectKeyFormat>`
  const partitioned = (source: string): string => format(`<PartitionedPrefix>${source}</PartitionedPrefix>`)

  it.each([
    ['simple', format('<SimplePrefix/>'), '<SimplePrefix>'],
    [
      'partitioned by the time of requests',
      partitioned('<PartitionDateSource>EventTime</PartitionDateSource>'),
      'EventTime',
    ],
    [
      'partitioned by that of the delivery',
      partitioned('<PartitionDateSource>DeliveryTime</PartitionDateSource>'),
      'DeliveryTime',
    ],
    ['partitioned by what is the default', partitioned(''), 'EventTime'],
  ])('may be %s', async (_, element, text) => {
    const bucket = await room.bucket()
    await expectTaken(bucket, loggingXml(await targetBucket(room), '', element))
    expect(await shown(bucket)).toContain(text)
  })

  it.each([
    ['nothing', format('')],
    ['both', format('<SimplePrefix/><PartitionedPrefix/>')],
    ['an unknown date', partitioned('<PartitionDateSource>Now</PartitionDateSource>')],
  ])('may not be %s', async (_, element) => {
    await expectRefused(loggingXml(await targetBucket(room), '', element), 400, 'MalformedXML')
  })
})

describe('the document', () => {
  it.each([
    ['nothing', 'MissingRequestBodyError', ''],
    ['another document', 'MalformedXML', '<Tagging/>'],
    ['no XML', 'MalformedXML', 'on'],
    ['no target', 'MalformedXML', loggingXml('x').replace(/<TargetBucket>.*<\/TargetBucket>/, '')],
    ['an empty target', 'MalformedXML', loggingXml('')],
    ['no prefix', 'MalformedXML', loggingXml('x').replace(/<TargetPrefix>.*<\/TargetPrefix>/, '')],
    [
      'two targets',
      'MalformedXML',
      loggingXml('x').replace('<TargetPrefix>', '<TargetBucket>y</TargetBucket><TargetPrefix>'),
    ],
  ])('may not have %s', async (_, code, body) => {
    const bucket = await room.bucket()
    const headers = { 'content-md5': referenceChecksum('MD5', body) }
    const answer = await room.ask('owner', 'PUT', bucket, undefined, { ...LOGGING, body, headers })
    expectError(answer, 400, code)
  })

  it('may have a prefix as long as leaves keys their length', async () => {
    const target = await targetBucket(room)
    // 19 characters of the time, a dash, 16 that make it unique.
    const longest = 1024 - 36
    await expectTaken(await room.bucket(), loggingXml(target, 'é'.repeat(longest / 2)))
    await expectRefused(loggingXml(target, 'a'.repeat(longest + 1)), 400, 'InvalidArgument')
    const partitioned = '<TargetObjectKeyFormat><PartitionedPrefix/></TargetObjectKeyFormat>'
    await expectRefused(loggingXml(target, 'a'.repeat(longest), partitioned), 400, 'InvalidArgument')
  })
})
