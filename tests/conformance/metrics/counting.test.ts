import { beforeAll, expect, it, vi } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { AccessPointRoom } from '../access-points/access-point-room.ts'
import { expectError } from '../objects/object-room.ts'
import { putMetrics, toldOf } from './metrics-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open({ metrics: { buckets: 100 } })
  return () => room[Symbol.asyncDispose]()
})

/** Requests are counted after they were answered. */
function expectTold(bucket: string, filter: string, expected: Record<string, number>): Promise<void> {
  return vi.waitFor(async () => expect(await toldOf(room, bucket, filter)).toMatchObject(expected))
}

it('tells of no bucket without a configuration', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  expect(await toldOf(room, bucket, 'all')).toEqual({})
})

it('counts every request of a bucket, by its kind', async () => {
  const bucket = await room.bucket()
  await putMetrics(room, bucket, 'all')
  await room.must('owner', 'PUT', bucket, 'key', { body: 'x'.repeat(1000) })
  await room.must('owner', 'GET', bucket, 'key')
  await room.must('owner', 'HEAD', bucket, 'key')
  await room.must('owner', 'GET', bucket, undefined, { query: 'list-type=2' })
  await room.must('owner', 'GET', bucket, undefined, { query: 'versioning=' })
  await room.must('owner', 'DELETE', bucket, 'key')
  expectError(await room.ask('owner', 'GET', bucket, 'key'), 404, 'NoSuchKey')
  expectError(await room.ask('third', 'GET', bucket, 'key'), 403, 'AccessDenied')
  const kinds = { All: 8, Put: 1, Get: 3, Head: 1, List: 1, Delete: 1 }
  await expectTold(bucket, 'all', { ...kinds, '4xx_errors_total': 2, '5xx_errors_total': 0 })
  const told = await toldOf(room, bucket, 'all')
  expect(told['uploaded_bytes_total']).toBe(1000)
  expect(told['downloaded_bytes_total']).toBeGreaterThan(1000)
  expect(told['request_seconds_total']).toBeGreaterThan(0)
})

it('counts what a filter is about, and nothing about several objects', async () => {
  const bucket = await room.bucket()
  const tag = '<Tag><Key>kind</Key><Value>log</Value></Tag>'
  await putMetrics(room, bucket, 'prefix', '<Prefix>logs/</Prefix>')
  await putMetrics(room, bucket, 'tag', tag)
  await putMetrics(room, bucket, 'both', `<And><Prefix>logs/</Prefix>${tag}</And>`)
  await putMetrics(room, bucket, 'never', '<Prefix>other/</Prefix>')
  for (const key of ['logs/one', 'two']) {
    await room.put(bucket, key, { 'x-amz-tagging': 'kind=log' })
    await room.must('owner', 'GET', bucket, key)
  }
  await room.put(bucket, 'logs/untagged')
  await room.must('owner', 'GET', bucket, undefined, { query: 'list-type=2&prefix=logs/' })
  await room.must('owner', 'DELETE', bucket, 'logs/one')
  await expectTold(bucket, 'prefix', { All: 4, Put: 2, Get: 1, Delete: 1 })
  await expectTold(bucket, 'tag', { All: 5, Put: 2, Get: 2, Delete: 1 })
  await expectTold(bucket, 'both', { All: 3, Put: 1, Get: 1, Delete: 1 })
  expect(await toldOf(room, bucket, 'never')).toEqual({})
})

it('counts what comes through an access point', async () => {
  const bucket = await room.bucket()
  const points = new AccessPointRoom(room)
  const [one, other] = [await points.point(bucket), await points.point(bucket)]
  const through = `<AccessPointArn>${one.arn}</AccessPointArn>`
  await putMetrics(room, bucket, 'point', through)
  await putMetrics(room, bucket, 'both', `<And><Prefix>logs/</Prefix>${through}</And>`)
  for (const name of [one.alias, other.alias, bucket]) await room.put(name, 'logs/one')
  await room.must('owner', 'GET', one.alias, 'logs/one')
  await room.put(one.alias, 'two')
  await room.must('owner', 'GET', one.alias, undefined, { query: 'list-type=2' })
  await expectTold(bucket, 'point', { All: 3, Put: 2, Get: 1 })
  await expectTold(bucket, 'both', { All: 2, Put: 1, Get: 1 })
})
