import { GetBucketOwnershipControlsCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError } from '../objects/object-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const CONTROLS = { query: 'ownershipControls=' }
describeBucketRequest(() => room, { method: 'GET', ...CONTROLS })

it('shows what the bucket was made with', async () => {
  for (const ownership of ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']) {
    const bucket = await room.bucket({ 'x-amz-object-ownership': ownership })
    const answer = await room.must('owner', 'GET', bucket, undefined, CONTROLS)
    expect(xmlTexts(answer.text, 'ObjectOwnership')).toEqual([ownership])
    const client = room.client()
    const { OwnershipControls } = await client.send(new GetBucketOwnershipControlsCommand({ Bucket: bucket }))
    expect(OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: ownership }] })
    client.destroy()
  }
})

it('follows the setting for new buckets, and AWS without one', async () => {
  await using asOnAws = await AccessRoom.open({ newBuckets: {} })
  const expected = [
    [room, 'ObjectWriter'],
    [asOnAws, 'BucketOwnerEnforced'],
  ] as const
  for (const [here, ownership] of expected) {
    const answer = await here.must('owner', 'GET', await here.bucket(), undefined, CONTROLS)
    expect(xmlTexts(answer.text, 'ObjectOwnership')).toEqual([ownership])
  }
})

it('knows of none after they were deleted', async () => {
  const bucket = await room.bucket()
  await room.set(bucket, 'ownershipControls')
  const answer = await room.ask('owner', 'GET', bucket, undefined, CONTROLS)
  expect(expectError(answer, 404, 'OwnershipControlsNotFoundError')('BucketName')).toBe(bucket)
})
