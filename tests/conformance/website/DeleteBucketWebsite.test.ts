import { DeleteBucketWebsiteCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { expectErrorPage, INDEX, siteOf, visit, WEBSITE } from './website-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeBucketRequest(() => room, { method: 'DELETE', ...WEBSITE })

it('answers 204, again and again', async () => {
  const bucket = await siteOf(room, INDEX)
  for (let time = 0; time < 2; time++) {
    expect((await room.must('owner', 'DELETE', bucket, undefined, WEBSITE)).status).toBe(204)
  }
  const client = room.client()
  const { $metadata } = await client.send(new DeleteBucketWebsiteCommand({ Bucket: bucket }))
  expect($metadata.httpStatusCode).toBe(204)
  client.destroy()
})

it('ends the website at once, and nothing else', async () => {
  const bucket = await siteOf(room, INDEX)
  await room.put(bucket, 'index.html')
  expect((await visit(room.server, bucket, '/')).status).toBe(200)
  await room.must('owner', 'DELETE', bucket, undefined, WEBSITE)
  expectErrorPage(await visit(room.server, bucket, '/'), '404 Not Found', 'NoSuchWebsiteConfiguration')
  expectError(await room.ask('owner', 'GET', bucket, undefined, WEBSITE), 404, 'NoSuchWebsiteConfiguration')
  expectSuccess(await room.ask('anonymous', 'GET', bucket, 'index.html'))
})

it('is for whom a policy allows s3:DeleteBucketWebsite', async () => {
  const bucket = await siteOf(room, INDEX)
  await room.policy(bucket, { Action: 's3:PutBucketWebsite' })
  expectError(await room.ask('writer', 'DELETE', bucket, undefined, WEBSITE), 403, 'AccessDenied')
  await room.policy(bucket, { Action: 's3:DeleteBucketWebsite' })
  expectSuccess(await room.ask('writer', 'DELETE', bucket, undefined, WEBSITE), 204)
})
