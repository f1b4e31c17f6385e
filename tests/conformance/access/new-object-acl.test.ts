// What an ACL on a new object asks for: docs/adr/0007-acl-of-a-new-object.md.
import { beforeAll, describe, expect, it } from 'vitest'
import { rawRequest, type RawAnswer } from '../../support/raw-request.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { AccessRoom, GROUPS, owner, third, writer } from './access-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

/** A bucket into which `writer` may write, by these actions. */
async function bucketFor(...actions: string[]): Promise<string> {
  const bucket = await room.bucket()
  await room.put(bucket, 'source')
  const Principal = { AWS: writer.id }
  await room.policy(bucket, {
    Principal,
    Action: ['s3:GetObject', ...actions],
    Resource: `arn:aws:s3:::${bucket}/*`,
  })
  return bucket
}

type Write = (bucket: string, headers: Record<string, string>) => Promise<RawAnswer>
const WRITES: [string, Write][] = [
  ['PutObject', (bucket, headers) => room.ask('writer', 'PUT', bucket, 'key', { headers, body: 'x' })],
  [
    'CopyObject',
    (bucket, headers) =>
      room.ask('writer', 'PUT', bucket, 'key', {
        headers: { ...headers, 'x-amz-copy-source': `${bucket}/source` },
      }),
  ],
  [
    'CreateMultipartUpload',
    (bucket, headers) => room.ask('writer', 'POST', bucket, 'key', { headers, query: 'uploads=' }),
  ],
]

const OPENING = [
  { 'x-amz-acl': 'public-read' },
  { 'x-amz-acl': 'authenticated-read' },
  { 'x-amz-grant-read': `id=${third.canonicalId}` },
  { 'x-amz-grant-write-acp': `uri="${GROUPS.everyone}"` },
]
const CLOSED = [
  { 'x-amz-acl': 'private' },
  { 'x-amz-acl': 'bucket-owner-read' },
  { 'x-amz-acl': 'bucket-owner-full-control' },
  { 'x-amz-grant-full-control': `id=${owner.canonicalId},id=${writer.canonicalId}` },
]

describe.each(WRITES)('%s by a policy that allows s3:PutObject', (_, write) => {
  it('may not give anything to others', async () => {
    const bucket = await bucketFor('s3:PutObject')
    for (const headers of OPENING) expectError(await write(bucket, headers), 403, 'AccessDenied')
    expectError(await room.ask('owner', 'GET', bucket, 'key'), 404, 'NoSuchKey')
  })

  it('may give what it wants to the writer and the bucket’s owner', async () => {
    const bucket = await bucketFor('s3:PutObject')
    for (const headers of CLOSED) expectSuccess(await write(bucket, headers))
  })

  it('may give to others with s3:PutObjectAcl', async () => {
    const bucket = await bucketFor('s3:PutObject', 's3:PutObjectAcl')
    for (const headers of OPENING) expectSuccess(await write(bucket, headers))
  })
})

it('who writes by the ACL of the bucket gives away as he likes', async () => {
  const bucket = await room.bucket({ 'x-amz-acl': 'public-read-write' })
  for (const headers of OPENING) {
    expectSuccess(await room.ask('writer', 'PUT', bucket, 'key', { headers, body: 'x' }))
  }
})

it('a policy that denies s3:PutObjectAcl stops the bucket’s owner too, where others would get something', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, {
    Effect: 'Deny',
    Action: 's3:PutObjectAcl',
    Resource: `arn:aws:s3:::${bucket}/*`,
  })
  const put = (acl: string) =>
    room.ask('owner', 'PUT', bucket, 'key', { headers: { 'x-amz-acl': acl }, body: 'x' })
  expectError(await put('public-read'), 403, 'AccessDenied')
  expectSuccess(await put('private'))
})

it('nothing is asked where the bucket has no ACLs', async () => {
  const bucket = await bucketFor('s3:PutObject')
  await room.ownership(bucket, 'BucketOwnerEnforced')
  const headers = { 'x-amz-acl': 'bucket-owner-full-control' }
  expectSuccess(await room.ask('writer', 'PUT', bucket, 'key', { headers, body: 'x' }))
  const answer = await room.ask('writer', 'PUT', bucket, 'key', {
    headers: { 'x-amz-acl': 'public-read' },
    body: 'x',
  })
  expectError(answer, 400, 'AccessControlListNotSupported')
})

it('a stranger who writes by ACL and says nothing of an ACL is let in as before', async () => {
  const bucket = await room.bucket({ 'x-amz-acl': 'public-read-write' })
  const answer = await rawRequest(room.server, {
    method: 'PUT',
    path: `/${bucket}/key`,
    anonymous: true,
    body: 'x',
  })
  expect(answer.status).toBe(200)
})
