import { GetPublicAccessBlockCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, sdkError } from '../objects/object-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const BLOCK = { query: 'publicAccessBlock=' }
describeBucketRequest(() => room, { method: 'GET', ...BLOCK, prepare: (bucket) => room.block(bucket) })

it('shows all four, in S3’s order', async () => {
  const bucket = await room.bucket()
  await room.block(bucket, 'IgnorePublicAcls', 'RestrictPublicBuckets')
  const answer = await room.must('owner', 'GET', bucket, undefined, BLOCK)
  expect(answer.text).toContain(
    '<BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>',
  )
})

it('knows of none where nobody put one or it was deleted', async () => {
  const bucket = await room.bucket()
  for (const change of [
    async () => {},
    () => room.block(bucket),
    () => room.set(bucket, 'publicAccessBlock'),
  ]) {
    await change()
    const answer = await room.ask('owner', 'GET', bucket, undefined, BLOCK)
    if (answer.status === 200) continue
    expect(expectError(answer, 404, 'NoSuchPublicAccessBlockConfiguration')('BucketName')).toBe(bucket)
  }
  const client = room.client()
  const asked = client.send(new GetPublicAccessBlockCommand({ Bucket: bucket }))
  expect(await sdkError(asked)).toEqual([404, 'NoSuchPublicAccessBlockConfiguration'])
  client.destroy()
})

it('is all on in new buckets where nothing else is set, as on AWS', async () => {
  await using asOnAws = await AccessRoom.open({ newBuckets: {} })
  const Bucket = await asOnAws.bucket()
  const client = asOnAws.client()
  const { PublicAccessBlockConfiguration } = await client.send(new GetPublicAccessBlockCommand({ Bucket }))
  expect(PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  })
  client.destroy()
})
