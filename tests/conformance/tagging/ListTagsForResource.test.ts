import { ListTagsForResourceCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { AccessRoom, owner, third, withMd5 } from '../access/access-room.ts'
import { expectSuccess, sdkError } from '../objects/object-room.ts'
import { control } from '../access/control-request.ts'
import { tagsOf, tagsPath } from './control-tags-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

it('tells the tags that PutBucketTagging gave', async () => {
  const bucket = await room.bucket()
  expect(await tagsOf(room, bucket)).toEqual([])
  const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
  await room.must('owner', 'PUT', bucket, undefined, { query: 'tagging=', body, headers: withMd5(body) })
  const client = controlClient(room.server)
  const input = { AccountId: owner.id, ResourceArn: `arn:aws:s3:::${bucket}` }
  const { Tags } = await client.send(new ListTagsForResourceCommand(input))
  expect(Tags).toEqual([{ Key: 'a', Value: 'b' }])
  const refused = client.send(
    new ListTagsForResourceCommand({ ...input, ResourceArn: 'arn:aws:s3:::no-such' }),
  )
  expect(await sdkError(refused)).toEqual([404, 'NoSuchBucket'])
  client.destroy()
})

it('is for whom a policy allows s3:ListTagsForResource', async () => {
  const bucket = await room.bucket()
  const ask = () => control(room, 'third', 'GET', tagsPath(bucket), {}, third.id)
  expect((await ask()).errorCode).toBe('AccessDenied')
  await room.policy(bucket, { Action: 's3:ListTagsForResource' })
  expectSuccess(await ask())
})
