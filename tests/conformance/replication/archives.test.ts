import {
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ReplicationRoom } from './replication-room.ts'

let room: ReplicationRoom
beforeAll(async () => {
  room = await ReplicationRoom.open()
})
afterAll(() => room[Symbol.asyncDispose]())

it('no object in an archive is replicated; tags of one that went there later go along', async () => {
  const { from, to } = await room.pair({ Destination: { Bucket: '', StorageClass: 'STANDARD' } })
  for (const StorageClass of ['GLACIER', 'DEEP_ARCHIVE', 'GLACIER_IR'] as const)
    await room.put(from, StorageClass, { StorageClass })
  const VersionId = await room.put(from, 'later', { Body: 'x'.repeat(200_000) })
  await room.server.settle()
  const { Contents = [] } = await room.client.send(new ListObjectsV2Command({ Bucket: to }))
  expect(Contents.map(({ Key }) => Key)).toEqual(['GLACIER_IR', 'later'])
  const statuses = ['GLACIER', 'DEEP_ARCHIVE', 'GLACIER_IR'].map((key) => room.status(from, key))
  expect(await Promise.all(statuses)).toEqual([undefined, undefined, 'COMPLETED'])
  const transition = { Days: 0, StorageClass: 'GLACIER' as const }
  const Rules = [
    { ID: 'cold', Status: 'Enabled' as const, Filter: { Prefix: '' }, Transitions: [transition] },
  ]
  const LifecycleConfiguration = { Rules }
  await room.client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: from, LifecycleConfiguration }))
  room.server.clock.advance(2 * 24 * 60 * 60 * 1000)
  await room.server.settle()
  const Tagging = { TagSet: [{ Key: 'is', Value: 'cold' }] }
  await room.client.send(new PutObjectTaggingCommand({ Bucket: from, Key: 'later', Tagging }))
  await room.server.settle()
  const { StorageClass } = await room.client.send(new HeadObjectCommand({ Bucket: from, Key: 'later' }))
  expect([StorageClass, await room.status(from, 'later')]).toEqual(['GLACIER', 'COMPLETED'])
  const replica = { Bucket: to, Key: 'later', VersionId }
  expect((await room.client.send(new GetObjectTaggingCommand(replica))).TagSet).toEqual(Tagging.TagSet)
})
