import { GetAccessPointCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { AccessRoom, owner, third } from '../access/access-room.ts'
import { expectError, sdkError } from '../objects/object-room.ts'
import { AccessPointRoom } from './access-point-room.ts'

let room: AccessRoom
let points: AccessPointRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  points = new AccessPointRoom(room)
  return () => room[Symbol.asyncDispose]()
})

it('tells of an access point what it was made with', async () => {
  const bucket = await room.bucket()
  const { name, alias, arn } = await points.point(bucket, {
    block: '<IgnorePublicAcls>true</IgnorePublicAcls>',
  })
  const client = controlClient(room.server)
  const { $metadata, CreationDate, ...got } = await client.send(
    new GetAccessPointCommand({ AccountId: owner.id, Name: name }),
  )
  expect($metadata.httpStatusCode).toBe(200)
  expect(Math.abs(Date.now() - (CreationDate?.getTime() ?? 0))).toBeLessThan(60_000)
  expect(got).toEqual({
    Name: name,
    Bucket: bucket,
    NetworkOrigin: 'Internet',
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: false,
      IgnorePublicAcls: true,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    },
    Alias: alias,
    AccessPointArn: arn,
    BucketAccountId: owner.id,
  })
  const none = client.send(new GetAccessPointCommand({ AccountId: owner.id, Name: 'no-such-point' }))
  expect(await sdkError(none)).toEqual([404, 'NoSuchAccessPoint'])
  client.destroy()
})

// Source: S3 User Guide, "Managing public access to access points".
it.each([
  ['nothing', '', 4],
  ['an empty block', '<PublicAccessBlockConfiguration/>', 4],
  [
    'one switch that is off',
    '<PublicAccessBlockConfiguration><BlockPublicPolicy>false</BlockPublicPolicy></PublicAccessBlockConfiguration>',
    3,
  ],
])('blocks all but what was turned off: %s', async (_, elements, count) => {
  const name = `blocked-${elements.length}`
  await points.create('owner', name, `<Bucket>${await room.bucket()}</Bucket>${elements}`)
  const { text } = await points.ask('owner', 'GET', `/${name}`)
  expect(text.match(/>true</g)).toHaveLength(count)
})

it('tells nobody else', async () => {
  const { name } = await points.point(await room.bucket())
  for (const who of ['third', 'anonymous'] as const)
    expectError(await points.ask(who, 'GET', `/${name}`), 403, 'AccessDenied')
  expectError(await points.ask('third', 'GET', `/${name}`, {}, third.id), 404, 'NoSuchAccessPoint')
})
