import { GetObjectAnnotationCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom, VERSIONED, withMd5 } from '../access/access-room.ts'
import { describeObjectRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { annotate, annotationOf, askAnnotation } from './annotation-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const note = (bucket: string) => annotate(room, { bucket, key: 'key', name: 'note' }, 'text')

describeObjectRequest(() => room, { method: 'GET', query: annotationOf('note'), prepare: note })

it('tells the SDK that there is none', async () => {
  const Bucket = await room.bucket()
  await room.put(Bucket, 'key')
  const client = room.client()
  const input = { Bucket, Key: 'key', AnnotationName: 'note' }
  expect(await sdkError(client.send(new GetObjectAnnotationCommand(input)))).toEqual([
    404,
    'NoSuchAnnotation',
  ])
  await note(Bucket)
  const other = client.send(new GetObjectAnnotationCommand({ ...input, AnnotationName: 'other' }))
  expect(await sdkError(other)).toEqual([404, 'NoSuchAnnotation'])
  client.destroy()
})

it('answers of the version that is named, each of which has its own', async () => {
  const bucket = await room.bucket()
  const body = VERSIONED
  await room.must('owner', 'PUT', bucket, undefined, { query: 'versioning=', body, headers: withMd5(body) })
  const versionIds: string[] = []
  for (const text of ['first', 'second']) {
    const { headers } = await room.put(bucket, 'key')
    versionIds.push(String(headers['x-amz-version-id']))
    const put = await annotate(room, { bucket, key: 'key', name: 'note' }, text)
    expect(put.headers['x-amz-object-version-id']).toBe(versionIds.at(-1))
  }
  const [first = '', second = ''] = versionIds
  const ask = (versionId?: string) =>
    askAnnotation(room, 'owner', 'GET', { bucket, key: 'key', name: 'note', ...(versionId && { versionId }) })
  expect([(await ask()).text, (await ask(first)).text, (await ask(second)).text]).toEqual([
    'second',
    'first',
    'second',
  ])
  await room.must('owner', 'DELETE', bucket, 'key', { query: `versionId=${second}` })
  expect((await ask()).text).toBe('first')
  expectError(await ask(second), 404, 'NoSuchVersion')
})

it('has none of an object that replaced another', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  await note(bucket)
  await room.put(bucket, 'key')
  expectError(
    await askAnnotation(room, 'owner', 'GET', { bucket, key: 'key', name: 'note' }),
    404,
    'NoSuchAnnotation',
  )
})

it('is for whom a policy allows s3:GetObjectAnnotation, not s3:GetObject', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  await note(bucket)
  const place = { bucket, key: 'key', name: 'note' }
  await room.policy(bucket, { Action: 's3:GetObject' })
  expectError(await askAnnotation(room, 'third', 'GET', place), 403, 'AccessDenied')
  await room.policy(bucket, { Action: 's3:GetObjectAnnotation' })
  expectSuccess(await askAnnotation(room, 'third', 'GET', place))
  expectError(await askAnnotation(room, 'third', 'GET', { ...place, versionId: 'null' }), 403, 'AccessDenied')
})
