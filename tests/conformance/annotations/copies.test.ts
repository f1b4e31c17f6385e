import { randomBytes } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { annotate, annotationNames, askAnnotation } from './annotation-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const copying = (bucket: string, headers: Record<string, string> = {}) => ({
  headers: { 'x-amz-copy-source': `${bucket}/key`, ...headers },
})

async function annotated(): Promise<string> {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  await annotate(room, { bucket, key: 'key', name: 'small' }, 'text')
  await annotate(room, { bucket, key: 'key', name: 'large' }, 'x'.repeat(100_000))
  return bucket
}

it('a copy has the annotations of its source, its own from then on', async () => {
  const bucket = await annotated()
  await room.must('owner', 'PUT', bucket, 'copy', copying(bucket))
  expect(await annotationNames(room, bucket, 'copy')).toEqual(['large', 'small'])
  await room.must('owner', 'DELETE', bucket, 'key')
  const large = await askAnnotation(room, 'owner', 'GET', { bucket, key: 'copy', name: 'large' })
  expect(large.body).toHaveLength(100_000)
  expect((await askAnnotation(room, 'owner', 'GET', { bucket, key: 'copy', name: 'small' })).text).toBe(
    'text',
  )
})

it('a copy onto itself keeps them', async () => {
  const bucket = await annotated()
  await room.must('owner', 'PUT', bucket, 'key', copying(bucket, { 'x-amz-metadata-directive': 'REPLACE' }))
  expect(await annotationNames(room, bucket, 'key')).toEqual(['large', 'small'])
  expect((await askAnnotation(room, 'owner', 'GET', { bucket, key: 'key', name: 'small' })).text).toBe('text')
})

it('EXCLUDE leaves them behind, and nothing else is a directive', async () => {
  const bucket = await annotated()
  const exclude = { 'x-amz-object-annotation-directive': 'EXCLUDE' }
  await room.must('owner', 'PUT', bucket, 'copy', copying(bucket, exclude))
  expect(await annotationNames(room, bucket, 'copy')).toEqual([])
  const other = { 'x-amz-object-annotation-directive': 'REPLACE' }
  expectError(await room.ask('owner', 'PUT', bucket, 'copy', copying(bucket, other)), 400, 'InvalidArgument')
})

it('needs the permissions to read them there and to write them here', async () => {
  const bucket = await annotated()
  const actions = ['s3:GetObject', 's3:PutObject', 's3:ListBucket']
  const ask = () => room.ask('third', 'PUT', bucket, 'copy', copying(bucket))
  await room.policy(bucket, { Action: actions })
  expectError(await ask(), 403, 'AccessDenied')
  await room.policy(bucket, { Action: [...actions, 's3:GetObjectAnnotation'] })
  expectError(await ask(), 403, 'AccessDenied')
  await room.policy(bucket, { Action: [...actions, 's3:GetObjectAnnotation', 's3:PutObjectAnnotation'] })
  expectSuccess(await ask())
})

it('an object under a key of the client has none', async () => {
  const bucket = await annotated()
  const key = randomBytes(32)
  const { createHash } = await import('node:crypto')
  const customer = {
    'x-amz-server-side-encryption-customer-algorithm': 'AES256',
    'x-amz-server-side-encryption-customer-key': key.toString('base64'),
    'x-amz-server-side-encryption-customer-key-md5': createHash('md5').update(key).digest('base64'),
  }
  await room.put(bucket, 'customer', customer)
  const place = { bucket, key: 'customer', name: 'note' }
  expectError(await askAnnotation(room, 'owner', 'PUT', place, { body: 'x' }), 400, 'InvalidRequest')
  expectError(
    await room.ask('owner', 'PUT', bucket, 'copy', copying(bucket, customer)),
    400,
    'InvalidRequest',
  )
})
