import { GetObjectAnnotationCommand, PutObjectAnnotationCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, VERSIONED, withMd5 } from '../access/access-room.ts'
import { describeObjectRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { annotate, annotationNames, annotationOf, askAnnotation } from './annotation-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

async function object(headers: Record<string, string> = {}): Promise<{ bucket: string; key: string }> {
  const bucket = await room.bucket()
  await room.put(bucket, 'key', headers)
  return { bucket, key: 'key' }
}

describeObjectRequest(() => room, { method: 'PUT', query: annotationOf('note'), body: 'text' })

it('keeps what the SDK attaches to an object, and leaves that as it is', async () => {
  const { bucket: Bucket, key: Key } = await object()
  const before = await room.must('owner', 'HEAD', Bucket, Key)
  const client = room.client()
  const input = { Bucket, Key, AnnotationName: 'ml.labels_1-é' }
  const put = await client.send(new PutObjectAnnotationCommand({ ...input, AnnotationPayload: '{"a": "ü"}' }))
  expect(put).toMatchObject({ Key, AnnotationName: 'ml.labels_1-é', ServerSideEncryption: 'AES256' })
  const got = await client.send(new GetObjectAnnotationCommand({ ...input, ChecksumMode: 'ENABLED' }))
  expect(await got.AnnotationPayload?.transformToString()).toBe('{"a": "ü"}')
  expect([got.ETag, got.ContentLength, got.ChecksumCRC32]).toEqual([put.ETag, 11, put.ChecksumCRC32])
  const after = await room.must('owner', 'HEAD', Bucket, Key)
  for (const name of ['etag', 'last-modified']) expect(after.headers[name]).toBe(before.headers[name])
  const refused = client.send(
    new PutObjectAnnotationCommand({ ...input, AnnotationName: 'aws', AnnotationPayload: 'x' }),
  )
  expect(await sdkError(refused)).toEqual([400, 'InvalidAnnotationName'])
  client.destroy()
})

it('replaces the payload of its name, and no other', async () => {
  const place = await object()
  await annotate(room, { ...place, name: 'a' }, 'one')
  await annotate(room, { ...place, name: 'b' }, 'two')
  const { text, headers } = await annotate(room, { ...place, name: 'a' }, 'three')
  expect([xmlTexts(text, 'Key'), xmlTexts(text, 'AnnotationName')]).toEqual([['key'], ['a']])
  expect(headers['etag']).toMatch(/^"[0-9a-f]{32}"$/)
  expect((await askAnnotation(room, 'owner', 'GET', { ...place, name: 'a' })).text).toBe('three')
  expect((await askAnnotation(room, 'owner', 'GET', { ...place, name: 'b' })).text).toBe('two')
})

describe('what is refused', () => {
  it.each([
    ['a name of AWS', 'AwsThing', 'x', 400, 'InvalidAnnotationName'],
    ['a name of S3', 's3-x', 'x', 400, 'InvalidAnnotationName'],
    ['a blank in a name', 'a b', 'x', 400, 'InvalidAnnotationName'],
    ['a slash in a name', 'a/b', 'x', 400, 'InvalidAnnotationName'],
    ['an empty name', '', 'x', 400, 'InvalidAnnotationName'],
    ['a name of 513 bytes', 'n'.repeat(513), 'x', 400, 'AnnotationNameTooLong'],
    ['a name of 514 bytes', 'é'.repeat(257), 'x', 400, 'AnnotationNameTooLong'],
    ['no payload', 'note', '', 400, 'InvalidRequest'],
    ['a payload of more than 1 MiB', 'note', 'x'.repeat(1024 * 1024 + 1), 400, 'InvalidRequest'],
    ['what is no UTF-8', 'note', Buffer.from([0x61, 0xff]), 415, 'UnsupportedMediaType'],
  ])('%s', async (_, name, body, status, code) => {
    const place = await object()
    expectError(await askAnnotation(room, 'owner', 'PUT', { ...place, name }, { body }), status, code)
    expect(await annotationNames(room, place.bucket, place.key)).toEqual([])
  })

  it('a payload that is not what its digest says', async () => {
    const place = { ...(await object()), name: 'note' }
    const parts = { body: 'text', headers: withMd5('other') }
    expectError(await askAnnotation(room, 'owner', 'PUT', place, parts), 400, 'BadDigest')
    expect(await annotationNames(room, place.bucket, place.key)).toEqual([])
  })

  it('an object that has changed since', async () => {
    const place = { ...(await object()), name: 'note' }
    const parts = { body: 'text', headers: { 'x-amz-object-if-match': '"0123"' } }
    expectError(await askAnnotation(room, 'owner', 'PUT', place, parts), 412, 'PreconditionFailed')
    const { headers } = await room.must('owner', 'HEAD', place.bucket, place.key)
    const right = { body: 'text', headers: { 'x-amz-object-if-match': headers['etag'] ?? '' } }
    expectSuccess(await askAnnotation(room, 'owner', 'PUT', place, right))
  })

  it('a version that is not there, and a delete marker', async () => {
    const place = { ...(await object()), name: 'note' }
    const body = VERSIONED
    await room.must('owner', 'PUT', place.bucket, undefined, {
      query: 'versioning=',
      body,
      headers: withMd5(body),
    })
    const other = await room.put(place.bucket, 'other')
    const gone = { ...place, versionId: String(other.headers['x-amz-version-id']) }
    expectError(await askAnnotation(room, 'owner', 'PUT', gone, { body: 'x' }), 404, 'NoSuchVersion')
    await room.must('owner', 'DELETE', place.bucket, place.key)
    expectError(await askAnnotation(room, 'owner', 'PUT', place, { body: 'x' }), 404, 'NoSuchKey')
  })
})

it('takes payloads of 1 MiB', async () => {
  const place = { ...(await object()), name: 'n'.repeat(512) }
  await annotate(room, place, 'é'.repeat(512 * 1024))
  expect((await askAnnotation(room, 'owner', 'GET', place)).body).toHaveLength(1024 * 1024)
})

it('attaches a thousand annotations to a version, and no more', async () => {
  const { bucket, key } = await object()
  for (let at = 0; at < 1000; at++) await annotate(room, { bucket, key, name: `note-${at}` }, 'x')
  const more = { bucket, key, name: 'one-more' }
  expectError(await askAnnotation(room, 'owner', 'PUT', more, { body: 'x' }), 400, 'AnnotationLimitExceeded')
  await annotate(room, { bucket, key, name: 'note-0' }, 'again')
  await askAnnotation(room, 'owner', 'DELETE', { bucket, key, name: 'note-0' })
  await annotate(room, more, 'x')
}, 120_000)

it('is for whom a policy allows s3:PutObjectAnnotation, and another action where a version is named', async () => {
  const place = { ...(await object()), name: 'note' }
  await room.policy(place.bucket, { Action: 's3:PutObjectAnnotation' })
  expectSuccess(await askAnnotation(room, 'third', 'PUT', place, { body: 'x' }))
  const named = { ...place, versionId: 'null' }
  expectError(await askAnnotation(room, 'third', 'PUT', named, { body: 'x' }), 403, 'AccessDenied')
  await room.policy(place.bucket, { Action: 's3:PutObjectVersionAnnotation' })
  expectSuccess(await askAnnotation(room, 'third', 'PUT', named, { body: 'x' }))
})

it('is for who agrees to pay, where the requester does', async () => {
  const place = { ...(await object()), name: 'note' }
  await room.policy(place.bucket, { Action: 's3:*' })
  const body = '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>'
  await room.must('owner', 'PUT', place.bucket, undefined, {
    query: 'requestPayment=',
    body,
    headers: withMd5(body),
  })
  expectError(await askAnnotation(room, 'third', 'PUT', place, { body: 'x' }), 403, 'AccessDenied')
  const paying = { body: 'x', headers: { 'x-amz-request-payer': 'requester' } }
  const { headers } = await askAnnotation(room, 'third', 'PUT', place, paying)
  expect(headers['x-amz-request-charged']).toBe('requester')
})
