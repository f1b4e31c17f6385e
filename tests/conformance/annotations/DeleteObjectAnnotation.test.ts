import { DeleteObjectAnnotationCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom, withMd5 } from '../access/access-room.ts'
import { describeObjectRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { annotate, annotationNames, annotationOf, askAnnotation } from './annotation-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeObjectRequest(() => room, { method: 'DELETE', query: annotationOf('note') })

it('takes the one away, as often as the SDK asks', async () => {
  const Bucket = await room.bucket()
  await room.put(Bucket, 'key')
  for (const name of ['a', 'b']) await annotate(room, { bucket: Bucket, key: 'key', name }, name)
  const client = room.client()
  const input = { Bucket, Key: 'key', AnnotationName: 'a' }
  for (let round = 0; round < 2; round++) {
    await client.send(new DeleteObjectAnnotationCommand(input))
    expect(await annotationNames(room, Bucket, 'key')).toEqual(['b'])
  }
  const refused = client.send(new DeleteObjectAnnotationCommand({ ...input, Key: 'other' }))
  expect(await sdkError(refused)).toEqual([404, 'NoSuchKey'])
  client.destroy()
})

it('answers with nothing', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  const answer = await askAnnotation(room, 'owner', 'DELETE', { bucket, key: 'key', name: 'note' })
  expect([answer.status, answer.text]).toEqual([204, ''])
})

it('heeds the ETag of the object', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  const place = { bucket, key: 'key', name: 'note' }
  await annotate(room, place, 'x')
  const headers = { 'x-amz-object-if-match': '"0123"' }
  expectError(await askAnnotation(room, 'owner', 'DELETE', place, { headers }), 412, 'PreconditionFailed')
  expect(await annotationNames(room, bucket, 'key')).toEqual(['note'])
})

it('needs the bypass of a governance lock, and no bypass helps against a hold', async () => {
  const bucket = await room.bucket({ 'x-amz-bucket-object-lock-enabled': 'true' })
  const until = new Date(Date.now() + 86_400_000).toISOString()
  const lock = { 'x-amz-object-lock-mode': 'GOVERNANCE', 'x-amz-object-lock-retain-until-date': until }
  await room.put(bucket, 'key', { ...lock, ...withMd5(`${bucket}/key`) })
  const place = { bucket, key: 'key', name: 'note' }
  await annotate(room, place, 'x')
  const bypass = { headers: { 'x-amz-bypass-governance-retention': 'true' } }
  expectError(await askAnnotation(room, 'owner', 'DELETE', place), 403, 'AccessDenied')
  expectError(await askAnnotation(room, 'owner', 'PUT', place, { body: 'y' }), 403, 'AccessDenied')
  expectSuccess(await askAnnotation(room, 'owner', 'DELETE', place, bypass), 204)
  await annotate(room, place, 'x')
  const body = '<LegalHold><Status>ON</Status></LegalHold>'
  await room.must('owner', 'PUT', bucket, 'key', { query: 'legal-hold=', body, headers: withMd5(body) })
  expectError(await askAnnotation(room, 'owner', 'DELETE', place, bypass), 403, 'AccessDenied')
  expect(await annotationNames(room, bucket, 'key')).toEqual(['note'])
})

it('is for whom a policy allows s3:DeleteObjectAnnotation', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  const place = { bucket, key: 'key', name: 'note' }
  expectError(await askAnnotation(room, 'third', 'DELETE', place), 403, 'AccessDenied')
  await room.policy(bucket, { Action: 's3:DeleteObjectAnnotation' })
  expectSuccess(await askAnnotation(room, 'third', 'DELETE', place), 204)
})
