import { GetObjectAclCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom, GROUPS, owner, shownGrants, VERSIONED, writer } from '../access/access-room.ts'
import { describeObjectRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const ACL = { query: 'acl=' }
describeObjectRequest(() => room, { method: 'GET', ...ACL })

it('shows the object’s owner, who need not be the bucket’s', async () => {
  const bucket = await room.bucket({ 'x-amz-acl': 'public-read-write' })
  await room.put(bucket, 'key', { 'x-amz-acl': 'bucket-owner-full-control' }, 'writer')
  expect(shownGrants(await room.must('owner', 'GET', bucket, 'key', ACL))).toEqual({
    owner: writer.canonicalId,
    grants: [`FULL_CONTROL ${writer.canonicalId}`, `FULL_CONTROL ${owner.canonicalId}`],
  })
  const client = room.client('writer')
  const { Owner } = await client.send(new GetObjectAclCommand({ Bucket: bucket, Key: 'key' }))
  expect(Owner).toEqual({ ID: writer.canonicalId, DisplayName: writer.displayName })
  client.destroy()
})

it.each(['read', 'write-acp'])('is not for who may %s', async (permission) => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key', { [`x-amz-grant-${permission}`]: `uri=${GROUPS.authenticated}` })
  expectError(await room.ask('writer', 'GET', bucket, 'key', ACL), 403, 'AccessDenied')
})

it.each(['read-acp', 'full-control'])('is for who has %s', async (permission) => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key', { [`x-amz-grant-${permission}`]: `uri=${GROUPS.authenticated}` })
  expectSuccess(await room.ask('writer', 'GET', bucket, 'key', ACL))
  expectError(await room.ask('anonymous', 'GET', bucket, 'key', ACL), 403, 'AccessDenied')
})

it('asks for another action where a version is named', async () => {
  const bucket = await room.bucket()
  await room.set(bucket, 'versioning', VERSIONED)
  const { headers } = await room.put(bucket, 'key')
  const query = `acl=&versionId=${String(headers['x-amz-version-id'])}`
  await room.policy(bucket, { Action: 's3:GetObjectAcl', Resource: `arn:aws:s3:::${bucket}/*` })
  expectSuccess(await room.ask('third', 'GET', bucket, 'key', ACL))
  expectError(await room.ask('third', 'GET', bucket, 'key', { query }), 403, 'AccessDenied')
  await room.policy(bucket, { Action: 's3:GetObjectVersionAcl', Resource: `arn:aws:s3:::${bucket}/*` })
  expectError(await room.ask('third', 'GET', bucket, 'key', ACL), 403, 'AccessDenied')
  expectSuccess(await room.ask('third', 'GET', bucket, 'key', { query }))
})
