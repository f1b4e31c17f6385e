import {
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { AccessRoom, owner, third } from '../access/access-room.ts'
import { control } from '../access/control-request.ts'
import { expectError, sdkError } from '../objects/object-room.ts'
import { tagsXml } from '../tagging/control-tags-room.ts'
import { AccessPointRoom, inPath } from './access-point-room.ts'

let room: AccessRoom
let points: AccessPointRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  points = new AccessPointRoom(room)
  return () => room[Symbol.asyncDispose]()
})

it('an access point has the tags that it is made with and given', async () => {
  const more = '<Tags><Tag><Key>a</Key><Value>1</Value></Tag></Tags>'
  const { arn: ResourceArn } = await points.point(await room.bucket(), { more })
  const client = controlClient(room.server)
  const input = { AccountId: owner.id, ResourceArn }
  const tags = async () => (await client.send(new ListTagsForResourceCommand(input))).Tags
  expect(await tags()).toEqual([{ Key: 'a', Value: '1' }])
  await client.send(new TagResourceCommand({ ...input, Tags: [{ Key: 'b', Value: '2' }] }))
  await client.send(new UntagResourceCommand({ ...input, TagKeys: ['a'] }))
  expect(await tags()).toEqual([{ Key: 'b', Value: '2' }])
  const none = client.send(new ListTagsForResourceCommand({ ...input, ResourceArn: `${ResourceArn}-none` }))
  expect(await sdkError(none)).toEqual([404, 'NoSuchAccessPoint'])
  client.destroy()
})

it('for its own account alone', async () => {
  const { arn } = await points.point(await room.bucket())
  const path = `tags/${inPath(arn)}`
  const answer = await control(room, 'third', 'POST', path, { body: tagsXml('a=b') }, third.id)
  expectError(answer, 403, 'AccessDenied')
})

it('which policies may ask for', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  const more = '<Tags><Tag><Key>a</Key><Value>1</Value></Tag></Tags>'
  const [tagged, other] = [await points.point(bucket, { more }), await points.point(bucket)]
  for (const point of [tagged, other]) await points.policy(point, { Principal: { AWS: third.id } })
  await room.policy(bucket, { Action: 's3:*', Condition: { StringEquals: { 's3:AccessPointTag/a': '1' } } })
  const statuses = [tagged, other].map(
    async ({ alias }) => (await room.ask('third', 'GET', alias, 'key')).status,
  )
  expect(await Promise.all(statuses)).toEqual([200, 403])
})
