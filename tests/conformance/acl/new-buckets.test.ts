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

// Source: S3 API Reference, CreateBucket, "BucketAlreadyOwnedByYou": us-east-1 "resets the bucket access control lists".
describe('a bucket that is made again by its owner', () => {
  let room: AccessRoom
  beforeAll(async () => {
    room = await AccessRoom.open()
    return () => room[Symbol.asyncDispose]()
  })
  const grantsOf = async (bucket: string): Promise<string[]> =>
    shownGrants(await room.must('owner', 'GET', bucket, undefined, { query: 'acl=' })).grants
  const again = (bucket: string, headers: Record<string, string> = {}) =>
    room.ask('owner', 'PUT', bucket, undefined, { headers })

  it('has the ACL that is asked for now', async () => {
    const bucket = await room.bucket({ 'x-amz-acl': 'public-read-write' })
    await room.put(bucket, 'kept')
    expectSuccess(await again(bucket))
    expect(await grantsOf(bucket)).toEqual([FULL])
    expectError(await room.ask('anonymous', 'GET', bucket), 403, 'AccessDenied')
    expectSuccess(await again(bucket, { 'x-amz-acl': 'public-read' }))
    expect(await grantsOf(bucket)).toEqual([FULL, `READ ${GROUPS.everyone}`])
    expectSuccess(await room.ask('owner', 'GET', bucket, 'kept'))
  })

  it('takes none that its own settings refuse', async () => {
    const open = { 'x-amz-acl': 'public-read' }
    const blocked = await room.bucket()
    await room.block(blocked, 'BlockPublicAcls')
    expectError(await again(blocked, open), 400, 'InvalidBucketAclWithBlockPublicAccessError')
    const enforced = await room.bucket()
    await room.ownership(enforced, 'BucketOwnerEnforced')
    expectError(await again(enforced, open), 400, 'InvalidBucketAclWithObjectOwnership')
    for (const bucket of [blocked, enforced]) expect(await grantsOf(bucket)).toEqual([FULL])
  })

  it('is not another account’s to reset', async () => {
    const bucket = await room.bucket({ 'x-amz-acl': 'public-read' })
    expectError(await room.ask('writer', 'PUT', bucket), 409, 'BucketAlreadyExists')
    expect(await grantsOf(bucket)).toEqual([FULL, `READ ${GROUPS.everyone}`])
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
