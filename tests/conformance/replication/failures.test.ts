import {
  DeleteBucketReplicationCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Destinations, QUEUE, withDestinations } from '../notification/notification-room.ts'
import { REPLICATES, ReplicationRoom, ruleTo, TRUST_S3 } from './replication-room.ts'

let room: ReplicationRoom
beforeAll(async () => {
  room = await ReplicationRoom.open()
})
afterAll(() => room[Symbol.asyncDispose]())

/** All statements, without some actions. */
function without(...actions: string[]): object[] {
  return REPLICATES.map((statement) => ({
    ...statement,
    Action: statement.Action.filter((action) => !actions.includes(action)),
  })).filter(({ Action }) => Action.length > 0)
}

/** What a bucket's replication comes to by a role that may not do all that it takes. */
async function outcome(role: string): Promise<{ status: string | undefined; replicas: number }> {
  const [from, to] = [await room.bucket(), await room.bucket()]
  await room.replicate(from, role, ruleTo(to))
  await room.put(from, 'a', { Tagging: 'k=v' })
  const replicas = await room.versions(to)
  return { status: await room.status(from, 'a'), replicas: replicas.length }
}

describe('a role', () => {
  it.each([
    's3:GetReplicationConfiguration',
    's3:ListBucket',
    's3:GetObjectVersionForReplication',
    's3:GetObjectVersionAcl',
    's3:GetObjectVersionTagging',
    's3:ReplicateObject',
    's3:ReplicateTags',
  ])('replicates nothing without %s', async (action) => {
    expect(await outcome(await room.role(without(action)))).toEqual({ status: 'FAILED', replicas: 0 })
  })

  it('replicates no delete marker without s3:ReplicateDelete', async () => {
    const [from, to] = [await room.bucket(), await room.bucket()]
    await room.replicate(from, await room.role(without('s3:ReplicateDelete')), ruleTo(to))
    await room.put(from, 'a')
    await room.client.send(new DeleteObjectCommand({ Bucket: from, Key: 'a' }))
    expect(await room.versions(to)).toMatchObject([{ key: 'a', isLatest: true, status: 'REPLICA' }])
  })

  it('has to trust S3 with the bucket', async () => {
    const others = { ...TRUST_S3, Principal: { Service: 'ec2.amazonaws.com' } }
    expect(await outcome(await room.role(REPLICATES, others))).toEqual({ status: 'FAILED', replicas: 0 })
    const elsewhere = { ...TRUST_S3, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::elsewhere' } } }
    expect(await outcome(await room.role(REPLICATES, elsewhere))).toEqual({ status: 'FAILED', replicas: 0 })
    const here = { ...TRUST_S3, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::replicated-*' } } }
    expect(await outcome(await room.role(REPLICATES, here))).toEqual({ status: 'COMPLETED', replicas: 1 })
  })

  it('has to be there', async () => {
    const role = 'arn:aws:iam::100000000001:role/nobody'
    expect(await outcome(role)).toEqual({ status: 'FAILED', replicas: 0 })
  })
})

it('what changes of a version does not fail where others go by their tags, and it never went', async () => {
  const [from, reds, blues] = [await room.bucket(), await room.bucket(), await room.bucket()]
  const ofColour = (Value: string) => ({
    Filter: { Tag: { Key: 'colour', Value } },
    DeleteMarkerReplication: { Status: 'Disabled' as const },
  })
  await room.replicate(
    from,
    await room.role(),
    ruleTo(reds, ofColour('red')),
    ruleTo(blues, ofColour('blue')),
  )
  const putTags = (...TagSet: { Key: string; Value: string }[]) =>
    room.client.send(new PutObjectTaggingCommand({ Bucket: from, Key: 'a', Tagging: { TagSet } }))
  const VersionId = await room.put(from, 'a', { Tagging: 'colour=red' })
  await putTags({ Key: 'colour', Value: 'red' }, { Key: 'size', Value: 'large' })
  await room.server.settle()
  const { TagCount } = await room.get(reds, 'a')
  expect([await room.status(from, 'a'), TagCount, await room.versions(blues)]).toEqual(['COMPLETED', 2, []])
  // It went there, and is missing.
  await room.client.send(new DeleteObjectCommand({ Bucket: reds, Key: 'a', VersionId }))
  await putTags({ Key: 'colour', Value: 'red' })
  await room.server.settle()
  expect(await room.status(from, 'a')).toBe('FAILED')
})

it('tags are not taken away by a role that lost s3:ReplicateTags', async () => {
  const { from, to, role } = await room.pair()
  await room.put(from, 'a', { Tagging: 'k=v' })
  await room.server.settle()
  await room.allow(role.split('/').at(-1) ?? '', without('s3:ReplicateTags'))
  await room.client.send(new DeleteObjectTaggingCommand({ Bucket: from, Key: 'a' }))
  await room.server.settle()
  expect(await room.status(from, 'a')).toBe('FAILED')
  expect((await room.get(to, 'a')).TagCount).toBe(1)
})

describe('a version is FAILED, and others go on', () => {
  it('where its destination is gone, or has its versioning suspended', async () => {
    const [from, gone, kept, role] = [
      await room.bucket(),
      await room.bucket(),
      await room.bucket(),
      await room.role(),
    ]
    await room.replicate(from, role, ruleTo(gone), ruleTo(kept, { Priority: 2 }))
    await room.client.send(new DeleteBucketCommand({ Bucket: gone }))
    await room.put(from, 'a')
    expect(await room.versions(kept)).toMatchObject([{ key: 'a', status: 'REPLICA' }])
    expect(await room.status(from, 'a')).toBe('FAILED')
    const VersioningConfiguration = { Status: 'Suspended' } as const
    await room.client.send(new PutBucketVersioningCommand({ Bucket: kept, VersioningConfiguration }))
    await room.put(from, 'b')
    expect((await room.versions(kept)).map(({ key }) => key)).toEqual(['a'])
    expect(await room.status(from, 'b')).toBe('FAILED')
  })

  it('where a lock would be lost', async () => {
    const [from, to] = [await room.bucket({ lock: true }), await room.bucket()]
    await room.replicate(from, await room.role(), ruleTo(to))
    await room.put(from, 'a')
    expect([await room.versions(to), await room.status(from, 'a')]).toEqual([[], 'FAILED'])
  })

  it('where its replica was deleted by its id before a change', async () => {
    const { from, to } = await room.pair()
    const VersionId = await room.put(from, 'a')
    await room.server.settle()
    await room.client.send(new DeleteObjectCommand({ Bucket: to, Key: 'a', VersionId }))
    const Tagging = { TagSet: [{ Key: 'k', Value: 'v' }] }
    await room.client.send(new PutObjectTaggingCommand({ Bucket: from, Key: 'a', Tagging }))
    expect([await room.versions(to), await room.status(from, 'a')]).toEqual([[], 'FAILED'])
  })

  it('where the role lost its permissions, until they are back', async () => {
    const { from, to, role } = await room.pair()
    const name = role.split('/').at(-1) ?? ''
    await room.put(from, 'a')
    await room.server.settle()
    await room.allow(name, without('s3:ReplicateObject'))
    await room.put(from, 'b')
    await room.server.settle()
    await room.allow(name, REPLICATES)
    await room.put(from, 'c')
    expect((await room.versions(to)).map(({ key }) => key)).toEqual(['a', 'c'])
    const statuses = await Promise.all(['a', 'b', 'c'].map((key) => room.status(from, key)))
    expect(statuses).toEqual(['COMPLETED', 'FAILED', 'COMPLETED'])
  })

  it('and is told and counted', async () => {
    const answer = await fetch(`${room.server.url}/-/metrics`)
    const text = await answer.text()
    expect(text).toMatch(/^holdfast_replication_failures_total\{reason="DstBucketNotFound"\} 2$/m)
    expect(text).toMatch(/^holdfast_replication_failures_total\{reason="AssumeRoleNotPermitted"\} 3$/m)
    expect(text).toMatch(/^holdfast_replicated_versions_total [1-9]/m)
    expect(text).toMatch(/^holdfast_replication_lag_seconds\{worker="replication"\} 0$/m)
    expect(text).toMatch(/^holdfast_worker_left\{worker="replication"\} 0$/m)
  })
})

it('versioning is not suspended under a configuration, and can be once it is gone', async () => {
  const { from } = await room.pair()
  const VersioningConfiguration = { Status: 'Suspended' } as const
  const suspend = () =>
    room.client.send(new PutBucketVersioningCommand({ Bucket: from, VersioningConfiguration }))
  await expect(suspend()).rejects.toMatchObject({ name: 'InvalidBucketState' })
  await room.client.send(new DeleteBucketReplicationCommand({ Bucket: from }))
  await suspend()
})

it('failures are told to the destinations of events, by rules with metrics', async () => {
  const destinations = new Destinations()
  await using told = await ReplicationRoom.open(withDestinations(destinations))
  const [from, gone, silent] = [await told.bucket(), await told.bucket(), await told.bucket()]
  const Metrics = { Status: 'Enabled' } as const
  await told.replicate(
    from,
    await told.role(without('s3:ReplicateObject', 's3:ReplicateDelete')),
    ruleTo(gone, { Destination: { Bucket: '', Metrics } }),
    ruleTo(silent, { Priority: 2 }),
  )
  const rule = { QueueArn: QUEUE, Id: 'q', Events: ['s3:Replication:*' as const] }
  await told.client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: from,
      NotificationConfiguration: { QueueConfigurations: [rule] },
    }),
  )
  const versionId = await told.put(from, 'a')
  await told.server.settle()
  const records = destinations.records(QUEUE)
  expect(records).toMatchObject([
    {
      eventVersion: '2.5',
      eventName: 'Replication:OperationFailedReplication',
      userIdentity: { principalId: 's3.amazonaws.com' },
      s3: { object: { key: 'a', versionId, size: `a in ${from}`.length } },
      replicationEventData: {
        replicationRuleId: `to ${gone}`,
        destinationBucket: `arn:aws:s3:::${gone}`,
        s3Operation: 'OBJECT_PUT',
        requestTime: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        failureReason: 'DstPutObjectNotPermitted',
      },
    },
  ])
  await told.client.send(new DeleteObjectCommand({ Bucket: from, Key: 'a' }))
  await told.server.settle()
  expect(destinations.records(QUEUE)).toMatchObject([
    { replicationEventData: { s3Operation: 'OBJECT_DELETE', failureReason: 'DstDelObjNotPermitted' } },
  ])
})
