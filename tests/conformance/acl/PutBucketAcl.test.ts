import { GetBucketAclCommand, PutBucketAclCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom, GROUPS, owner, writer } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { describePutAcl } from './put-acl.suite.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const ACL = { query: 'acl=' }

describePutAcl('bucket', async () => {
  const bucket = await room.bucket()
  return {
    put: (who, parts) => room.ask(who, 'PUT', bucket, undefined, { ...ACL, ...parts }),
    get: (who, parts) => room.ask(who, 'GET', bucket, undefined, { ...ACL, ...parts }),
  }
})
describeBucketRequest(() => room, {
  method: 'PUT',
  ...ACL,
  headers: { 'x-amz-acl': 'private' },
  grantable: 'write-acp',
})

it('the SDK puts each form', async () => {
  const Bucket = await room.bucket()
  const client = room.client()
  const grants = async () => (await client.send(new GetBucketAclCommand({ Bucket }))).Grants
  await client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))
  expect(await grants()).toContainEqual({
    Grantee: { Type: 'Group', URI: GROUPS.everyone },
    Permission: 'READ',
  })
  await client.send(new PutBucketAclCommand({ Bucket, GrantWrite: `id=${writer.canonicalId}` }))
  const granted = { Type: 'CanonicalUser' as const, ID: writer.canonicalId }
  const shown = { Grantee: { ...granted, DisplayName: writer.displayName }, Permission: 'WRITE' }
  expect(await grants()).toEqual([shown])
  const AccessControlPolicy = {
    Owner: { ID: owner.canonicalId },
    Grants: [{ Grantee: granted, Permission: 'WRITE' as const }],
  }
  await client.send(new PutBucketAclCommand({ Bucket, AccessControlPolicy }))
  expect(await grants()).toEqual([shown])
  const away = { ...AccessControlPolicy, Owner: { ID: writer.canonicalId } }
  const refused = client.send(new PutBucketAclCommand({ Bucket, AccessControlPolicy: away }))
  expect(await sdkError(refused)).toEqual([403, 'AccessDenied'])
  client.destroy()
})

it('says nothing of the objects in the bucket', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  await room.must('owner', 'PUT', bucket, undefined, { ...ACL, headers: { 'x-amz-acl': 'public-read' } })
  expectSuccess(await room.ask('anonymous', 'GET', bucket))
  expectError(await room.ask('anonymous', 'GET', bucket, 'key'), 403, 'AccessDenied')
})
