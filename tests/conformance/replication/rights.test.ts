import { CreateKeyCommand } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketReplicationCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { expect, it, vi } from 'vitest'
import type { OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import { setQuota } from '../../../packages/server/src/s3/shared/quotas/set-quota.ts'
import { mainAccount, otherAccount } from '../../support/accounts.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { REPLICATES, ReplicationRoom, ruleTo } from './replication-room.ts'

const tags = { TagSet: [{ Key: 'x', Value: 'y' }] }

const read = (client: S3Client, Bucket: string, Key: string): Promise<string | undefined> =>
  client.send(new GetObjectCommand({ Bucket, Key })).then(
    ({ Body }) => Body?.transformToString(),
    (error: unknown) => (error instanceof Error ? error.name : ''),
  )

/** Lets a principal do all with a bucket and what is in it. */
const letIn = (client: S3Client, bucket: string, AWS: string) => {
  const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]
  const Statement = [{ Effect: 'Allow', Principal: { AWS }, Action: 's3:*', Resource }]
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  return client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }))
}

it('does not read what another account keeps from the owner of the bucket', async () => {
  await using room = await ReplicationRoom.open()
  const [from, to, role] = [await room.bucket(), await room.bucket(), await room.role()]
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] }
  await room.client.send(new PutBucketOwnershipControlsCommand({ Bucket: from, OwnershipControls }))
  await letIn(room.client, from, `arn:aws:iam::${otherAccount.id}:root`)
  await room.replicate(from, role, ruleTo(to))
  await room.other.send(new PutObjectCommand({ Bucket: from, Key: 'secret', Body: 'of the other' }))
  expect(await read(room.client, from, 'secret')).toBe('AccessDenied')
  await room.server.settle()
  expect(await read(room.client, to, 'secret')).toBe('NoSuchKey')
})

it('keeps to the keys, the kinds of encryption and the event holds that a policy wants of replicas', async () => {
  await using room = await ReplicationRoom.open()
  const kms = kmsClient(room.server)
  const [one = '', other = ''] = await Promise.all(
    [0, 1].map(async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn),
  )
  kms.destroy()
  const statusBy = async (Condition: object, key: string, asked: Partial<PutObjectCommandInput>) => {
    const [from, to] = [await room.bucket({ lock: true }), await room.bucket({ lock: true })]
    const deny = { Effect: 'Deny', Action: 's3:ReplicateObject', Resource: '*', Condition }
    const rule = ruleTo(to, {
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: { Bucket: '', EncryptionConfiguration: { ReplicaKmsKeyID: key } },
    })
    await room.replicate(from, await room.role([...REPLICATES, deny]), rule)
    await room.put(from, 'a', asked)
    await room.server.settle()
    return room.status(from, 'a')
  }
  const sealed = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: one } as const
  const otherKey = { ArnNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': one } }
  expect(await statusBy(otherKey, one, sealed)).toBe('COMPLETED')
  expect(await statusBy(otherKey, other, sealed)).toBe('FAILED')
  const storeKey = { StringEquals: { 's3:x-amz-server-side-encryption': 'AES256' } }
  expect(await statusBy(storeKey, one, sealed)).toBe('COMPLETED')
  expect(await statusBy(storeKey, one, {})).toBe('FAILED')
  const held = {
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockEventHold: 'ON',
    ObjectLockEventHoldDurationDays: 3,
  } as const
  const short = { NumericLessThan: { 's3:object-lock-event-hold-duration-days': '3' } }
  expect(await statusBy(short, one, held)).toBe('COMPLETED')
  expect(await statusBy(short, one, { ...held, ObjectLockEventHoldDurationDays: 2 })).toBe('FAILED')
})

it('gives nothing to a bucket that is of another account than the rule says by then', async () => {
  await using room = await ReplicationRoom.open()
  const [from, to, role] = [await room.bucket(), await room.bucket(), await room.role()]
  await room.replicate(from, role, ruleTo(to, { Destination: { Bucket: '', Account: mainAccount.id } }))
  await room.client.send(new DeleteBucketCommand({ Bucket: to }))
  await room.other.send(new CreateBucketCommand({ Bucket: to }))
  const VersioningConfiguration = { Status: 'Enabled' as const }
  await room.other.send(new PutBucketVersioningCommand({ Bucket: to, VersioningConfiguration }))
  await letIn(room.other, to, role)
  await room.put(from, 'secret', { Body: 'of the main one' })
  await room.server.settle()
  expect(await read(room.other, to, 'secret')).toBe('NoSuchKey')
  expect(await room.status(from, 'secret')).toBe('FAILED')
})

it('leaves the locks that a replica was given where its source changes otherwise', async () => {
  await using room = await ReplicationRoom.open()
  const [from, to] = [await room.bucket({ lock: true }), await room.bucket({ lock: true })]
  await room.replicate(from, await room.role(), ruleTo(to))
  const [soon, late] = [new Date(Date.now() + 60_000), new Date(Date.now() + 1e9)]
  const VersionId = await room.put(from, 'a', {
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockRetainUntilDate: soon,
  })
  await room.server.settle()
  const replica = { Bucket: to, Key: 'a', VersionId }
  const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: late } as const
  await room.client.send(new PutObjectLegalHoldCommand({ ...replica, LegalHold: { Status: 'ON' } }))
  await room.client.send(new PutObjectRetentionCommand({ ...replica, Retention }))
  await room.client.send(new PutObjectTaggingCommand({ Bucket: from, Key: 'a', Tagging: tags }))
  await room.server.settle()
  const hold = await room.client.send(new GetObjectLegalHoldCommand(replica))
  expect(hold.LegalHold).toEqual({ Status: 'ON' })
  const kept = await room.client.send(new GetObjectRetentionCommand(replica))
  expect(kept.Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(soon.getTime() + 1000)
})

it('brings the lock of a replica back to the bucket that replicates to it, and to no other', async () => {
  await using room = await ReplicationRoom.open()
  const [one, two] = [await room.bucket({ lock: true }), await room.bucket({ lock: true })]
  const role = await room.role()
  const SourceSelectionCriteria = { ReplicaModifications: { Status: 'Enabled' } } as const
  await room.replicate(one, role, ruleTo(two))
  await room.replicate(two, role, ruleTo(one, { SourceSelectionCriteria }))
  const VersionId = await room.put(one, 'a')
  await room.server.settle()
  const setHold = async (Status: 'ON' | 'OFF') => {
    const of = { Bucket: two, Key: 'a', VersionId }
    await room.client.send(new PutObjectLegalHoldCommand({ ...of, LegalHold: { Status } }))
    await room.server.settle()
    const original = new GetObjectLegalHoldCommand({ ...of, Bucket: one })
    return (await room.client.send(original)).LegalHold?.Status
  }
  expect(await setHold('ON')).toBe('ON')
  await room.client.send(new DeleteBucketReplicationCommand({ Bucket: one }))
  expect(await setHold('OFF')).toBe('ON')
  expect(await room.status(two, 'a', VersionId)).toBe('FAILED')
})

it('goes on with other buckets while one can take nothing', async () => {
  let store: OrderedStore | undefined
  await using room = await ReplicationRoom.open({ wrapMetadata: (opened) => (store = opened) })
  const [from, full, role] = [await room.bucket(), await room.bucket(), await room.role()]
  const [beside, to] = [await room.bucket(), await room.bucket()]
  await room.replicate(from, role, ruleTo(full))
  await room.replicate(beside, role, ruleTo(to))
  if (store) await setQuota(store, { bucket: full }, { maximumBytes: 3 })
  for (let index = 0; index < 10; index++) await room.put(from, `a${index}`)
  await room.put(beside, 'b')
  await vi.waitFor(async () => expect(await room.status(beside, 'b')).toBe('COMPLETED'), 15_000)
  expect(await room.status(from, 'a0')).toBe('PENDING')
})
