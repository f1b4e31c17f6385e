import { afterAll, beforeAll, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError } from '../objects/object-room.ts'
import { ReplicationRoom } from './replication-room.ts'
import { DeleteBucketReplicationCommand, GetBucketReplicationCommand } from '@aws-sdk/client-s3'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
})
afterAll(() => room[Symbol.asyncDispose]())

describeBucketRequest(() => room, { method: 'DELETE', query: 'replication=' })

it('takes the configuration away, and is content where there is none', async () => {
  await using replication = await ReplicationRoom.open()
  const { from: Bucket } = await replication.pair()
  for (let time = 0; time < 2; time++)
    await replication.client.send(new DeleteBucketReplicationCommand({ Bucket }))
  await expect(replication.client.send(new GetBucketReplicationCommand({ Bucket }))).rejects.toMatchObject({
    name: 'ReplicationConfigurationNotFoundError',
  })
})

it('answers 204', async () => {
  const bucket = await room.bucket()
  const asked = { query: 'replication=' }
  expect((await room.ask('owner', 'DELETE', bucket, undefined, asked)).status).toBe(204)
  expectError(await room.ask('third', 'DELETE', bucket, undefined, asked), 403, 'AccessDenied')
})
