import { GetBucketIntelligentTieringConfigurationCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError } from '../objects/object-room.ts'
import { ARCHIVE, ONE, putTiering, tier, tieringOf, tieringXml } from './tiering-configurations.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeBucketRequest(() => room, {
  method: 'GET',
  ...ONE,
  prepare: (bucket) => putTiering(room, bucket, 'one'),
})

it('gives the SDK the configuration as it was put', async () => {
  const Bucket = await room.bucket()
  const filter = '<Filter><Tag><Key>a</Key><Value>b&amp;c</Value></Tag></Filter>'
  const tiers = ARCHIVE + tier('DEEP_ARCHIVE_ACCESS', 365)
  await putTiering(room, Bucket, 'one', tieringXml('one', tiers, filter, 'Disabled'))
  await putTiering(room, Bucket, 'other')
  const client = room.client()
  const answer = await client.send(new GetBucketIntelligentTieringConfigurationCommand({ Bucket, Id: 'one' }))
  client.destroy()
  expect(answer.IntelligentTieringConfiguration).toEqual({
    Id: 'one',
    Status: 'Disabled',
    Filter: { Tag: { Key: 'a', Value: 'b&c' } },
    Tierings: [
      { Days: 90, AccessTier: 'ARCHIVE_ACCESS' },
      { Days: 365, AccessTier: 'DEEP_ARCHIVE_ACCESS' },
    ],
  })
})

it('knows no other id', async () => {
  const bucket = await room.bucket()
  expectError(await room.ask('owner', 'GET', bucket, undefined, ONE), 404, 'NoSuchConfiguration')
  await putTiering(room, bucket, 'one')
  const other = { query: tieringOf('One') }
  expectError(await room.ask('owner', 'GET', bucket, undefined, other), 404, 'NoSuchConfiguration')
})

it('is for whom a policy allows s3:GetIntelligentTieringConfiguration', async () => {
  const bucket = await room.bucket()
  await putTiering(room, bucket, 'one')
  await room.policy(bucket, { Action: 's3:GetIntelligentTieringConfiguration' })
  await room.must('writer', 'GET', bucket, undefined, ONE)
  expectError(await room.ask('writer', 'DELETE', bucket, undefined, ONE), 403, 'AccessDenied')
})
