import { GetBucketAclCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom, owner, shownGrants, writer } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const ACL = { query: 'acl=' }
describeBucketRequest(() => room, { method: 'GET', ...ACL, grantable: 'read-acp' })

it('shows owner and grants', async () => {
  const bucket = await room.bucket()
  const answer = await room.must('owner', 'GET', bucket, undefined, ACL)
  expect(answer.headers['content-type']).toBe('application/xml')
  expect(answer.text).toContain('<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">')
  expect(answer.text).toContain(
    `<Owner><DisplayName>${owner.displayName}</DisplayName><ID>${owner.canonicalId}</ID></Owner>`,
  )
  expect(answer.text).toContain(
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"',
  )
  expect(shownGrants(answer)).toEqual({
    owner: owner.canonicalId,
    grants: [`FULL_CONTROL ${owner.canonicalId}`],
  })
  const client = room.client()
  const { Owner } = await client.send(new GetBucketAclCommand({ Bucket: bucket }))
  expect(Owner).toEqual({ ID: owner.canonicalId, DisplayName: owner.displayName })
  client.destroy()
})

it.each(['read', 'write', 'write-acp'])('is not for who may %s', async (permission) => {
  const bucket = await room.bucket({ [`x-amz-grant-${permission}`]: `id=${writer.canonicalId}` })
  expectError(await room.ask('writer', 'GET', bucket, undefined, ACL), 403, 'AccessDenied')
})

it.each(['read-acp', 'full-control'])('is for who has %s', async (permission) => {
  const bucket = await room.bucket({ [`x-amz-grant-${permission}`]: `id=${writer.canonicalId}` })
  expectSuccess(await room.ask('writer', 'GET', bucket, undefined, ACL))
  expectError(await room.ask('third', 'GET', bucket, undefined, ACL), 403, 'AccessDenied')
})
