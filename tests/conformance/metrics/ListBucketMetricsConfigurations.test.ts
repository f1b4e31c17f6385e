import { ListBucketMetricsConfigurationsCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { METRICS, putMetrics } from './metrics-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeBucketRequest(() => room, { method: 'GET', query: METRICS })

it('is empty where there is none', async () => {
  const { text } = await room.must('owner', 'GET', await room.bucket(), undefined, { query: METRICS })
  expect([xmlTexts(text, 'Id'), xmlTexts(text, 'IsTruncated')]).toEqual([[], ['false']])
})

it('lists all, by id, a hundred a page', async () => {
  const Bucket = await room.bucket()
  const ids = Array.from({ length: 230 }, (_, at) => `list-${String(at).padStart(3, '0')}`)
  for (const id of ids.toReversed()) await putMetrics(room, Bucket, id)
  const client = room.client()
  const pages: string[][] = []
  let ContinuationToken: string | undefined
  do {
    const input = { Bucket, ...(ContinuationToken !== undefined && { ContinuationToken }) }
    const page = await client.send(new ListBucketMetricsConfigurationsCommand(input))
    expect(page.ContinuationToken).toBe(ContinuationToken)
    pages.push((page.MetricsConfigurationList ?? []).map(({ Id }) => Id ?? ''))
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken !== undefined)
  client.destroy()
  expect(pages.map((page) => page.length)).toEqual([100, 100, 30])
  expect(pages.flat()).toEqual(ids)
})

it.each(['', 'garbage', 'MQ=='])('refuses the token %j, which it did not make', async (token) => {
  const query = `continuation-token=${token}&${METRICS}`
  const answer = await room.ask('owner', 'GET', await room.bucket(), undefined, { query })
  expectError(answer, 400, 'InvalidArgument')
})

it('is for whom a policy allows s3:GetMetricsConfiguration', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:GetMetricsConfiguration' })
  expectSuccess(await room.ask('writer', 'GET', bucket, undefined, { query: METRICS }))
})
