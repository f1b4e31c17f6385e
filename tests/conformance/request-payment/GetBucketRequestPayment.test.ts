import { GetBucketRequestPaymentCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const PAYMENT = { query: 'requestPayment=' }
describeBucketRequest(() => room, { method: 'GET', ...PAYMENT })

it('is the bucket’s owner until somebody says otherwise', async () => {
  const Bucket = await room.bucket()
  const payer = async () =>
    xmlTexts((await room.must('owner', 'GET', Bucket, undefined, PAYMENT)).text, 'Payer')
  expect(await payer()).toEqual(['BucketOwner'])
  for (const Payer of ['Requester', 'BucketOwner']) {
    const body = `<RequestPaymentConfiguration><Payer>${Payer}</Payer></RequestPaymentConfiguration>`
    await room.must('owner', 'PUT', Bucket, undefined, { ...PAYMENT, body })
    expect(await payer()).toEqual([Payer])
    const client = room.client()
    expect(await client.send(new GetBucketRequestPaymentCommand({ Bucket }))).toMatchObject({ Payer })
    client.destroy()
  }
})
