import { describe, expect, it, beforeAll } from 'vitest'
import { AccessRoom, GROUPS, owner, shownGrants, writer } from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

const FULL = `FULL_CONTROL ${owner.canonicalId}`

describe('a bucket that has ACLs', () => {
  let room: AccessRoom
  beforeAll(async () => {
    room = await AccessRoom.open()
    return () => room[Symbol.asyncDispose]()
  })

  it.each([
    [{ 'x-amz-acl': 'public-read' }, [FULL, `READ ${GROUPS.everyone}`]],
    [
      { 'x-amz-acl': 'log-delivery-write' },
      [FULL, `WRITE ${GROUPS.logDelivery}`, `READ_ACP ${GROUPS.logDelivery}`],
    ],
    [{ 'x-amz-acl': 'bucket-owner-read' }, [FULL]],
    [{ 'x-amz-grant-write': `id=${writer.canonicalId}` }, [`WRITE ${writer.canonicalId}`]],
  ])('is made with %o', async (headers, grants) => {
    const bucket = await room.bucket(headers)
    expect(shownGrants(await room.must('owner', 'GET', bucket, undefined, { query: 'acl=' })).grants).toEqual(
      grants,
    )
  })

  it.each([
    [{ 'x-amz-acl': 'secret' }, 400, 'InvalidArgument'],
    [{ 'x-amz-acl': 'private', 'x-amz-grant-read': `id=${writer.canonicalId}` }, 400, 'InvalidRequest'],
    [{ 'x-amz-grant-read': 'id=nobody' }, 400, 'InvalidArgument'],
    [{ 'x-amz-grant-read': 'emailAddress=a@b.example' }, 400, 'UnresolvableGrantByEmailAddress'],
    [{ 'x-amz-object-ownership': 'Nobody' }, 400, 'InvalidArgument'],
  ])('is not made with %o', async (headers, status, code) => {
    expectError(await room.ask('owner', 'PUT', 'not-made', undefined, { headers }), status, code)
    expectError(await room.ask('owner', 'GET', 'not-made'), 404, 'NoSuchBucket')
  })
})

describe('a bucket as AWS makes it: without ACLs, public access blocked', () => {
  let room: AccessRoom
  beforeAll(async () => {
    room = await AccessRoom.open({ newBuckets: {} })
    return () => room[Symbol.asyncDispose]()
  })
  const create = (headers: Record<string, string>) => room.ask('owner', 'PUT', 'made', undefined, { headers })

  it.each([
    { 'x-amz-acl': 'public-read' },
    { 'x-amz-acl': 'authenticated-read' },
    { 'x-amz-acl': 'log-delivery-write' },
    { 'x-amz-grant-read': `id=${writer.canonicalId}` },
    { 'x-amz-grant-read': `uri=${GROUPS.everyone}` },
  ])('takes no ACL for others: %o', async (headers) => {
    expectError(await create(headers), 400, 'InvalidBucketAclWithObjectOwnership')
  })

  it.each(['public-read', 'public-read-write', 'authenticated-read'])(
    'with ACLs is not %s either',
    async (acl) => {
      const headers = { 'x-amz-acl': acl, 'x-amz-object-ownership': 'ObjectWriter' }
      expectError(await create(headers), 400, 'InvalidBucketAclWithBlockPublicAccessError')
    },
  )

  it.each([
    { 'x-amz-acl': 'private' },
    { 'x-amz-acl': 'bucket-owner-full-control' },
    { 'x-amz-grant-full-control': `id=${owner.canonicalId}` },
    { 'x-amz-object-ownership': 'BucketOwnerPreferred', 'x-amz-grant-read': `id=${writer.canonicalId}` },
  ])('takes %o', async (headers) => {
    expectSuccess(await create(headers))
    await room.must('owner', 'DELETE', 'made')
  })
})
