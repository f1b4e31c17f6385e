import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount } from '../../support/accounts.ts'
import { contentOf } from '../../support/content.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { DAY_MILLISECONDS, expectStatus, type TimeRoomOptions } from '../../support/time-room.ts'
import { customerHeaders, customerKey } from '../encryption/encryption-room.ts'
import {
  ALL,
  expiration,
  lifecycleDocument,
  noncurrentExpiration,
  rule,
} from '../lifecycle/lifecycle-room.ts'
import type { InventoryParts } from './inventory-documents.ts'
import { REPORTS, ReportRoom } from './report-room.ts'

let room: ReportRoom
async function open(options: TimeRoomOptions = {}): Promise<void> {
  room = await ReportRoom.open(options)
}
afterEach(() => room[Symbol.asyncDispose]())

/** The rows of a report of these fields, in both formats, by key; what both have besides is left out. */
async function told(fields: readonly string[], parts: InventoryParts = {}) {
  await room.setInventory('csv', { fields, ...parts })
  await room.setInventory('parquet', { fields, format: 'Parquet', ...parts })
  await room.server.settle()
  const [csv] = await room.reports('csv')
  const [parquet] = await room.reports('parquet')
  const shown = (rows: readonly Readonly<Record<string, unknown>>[] = []) =>
    rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => name.toLowerCase() !== 'bucket')),
    )
  return { csv: shown(csv?.rows), parquet: shown(parquet?.rows) }
}

describe('fields of every object', () => {
  beforeEach(() => open())

  it('are as a listing tells them', async () => {
    await room.put('a', 'hello')
    await room.put('cold', 'x', {
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-checksum-sha256': SHA_256_OF_X,
    })
    await room.putParts('parts', [contentOf('one', 5000), 'two'])
    const fields = [
      'IsMultipartUploaded',
      'ETag',
      'StorageClass',
      'LastModifiedDate',
      'Size',
      'ChecksumAlgorithm',
    ]
    const { csv, parquet } = await told(fields)
    const now = room.now
    const second = new Date(Math.floor(now.getTime() / 1000) * 1000)
    const [a, cold, parts] = csv
    expect(a).toMatchObject({
      Key: 'a',
      Size: '5',
      ETag: '5d41402abc4b2a76b9719d911017c592',
      StorageClass: 'STANDARD',
      IsMultipartUploaded: 'false',
      ChecksumAlgorithm: 'CRC64NVME',
    })
    expect(a?.['LastModifiedDate']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/)
    expect(Math.abs(Date.parse(String(a?.['LastModifiedDate'])) - second.getTime())).toBeLessThan(60_000)
    expect(cold).toMatchObject({ StorageClass: 'STANDARD_IA', ChecksumAlgorithm: 'SHA256' })
    expect(parts).toMatchObject({ Size: '5003', IsMultipartUploaded: 'true' })
    expect(parts?.['ETag']).toMatch(/^[\da-f]{32}-2$/)
    expect(parquet.map(({ key }) => key)).toEqual(['a', 'cold', 'parts'])
    expect(parquet[0]).toEqual({
      key: 'a',
      size: 5n,
      e_tag: '5d41402abc4b2a76b9719d911017c592',
      storage_class: 'STANDARD',
      is_multipart_uploaded: false,
      checksum_algorithm: 'CRC64NVME',
      last_modified_date: new Date(String(a?.['LastModifiedDate'])),
    })
    expect(parquet[2]).toMatchObject({ size: 5003n, is_multipart_uploaded: true })
  })

  it('stand in the order of the documentation, whatever the order of the configuration', async () => {
    await room.setInventory('one', {
      fields: ['ObjectOwner', 'ETag', 'Size', 'ObjectLockMode'],
      versions: 'All',
    })
    await room.server.settle()
    expect((await room.reports('one'))[0]?.columns).toEqual([
      'Bucket',
      'Key',
      'VersionId',
      'IsLatest',
      'IsDeleteMarker',
      'Size',
      'ETag',
      'ObjectLockMode',
      'ObjectOwner',
    ])
  })
})

const SHA_256_OF_X = 'LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE='

describe('encryption', () => {
  it('is told', async () => {
    await open()
    const kms = kmsClient(room.server)
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    kms.destroy()
    const key = { 'x-amz-server-side-encryption-aws-kms-key-id': KeyMetadata?.KeyId ?? '' }
    const asked = (algorithm: string) => ({ 'x-amz-server-side-encryption': algorithm, ...key })
    await room.put('bucket-key', 'x', {
      ...asked('aws:kms'),
      'x-amz-server-side-encryption-bucket-key-enabled': 'true',
    })
    await room.put('customer', 'x', customerHeaders(customerKey('a')))
    await room.put('dual', 'x', asked('aws:kms:dsse'))
    await room.put('kms', 'x', asked('aws:kms'))
    await room.put('own', 'x')
    const { csv } = await told(['EncryptionStatus', 'BucketKeyStatus'])
    expect(csv).toEqual([
      { Key: 'bucket-key', EncryptionStatus: 'SSE-KMS', BucketKeyStatus: 'ENABLED' },
      { Key: 'customer', EncryptionStatus: 'SSE-C', BucketKeyStatus: 'DISABLED' },
      { Key: 'dual', EncryptionStatus: 'DSSE-KMS', BucketKeyStatus: 'DISABLED' },
      { Key: 'kms', EncryptionStatus: 'SSE-KMS', BucketKeyStatus: 'DISABLED' },
      { Key: 'own', EncryptionStatus: 'SSE-S3', BucketKeyStatus: 'DISABLED' },
    ])
  })
})

describe('locks', () => {
  it('are told', async () => {
    await open({ lock: true })
    const until = room.inDays(10)
    await room.put('free')
    await room.put('held', 'x', { 'x-amz-object-lock-legal-hold': 'ON' })
    const retained = { 'x-amz-object-lock-mode': 'COMPLIANCE', 'x-amz-object-lock-retain-until-date': until }
    await room.put('retained', 'x', retained)
    await room.put('waiting', 'x', {
      'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-object-lock-event-hold': 'ON',
      'x-amz-object-lock-event-hold-duration-days': '90',
    })
    const fields = [
      'ObjectLockRetainUntilDate',
      'ObjectLockMode',
      'ObjectLockLegalHoldStatus',
      'ObjectLockEventHoldStatus',
      'ObjectLockEventHoldDuration',
    ]
    const { csv, parquet } = await told(fields)
    const none = { ObjectLockLegalHoldStatus: 'Off', ObjectLockEventHoldStatus: 'Off' }
    const retainedUntil = { ObjectLockMode: 'Compliance', ObjectLockRetainUntilDate: until }
    expect(csv).toEqual([
      { Key: 'free', ...none },
      { Key: 'held', ...none, ObjectLockLegalHoldStatus: 'On' },
      { Key: 'retained', ...none, ...retainedUntil },
      expect.objectContaining({
        Key: 'waiting',
        ObjectLockMode: 'Governance',
        ObjectLockEventHoldStatus: 'On',
        ObjectLockEventHoldDuration: '90 days',
      }),
    ])
    // When the report is made, and not before the object.
    expect(new Date(String(csv[3]?.['ObjectLockRetainUntilDate'])).getTime()).toBeGreaterThanOrEqual(
      new Date(until).getTime() + 80 * DAY_MILLISECONDS,
    )
    expect(parquet[2]).toMatchObject({
      object_lock_mode: 'Compliance',
      object_lock_retain_until_date: new Date(until),
    })
  })
})

describe('tiers', () => {
  it('are told of INTELLIGENT_TIERING alone', async () => {
    await open()
    const tiered = { 'x-amz-storage-class': 'INTELLIGENT_TIERING' }
    await room.put('large', contentOf('large', 128 * 1024), tiered)
    await room.put('small', 'x', tiered)
    await room.put('standard', 'x')
    const put = room.now
    await room.server.settle()
    room.server.clock.advance(31 * DAY_MILLISECONDS)
    await room.server.settle()
    const { csv } = await told(['IntelligentTieringAccessTier', 'IntelligentTieringReferenceDate'])
    expect(csv).toEqual([
      {
        Key: 'large',
        IntelligentTieringAccessTier: 'INFREQUENT_ACCESS',
        IntelligentTieringReferenceDate: expect.any(String) as string,
      },
      { Key: 'small', IntelligentTieringAccessTier: 'FREQUENT_ACCESS' },
      { Key: 'standard' },
    ])
    const reference = Date.parse(String(csv[0]?.['IntelligentTieringReferenceDate']))
    expect(Math.abs(reference - put.getTime())).toBeLessThan(60_000)
  })
})

describe('owners and ACLs', () => {
  function aclOf(row: Readonly<Record<string, unknown>> | undefined): unknown {
    return JSON.parse(Buffer.from(String(row?.['ObjectAccessControlList']), 'base64').toString())
  }
  const ownerGrant = {
    canonicalId: mainAccount.canonicalId,
    permission: 'FULL_CONTROL',
    type: 'CanonicalUser',
  }

  it('are told as GetObjectAcl tells them', async () => {
    await open({ newBuckets: { objectOwnership: 'ObjectWriter', blockPublicAccess: false } })
    await room.put('private')
    await room.put('public', 'x', { 'x-amz-acl': 'public-read' })
    await room.put('shared', 'x', { 'x-amz-grant-read': `id=${otherAccount.canonicalId}` })
    const { csv } = await told(['ObjectAccessControlList', 'ObjectOwner'])
    expect(csv.map((row) => row['ObjectOwner'])).toEqual(
      Array.from({ length: 3 }, () => mainAccount.canonicalId),
    )
    const all = { uri: 'http://acs.amazonaws.com/groups/global/AllUsers', permission: 'READ', type: 'Group' }
    const other = { canonicalId: otherAccount.canonicalId, permission: 'READ', type: 'CanonicalUser' }
    const acl = (...grants: unknown[]) => ({ version: '2022-11-10', status: 'AVAILABLE', grants })
    expect(csv.map(aclOf)).toEqual([acl(ownerGrant), acl(ownerGrant, all), acl(other)])
  })

  it('are those of the bucket owner where there are no ACLs', async () => {
    await open()
    await room.put('a')
    const { csv } = await told(['ObjectAccessControlList', 'ObjectOwner'])
    expect(csv[0]?.['ObjectOwner']).toBe(mainAccount.canonicalId)
    expect(aclOf(csv[0])).toMatchObject({ status: 'AVAILABLE', grants: [ownerGrant] })
  })
})

describe('expiration by the lifecycle', () => {
  it('is told where a rule is about a version', async () => {
    await open({ versioning: true })
    await room.put('kept/a', 'x')
    await room.put('logs/a', 'x')
    await room.put('logs/a', 'y')
    const rules = lifecycleDocument(
      rule(`<Filter><Prefix>logs/</Prefix></Filter>${expiration(10)}${noncurrentExpiration(3)}`),
    )
    expectStatus(await room.putDocument('', 'lifecycle=', rules))
    const { csv, parquet } = await told(['LifecycleExpirationDate'], { versions: 'All' })
    const dates = csv.map((row) => [row['Key'], row['IsLatest'], row['LifecycleExpirationDate']])
    expect(dates).toEqual([
      ['kept/a', 'true', undefined],
      ['logs/a', 'true', '2030-06-12T00:00:00.000Z'],
      ['logs/a', 'false', '2030-06-05T00:00:00.000Z'],
    ])
    expect(parquet[1]?.['lifecycle_expiration_date']).toEqual(new Date('2030-06-12T00:00:00Z'))
  })

  it('is not where no rule is', async () => {
    await open()
    await room.put('a')
    expectStatus(
      await room.putDocument('', 'lifecycle=', lifecycleDocument(rule(ALL + expiration(1), 'r', 'Disabled'))),
    )
    expect((await told(['LifecycleExpirationDate'])).csv).toEqual([{ Key: 'a' }])
  })
})

describe('a report itself', () => {
  async function encryptionOf(id: string): Promise<unknown[]> {
    const keys = (await room.keysIn()).filter((key) => key.includes(`/${id}/`))
    expect(keys).toHaveLength(4)
    const heads = await Promise.all(keys.map((key) => room.ask('HEAD', REPORTS, key)))
    return [...new Set(heads.map(({ headers }) => headers['x-amz-server-side-encryption']))]
  }

  it('is encrypted with a key of the store', async () => {
    await open()
    await room.put('a')
    await room.setInventory('one', { inDestination: '<Encryption><SSE-S3></SSE-S3></Encryption>' })
    await room.server.settle()
    expect(await encryptionOf('one')).toEqual(['AES256'])
  })

  it('is encrypted with a key whose policy lets S3 use it for the bucket, and no other', async () => {
    await open()
    const kms = kmsClient(room.server)
    const policy = (sourceArn: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${mainAccount.id}:root` },
            Action: 'kms:*',
            Resource: '*',
          },
          {
            Effect: 'Allow',
            Principal: { Service: 's3.amazonaws.com' },
            Action: 'kms:GenerateDataKey',
            Resource: '*',
            Condition: {
              StringEquals: { 'aws:SourceAccount': mainAccount.id },
              ArnLike: { 'aws:SourceArn': sourceArn },
            },
          },
        ],
      })
    const keyFor = async (bucket: string) => {
      const Policy = policy(`arn:aws:s3:::${bucket}`)
      return (await kms.send(new CreateKeyCommand({ Policy }))).KeyMetadata?.Arn ?? ''
    }
    const encrypted = (arn: string) => `<Encryption><SSE-KMS><KeyId>${arn}</KeyId></SSE-KMS></Encryption>`
    await room.put('a')
    await room.setInventory('let', { inDestination: encrypted(await keyFor(room.bucket)) })
    await room.setInventory('not', { inDestination: encrypted(await keyFor('another')) })
    kms.destroy()
    await room.server.settle()
    expect(await encryptionOf('let')).toEqual(['aws:kms'])
    expect(await room.keysIn(REPORTS, 'the-bucket/not/')).toEqual([])
    expect((await room.reports('let'))[0]?.rows).toHaveLength(1)
  })
})
