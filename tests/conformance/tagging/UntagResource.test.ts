import { UntagResourceCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { AccessRoom, owner, third } from '../access/access-room.ts'
import { expectSuccess, sdkError } from '../objects/object-room.ts'
import { control } from '../access/control-request.ts'
import { tag, tagsOf, tagsPath } from './control-tags-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

it('takes away the tags that it names, each in a parameter', async () => {
  const bucket = await room.bucket()
  await tag(room, 'owner', bucket, 'a=1', 'b=2', 'c d=3')
  const query = 'tagKeys=a&tagKeys=c%20d&tagKeys=absent'
  const answer = await control(room, 'owner', 'DELETE', tagsPath(bucket), { query })
  expect([answer.status, answer.text]).toEqual([204, ''])
  expect(await tagsOf(room, bucket)).toEqual(['b=2'])
})

it('does so for the SDK', async () => {
  const bucket = await room.bucket()
  await tag(room, 'owner', bucket, 'a=1', 'b=2')
  const client = controlClient(room.server)
  const input = { AccountId: owner.id, ResourceArn: `arn:aws:s3:::${bucket}`, TagKeys: ['a', 'b'] }
  await client.send(new UntagResourceCommand(input))
  expect(await tagsOf(room, bucket)).toEqual([])
  const refused = client.send(new UntagResourceCommand({ ...input, AccountId: third.id }))
  expect(await sdkError(refused)).toEqual([403, 'AccessDenied'])
  client.destroy()
})

it('needs a name', async () => {
  const answer = await control(room, 'owner', 'DELETE', tagsPath(await room.bucket()))
  expect([answer.status, answer.errorCode]).toEqual([400, 'InvalidArgument'])
})

it('is for whom a policy allows s3:UntagResource, by the names of the tags', async () => {
  const bucket = await room.bucket()
  await tag(room, 'owner', bucket, 'a=1', 'b=2')
  const condition = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } }
  await room.policy(bucket, { Action: 's3:UntagResource', Condition: condition })
  const ask = (query: string) => control(room, 'third', 'DELETE', tagsPath(bucket), { query }, third.id)
  expect((await ask('tagKeys=a&tagKeys=b')).errorCode).toBe('AccessDenied')
  expectSuccess(await ask('tagKeys=a'), 204)
  expect(await tagsOf(room, bucket)).toEqual(['b=2'])
})
