/** Conditions on annotations. Source: Service Authorization Reference, Amazon S3: the keys of the eight actions of annotations. */
import { beforeAll, it } from 'vitest'
import { AccessRoom, VERSIONED, writer } from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { annotate, ANNOTATIONS, askAnnotation } from './annotation-room.ts'

let room: AccessRoom
let bucket: string
let versionId: string
beforeAll(async () => {
  room = await AccessRoom.open()
  bucket = await room.bucket()
  await room.must('owner', 'PUT', bucket, undefined, { query: 'versioning=', body: VERSIONED })
  for (const key of ['open', 'secret']) {
    const { headers } = await room.put(bucket, key, { 'x-amz-tagging': `class=${key}` })
    versionId = String(headers['x-amz-version-id'])
    await annotate(room, { bucket, key, name: 'note' }, 'said')
  }
  return () => room[Symbol.asyncDispose]()
})

const Principal = { AWS: writer.id }
const ALLOWED = { Principal, Action: 's3:*' }

async function deny(Action: string, Condition: object): Promise<void> {
  await room.policy(bucket, ALLOWED, { Principal, Effect: 'Deny', Action: `s3:${Action}`, Condition })
}

const list = (key: string, more = '') =>
  room.ask('writer', 'GET', bucket, key, { query: `${ANNOTATIONS}${more}` })
const note = (method: string, key: string, headers: Record<string, string> = {}, version?: string) => {
  const place = { bucket, key, name: 'note', ...(version !== undefined && { versionId: version }) }
  return askAnnotation(room, 'writer', method, place, { headers, ...(method === 'PUT' && { body: 'new' }) })
}

it.each(['GET', 'PUT', 'DELETE'])('%s by the tags of the object', async (method) => {
  await deny('*', { StringEquals: { 's3:ExistingObjectTag/class': 'secret' } })
  expectError(await note(method, 'secret'), 403, 'AccessDenied')
  expectError(await list('secret'), 403, 'AccessDenied')
  expectSuccess(await list('open'))
  if (method !== 'DELETE') expectSuccess(await note(method, 'open'))
})

it('by the version', async () => {
  await deny('GetObjectVersionAnnotation', { StringEquals: { 's3:VersionId': versionId } })
  expectError(await note('GET', 'secret', {}, versionId), 403, 'AccessDenied')
  expectSuccess(await note('GET', 'secret'))
})

it('a listing by its prefix and its length', async () => {
  await deny('ListObjectAnnotations', { StringLike: { 's3:annotation-prefix': 'no*' } })
  expectError(await list('open', '&annotation-prefix=note'), 403, 'AccessDenied')
  expectSuccess(await list('open', '&annotation-prefix=a'))
  await deny('ListObjectAnnotations', { NumericGreaterThan: { 's3:max-annotation-results': '10' } })
  expectError(await list('open', '&max-annotation-results=11'), 403, 'AccessDenied')
  expectSuccess(await list('open', '&max-annotation-results=10'))
})

it('a write by whether it is conditional', async () => {
  const { headers } = await room.must('owner', 'HEAD', bucket, 'open')
  await deny('PutObjectAnnotation', { Null: { 's3:x-amz-object-if-match': 'true' } })
  expectError(await note('PUT', 'open'), 403, 'AccessDenied')
  expectSuccess(await note('PUT', 'open', { 'x-amz-object-if-match': String(headers.etag) }))
})

it('a copy by what becomes of annotations', async () => {
  await deny('PutObject', { StringEquals: { 's3:x-amz-object-annotation-directive': 'COPY' } })
  const copy = (directive: string) =>
    room.ask('writer', 'PUT', bucket, 'copy', {
      headers: { 'x-amz-copy-source': `${bucket}/open`, 'x-amz-object-annotation-directive': directive },
    })
  expectError(await copy('COPY'), 403, 'AccessDenied')
  expectSuccess(await copy('EXCLUDE'))
})
