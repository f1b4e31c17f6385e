/**
 * Conditions about the object that is made, where it is uploaded in parts: CreateMultipartUpload says it for all of them. Source: S3
 * API Reference, UploadPart: "you don't need to specify the encryption parameters in each UploadPart request".
 */
import { beforeAll, expect, it } from 'vitest'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, owner, type Statement, writer } from '../access/access-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

type Headers = Record<string, string>

const FULL_CONTROL = { 'x-amz-acl': 'bucket-owner-full-control' }
const AES256 = { 'x-amz-server-side-encryption': 'AES256' }

const unless = (Condition: object): Statement => ({ Effect: 'Deny', Action: 's3:PutObject', Condition })
const onlyIf = (Condition: object): Statement => ({
  Principal: { AWS: writer.id },
  Action: 's3:PutObject',
  Condition,
})
const EVERYTHING: Statement = { Principal: { AWS: writer.id }, Action: 's3:*' }

async function begin(bucket: string, headers: Headers = {}): Promise<string> {
  const { text } = await room.must('writer', 'POST', bucket, 'key', { query: 'uploads=', headers })
  return xmlTexts(text, 'UploadId')[0] ?? ''
}

/** How a part, a part that is copied and the completion are answered. */
async function goOn(bucket: string, uploadId: string, key = 'key'): Promise<number[]> {
  const part = (number: number): string => `partNumber=${number}&uploadId=${uploadId}`
  const put = await room.ask('writer', 'PUT', bucket, key, { query: part(1), body: 'part' })
  const copy = await room.ask('writer', 'PUT', bucket, key, {
    query: part(2),
    headers: { 'x-amz-copy-source': `${bucket}/source` },
  })
  const etag = put.headers['etag'] ?? '"0"'
  const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`
  const complete = await room.ask('writer', 'POST', bucket, key, { query: `uploadId=${uploadId}`, body })
  return [put, copy, complete].map(({ status }) => status)
}

const SOURCE: Statement = { Action: ['s3:GetObject', 's3:GetObjectTagging'] }

async function newBucket(): Promise<string> {
  const bucket = await room.bucket()
  await room.put(bucket, 'source')
  return bucket
}

const tagged = { StringNotEquals: { 's3:RequestObjectTag/class': 'blue' } }
it.each<[string, Headers, ...Statement[]]>([
  [
    'an ACL that is asked for',
    FULL_CONTROL,
    onlyIf({ StringEquals: { 's3:x-amz-acl': FULL_CONTROL['x-amz-acl'] } }),
  ],
  [
    'an ACL that all else is denied without',
    FULL_CONTROL,
    EVERYTHING,
    unless({ StringNotEquals: { 's3:x-amz-acl': FULL_CONTROL['x-amz-acl'] } }),
  ],
  [
    'a grant',
    { 'x-amz-grant-full-control': `id=${owner.canonicalId}` },
    onlyIf({ StringEquals: { 's3:x-amz-grant-full-control': `id=${owner.canonicalId}` } }),
  ],
  ['encryption', AES256, EVERYTHING, unless({ Null: { 's3:x-amz-server-side-encryption': 'true' } })],
  [
    'a storage class',
    { 'x-amz-storage-class': 'STANDARD_IA' },
    onlyIf({ StringEquals: { 's3:x-amz-storage-class': 'STANDARD_IA' } }),
  ],
  ['tags', { 'x-amz-tagging': 'class=blue' }, EVERYTHING, unless(tagged)],
  [
    'a redirect',
    { 'x-amz-website-redirect-location': '/there' },
    onlyIf({ StringLike: { 's3:x-amz-website-redirect-location': '/*' } }),
  ],
])('%s counts for what goes on with the upload', async (_, headers, ...statements) => {
  const bucket = await newBucket()
  await room.policy(bucket, ...statements, SOURCE)
  expect(await goOn(bucket, await begin(bucket, headers))).toEqual([200, 200, 200])
})

it('what was not asked for at the beginning does not count', async () => {
  const bucket = await newBucket()
  await room.policy(bucket, EVERYTHING, SOURCE)
  const without = await begin(bucket)
  const other = await begin(bucket, AES256)
  await room.policy(
    bucket,
    EVERYTHING,
    SOURCE,
    unless({ Null: { 's3:x-amz-server-side-encryption': 'true' } }),
  )
  expect(await goOn(bucket, without)).toEqual([403, 403, 403])
  // Nor does it for another key, or another upload that there is not.
  expect(await goOn(bucket, other, 'another-key')).toEqual([403, 403, 403])
  expect(await goOn(bucket, 'f'.repeat(40))).toEqual([403, 403, 403])
  expect(await goOn(bucket, other)).toEqual([200, 200, 200])
})

it('a denial of what was asked for holds for the parts', async () => {
  const bucket = await newBucket()
  await room.policy(bucket, EVERYTHING, SOURCE)
  const uploadId = await begin(bucket, { 'x-amz-storage-class': 'STANDARD_IA' })
  const denied = { StringEquals: { 's3:x-amz-storage-class': 'STANDARD_IA' } }
  await room.policy(bucket, EVERYTHING, SOURCE, unless(denied))
  expect(await goOn(bucket, uploadId)).toEqual([403, 403, 403])
})

it('what a presigned URL says in its query counts too', async () => {
  const bucket = await newBucket()
  await room.policy(
    bucket,
    EVERYTHING,
    SOURCE,
    unless({ Null: { 's3:x-amz-server-side-encryption': 'true' } }),
  )
  const [credentials] = writer.accessKeys
  const begun = await rawRequest(room.server, {
    method: 'POST',
    path: `/${bucket}/key`,
    query: 'uploads=&x-amz-server-side-encryption=AES256',
    presigned: { expiresSeconds: 60 },
    ...(credentials && { credentials }),
  })
  expect(await goOn(bucket, xmlTexts(begun.text, 'UploadId')[0] ?? '')).toEqual([200, 200, 200])
})
