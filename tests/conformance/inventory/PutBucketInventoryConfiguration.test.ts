import {
  GetBucketInventoryConfigurationCommand,
  type InventoryConfiguration,
  PutBucketInventoryConfigurationCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount } from '../../support/accounts.ts'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, sdkError } from '../objects/object-room.ts'
import { inventoryIds, inventoryOf, inventoryXml, putInventory, putting } from './inventory-documents.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  await room.must('owner', 'PUT', 'the-reports')
  return () => room[Symbol.asyncDispose]()
})

describeBucketRequest(() => room, { method: 'PUT', ...putting('one') })

function configuration(bucket: string, more: Partial<InventoryConfiguration> = {}): InventoryConfiguration {
  const S3BucketDestination = {
    AccountId: mainAccount.id,
    Bucket: `arn:aws:s3:::${bucket}`,
    Format: 'Parquet' as const,
    Prefix: 'reports',
    Encryption: { SSEKMS: { KeyId: 'arn:aws:kms:us-east-1:100000000001:key/one' } },
  }
  return {
    Id: 'one',
    IsEnabled: true,
    Destination: { S3BucketDestination },
    Schedule: { Frequency: 'Weekly' },
    IncludedObjectVersions: 'All',
    Filter: { Prefix: 'logs/' },
    OptionalFields: ['Size', 'LifecycleExpirationDate'],
    ...more,
  }
}

it('takes a configuration from the SDK, in place of the one of its id', async () => {
  const Bucket = await room.bucket()
  await putInventory(room, Bucket, 'one')
  await putInventory(room, Bucket, 'two')
  const client = room.client()
  const InventoryConfiguration = configuration(Bucket)
  await client.send(new PutBucketInventoryConfigurationCommand({ Bucket, Id: 'one', InventoryConfiguration }))
  const got = await client.send(new GetBucketInventoryConfigurationCommand({ Bucket, Id: 'one' }))
  expect(got.InventoryConfiguration).toEqual(InventoryConfiguration)
  client.destroy()
  expect(await inventoryIds(room, Bucket)).toEqual(['one', 'two'])
})

it('answers with nothing', async () => {
  const answer = await putInventory(room, await room.bucket(), 'one')
  expect([answer.status, answer.text]).toEqual([200, ''])
})

it('takes every optional field of the model', async () => {
  const bucket = await room.bucket()
  const fields = [
    'BucketKeyStatus',
    'ChecksumAlgorithm',
    'ETag',
    'EncryptionStatus',
    'IntelligentTieringAccessTier',
    'IntelligentTieringReferenceDate',
    'IsMultipartUploaded',
    'LastModifiedDate',
    'LifecycleExpirationDate',
    'ObjectAccessControlList',
    'ObjectLockEventHoldDuration',
    'ObjectLockEventHoldStatus',
    'ObjectLockLegalHoldStatus',
    'ObjectLockMode',
    'ObjectLockRetainUntilDate',
    'ObjectOwner',
    'ReplicationStatus',
    'Size',
    'StorageClass',
  ]
  await putInventory(room, bucket, 'one', { fields })
  expect(await inventoryIds(room, bucket)).toEqual(['one'])
})

describe('a policy', () => {
  it('allows it by s3:PutInventoryConfiguration', async () => {
    const bucket = await room.bucket()
    await room.policy(bucket, { Action: 's3:PutInventoryConfiguration' })
    await room.must('writer', 'PUT', bucket, undefined, putting('one'))
    expectError(
      await room.ask('writer', 'GET', bucket, undefined, { query: inventoryOf('one') }),
      403,
      'AccessDenied',
    )
  })

  it('may look at the fields that are asked for', async () => {
    const bucket = await room.bucket()
    await room.policy(bucket, {
      Action: 's3:PutInventoryConfiguration',
      Condition: {
        'ForAllValues:StringEquals': { 's3:InventoryAccessibleOptionalFields': ['Size', 'StorageClass'] },
      },
    })
    const asking = (...fields: string[]) => putting('one', inventoryXml('one', { fields }))
    const refused = await room.ask('writer', 'PUT', bucket, undefined, asking('Size', 'ObjectOwner'))
    expectError(refused, 403, 'AccessDenied')
    expect(await inventoryIds(room, bucket)).toEqual([])
    await room.must('writer', 'PUT', bucket, undefined, asking('StorageClass', 'Size'))
    await room.must('writer', 'PUT', bucket, undefined, putting('two', inventoryXml('two')))
    expect(await inventoryIds(room, bucket)).toEqual(['one', 'two'])
  })
})

const KMS = '<SSE-KMS><KeyId>one</KeyId></SSE-KMS>'
const encrypted = (inner: string) =>
  inventoryXml('one', { inDestination: `<Encryption>${inner}</Encryption>` })

describe('the document', () => {
  it.each([
    ['nothing', '', 'MissingRequestBodyError'],
    ['no XML', 'Enabled', 'MalformedXML'],
    ['another id', inventoryXml('other'), 'InvalidArgument'],
    ['no schedule', inventoryXml('one').replace(/<Schedule>.*<\/Schedule>/, ''), 'MalformedXML'],
    ['a schedule that is none', inventoryXml('one', { frequency: 'Hourly' }), 'MalformedXML'],
    ['versions that are none', inventoryXml('one', { versions: 'Old' }), 'MalformedXML'],
    ['a format that is none', inventoryXml('one', { format: 'JSON' }), 'MalformedXML'],
    ['a field that is none', inventoryXml('one', { fields: ['Size', 'Colour'] }), 'MalformedXML'],
    ['a prefix of 1,025 bytes', inventoryXml('one', { prefix: 'é'.repeat(512) + 'x' }), 'InvalidArgument'],
    [
      'reports whose keys would be too long',
      inventoryXml('one', { inDestination: `<Prefix>${'p'.repeat(1000)}</Prefix>` }),
      'InvalidArgument',
    ],
    ['no encryption in its element', encrypted(''), 'MalformedXML'],
    ['two encryptions', encrypted(`<SSE-S3></SSE-S3>${KMS}`), 'MalformedXML'],
    ['an encryption without a key', encrypted('<SSE-KMS></SSE-KMS>'), 'MalformedXML'],
    ['an empty key', encrypted('<SSE-KMS><KeyId></KeyId></SSE-KMS>'), 'InvalidArgument'],
    [
      'an account id that is none',
      inventoryXml('one', { inDestination: '<AccountId>12</AccountId>' }),
      'InvalidArgument',
    ],
    [
      "another account than the destination's",
      inventoryXml('one', { inDestination: `<AccountId>${otherAccount.id}</AccountId>` }),
      'InvalidArgument',
    ],
    ['a destination that is not there', inventoryXml('one', { destination: 'nowhere' }), 'InvalidArgument'],
    [
      'a destination that is no ARN',
      inventoryXml('one').replace('arn:aws:s3:::the-reports', 'the-reports'),
      'InvalidArgument',
    ],
  ])('may not have %s', async (_, body, code) => {
    const bucket = await room.bucket()
    const answer = await room.ask('owner', 'PUT', bucket, undefined, putting('one', body))
    expectError(answer, 400, code)
    expect(await inventoryIds(room, bucket)).toEqual([])
  })

  it.each(['a b', 'x'.repeat(65), 'a/b'])('may not have the id %j', async (id) => {
    const bucket = await room.bucket()
    const answer = await room.ask('owner', 'PUT', bucket, undefined, putting(id))
    expectError(answer, 400, 'InvalidArgument')
    expect(await inventoryIds(room, bucket)).toEqual([])
  })

  it('may not ask for ORC', async () => {
    const bucket = await room.bucket()
    const body = inventoryXml('one', { format: 'ORC' })
    const answer = await room.ask('owner', 'PUT', bucket, undefined, putting('one', body))
    expectError(answer, 501, 'NotImplemented')
    expect(await inventoryIds(room, bucket)).toEqual([])
  })
})

it('makes a thousand configurations in a bucket, and no more', async () => {
  const bucket = await room.bucket()
  for (let at = 0; at < 1000; at++) await putInventory(room, bucket, `id-${at}`, { enabled: false })
  const answer = await room.ask('owner', 'PUT', bucket, undefined, putting('one-more'))
  expectError(answer, 400, 'TooManyConfigurations')
  await putInventory(room, bucket, 'id-0', { prefix: 'a' })
}, 60_000)

it('tells the SDK what is wrong', async () => {
  const Bucket = await room.bucket()
  const client = room.client()
  const input = { Bucket, Id: 'two', InventoryConfiguration: configuration(Bucket) }
  expect(await sdkError(client.send(new PutBucketInventoryConfigurationCommand(input)))).toEqual([
    400,
    'InvalidArgument',
  ])
  client.destroy()
})
