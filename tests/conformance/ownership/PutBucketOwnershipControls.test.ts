import { PutBucketOwnershipControlsCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import {
  AccessRoom,
  aclDocument,
  grantElement,
  GROUPS,
  owner,
  ownershipDocument,
  shownGrants,
  user,
  withMd5,
  writer,
} from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const ACL = { query: 'acl=' }
const put = (body: string, headers = withMd5(body)) => ({ query: 'ownershipControls=', body, headers })
const FULL = `FULL_CONTROL ${owner.canonicalId}`
const OPEN = { 'x-amz-acl': 'public-read-write' }

describeBucketRequest(() => room, { method: 'PUT', ...put(ownershipDocument('ObjectWriter')) })

describe('the document', () => {
  it.each(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const)(
    'may say %s',
    async (wanted) => {
      const bucket = await room.bucket()
      await room.ownership(bucket, wanted)
      const shown = await room.must('owner', 'GET', bucket, undefined, { query: 'ownershipControls=' })
      expect(xmlTexts(shown.text, 'ObjectOwnership')).toEqual([wanted])
      const client = room.client()
      const OwnershipControls = { Rules: [{ ObjectOwnership: wanted }] }
      await client.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls }))
      client.destroy()
    },
  )

  it.each([
    ['nothing', 'MissingRequestBodyError', ''],
    ['no rule', 'MalformedXML', '<OwnershipControls/>'],
    ['two rules', 'MalformedXML', ownershipDocument('ObjectWriter', 'ObjectWriter')],
    ['an unknown owner', 'MalformedXML', ownershipDocument('Nobody')],
    ['a rule that says nothing', 'MalformedXML', '<OwnershipControls><Rule/></OwnershipControls>'],
    ['another element', 'MalformedXML', '<OwnershipControls><Rules/></OwnershipControls>'],
    ['another document', 'MalformedXML', '<Tagging/>'],
    ['no XML', 'MalformedXML', 'ObjectWriter'],
  ])('may not say %s', async (_, code, body) => {
    const bucket = await room.bucket()
    const headers = { 'content-md5': withMd5(body)['content-md5'] ?? '1B2M2Y8AsgTpgAmY7PhCfg==' }
    expectError(await room.ask('owner', 'PUT', bucket, undefined, put(body, headers)), 400, code)
  })

  it('needs no checksum, and is held to one', async () => {
    const bucket = await room.bucket()
    const body = ownershipDocument('ObjectWriter')
    expectSuccess(await room.ask('owner', 'PUT', bucket, undefined, put(body, {})))
    const wrong = withMd5('something else')
    expectError(await room.ask('owner', 'PUT', bucket, undefined, put(body, wrong)), 400, 'BadDigest')
  })
})

describe('BucketOwnerEnforced', () => {
  it.each([
    { 'x-amz-acl': 'public-read' },
    { 'x-amz-grant-read': `id=${writer.canonicalId}` },
    { 'x-amz-grant-write': `uri=${GROUPS.logDelivery}` },
  ])('is refused while the bucket grants something to others: %o', async (headers) => {
    const bucket = await room.bucket(headers)
    const body = ownershipDocument('BucketOwnerEnforced')
    const answer = await room.ask('owner', 'PUT', bucket, undefined, put(body))
    expectError(answer, 400, 'InvalidBucketAclWithObjectOwnership')
    await room.must('owner', 'PUT', bucket, undefined, { ...ACL, headers: { 'x-amz-acl': 'private' } })
    await room.ownership(bucket, 'BucketOwnerEnforced')
  })

  it('takes no ACL of bucket or object any more; reading them still works', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key', { 'x-amz-grant-read': `id=${writer.canonicalId}` })
    await room.ownership(bucket, 'BucketOwnerEnforced')
    const document = aclDocument(owner.canonicalId, grantElement(user(owner.canonicalId), 'FULL_CONTROL'))
    for (const key of [undefined, 'key']) {
      for (const parts of [{ headers: { 'x-amz-acl': 'private' } }, { body: document }]) {
        const answer = await room.ask('owner', 'PUT', bucket, key, { ...ACL, ...parts })
        expectError(answer, 400, 'AccessControlListNotSupported')
      }
      expect(shownGrants(await room.must('owner', 'GET', bucket, key, ACL))).toEqual({
        owner: owner.canonicalId,
        grants: [FULL],
      })
    }
    expectError(await room.ask('writer', 'GET', bucket, 'key'), 403, 'AccessDenied')
  })

  it.each([
    [{ 'x-amz-acl': 'bucket-owner-full-control' }, undefined],
    [{ 'x-amz-grant-full-control': `id=${owner.canonicalId}` }, undefined],
    [{ 'x-amz-acl': 'private' }, undefined],
    [{ 'x-amz-acl': 'public-read' }, 'AccessControlListNotSupported'],
    [{ 'x-amz-acl': 'bucket-owner-read' }, 'AccessControlListNotSupported'],
    [{ 'x-amz-grant-read': `id=${owner.canonicalId}` }, 'AccessControlListNotSupported'],
    [{ 'x-amz-grant-full-control': `id=${writer.canonicalId}` }, 'AccessControlListNotSupported'],
  ])('uploads of every kind with %o: %s', async (headers, code) => {
    const bucket = await room.bucket({ 'x-amz-object-ownership': 'BucketOwnerEnforced' })
    await room.put(bucket, 'source')
    const answers = [
      await room.ask('owner', 'PUT', bucket, 'key', { headers, body: 'x' }),
      await room.ask('owner', 'PUT', bucket, 'copy', {
        headers: { ...headers, 'x-amz-copy-source': `${bucket}/source` },
      }),
      await room.ask('owner', 'POST', bucket, 'parts', { headers, query: 'uploads=' }),
    ]
    for (const answer of answers) {
      if (code) expectError(answer, 400, code)
      else expectSuccess(answer)
    }
  })

  it('takes private from no other account, whose objects it would not give to the bucket’s owner', async () => {
    const bucket = await room.bucket({ 'x-amz-object-ownership': 'BucketOwnerEnforced' })
    await room.policy(bucket, {
      Action: 's3:PutObject*',
      Principal: { AWS: writer.id },
      Resource: `arn:aws:s3:::${bucket}/*`,
    })
    const headers = { 'x-amz-acl': 'private' }
    const answer = await room.ask('writer', 'PUT', bucket, 'key', { headers, body: 'x' })
    expectError(answer, 400, 'AccessControlListNotSupported')
    await room.put(bucket, 'key', { 'x-amz-acl': 'bucket-owner-full-control' }, 'writer')
  })

  /** Whom the listings of objects, versions, uploads and parts call an owner. */
  async function listedOwners(bucket: string): Promise<Set<string>> {
    const queries = ['', 'list-type=2&fetch-owner=true', 'versions=', 'uploads=']
    const lists = await Promise.all(
      queries.map((query) => room.must('owner', 'GET', bucket, undefined, { query })),
    )
    const query = `uploadId=${xmlTexts(lists.at(-1)?.text ?? '', 'UploadId')[0]}`
    lists.push(await room.must('owner', 'GET', bucket, 'upload', { query }))
    const owners = lists.map(({ text }) =>
      [...text.matchAll(/<Owner>.*?<ID>(.*?)</gs)].map(([, id]) => id ?? ''),
    )
    for (const found of owners) expect(found).not.toEqual([])
    return new Set(owners.flat())
  }

  it('owns what others wrote, before and after', async () => {
    const bucket = await room.bucket({ 'x-amz-grant-write': `id=${writer.canonicalId}` })
    await room.put(bucket, 'before', {}, 'writer')
    await room.must('writer', 'POST', bucket, 'upload', { query: 'uploads=' })
    expectError(await room.ask('owner', 'GET', bucket, 'before'), 403, 'AccessDenied')
    await room.must('owner', 'PUT', bucket, undefined, { ...ACL, headers: { 'x-amz-acl': 'private' } })
    await room.ownership(bucket, 'BucketOwnerEnforced')
    await room.policy(bucket, {
      Action: 's3:PutObject',
      Principal: { AWS: writer.id },
      Resource: `arn:aws:s3:::${bucket}/*`,
    })
    await room.put(bucket, 'after', {}, 'writer')
    for (const key of ['before', 'after']) {
      expectSuccess(await room.ask('owner', 'GET', bucket, key))
      expectError(await room.ask('writer', 'GET', bucket, key), 403, 'AccessDenied')
      expect(shownGrants(await room.must('owner', 'GET', bucket, key, ACL)).owner).toBe(owner.canonicalId)
    }
    expect(await listedOwners(bucket)).toEqual(new Set([owner.canonicalId]))
    await room.set(bucket, 'ownershipControls')
    expect(await listedOwners(bucket)).toEqual(new Set([owner.canonicalId, writer.canonicalId]))
    expectError(await room.ask('owner', 'GET', bucket, 'before'), 403, 'AccessDenied')
    expectSuccess(await room.ask('owner', 'GET', bucket, 'after'))
  })
})

describe('who owns what another account writes', () => {
  const CASES: [ownership: string, acl: string | undefined, owner: string, grants: string[]][] = [
    ['ObjectWriter', undefined, writer.canonicalId, [`FULL_CONTROL ${writer.canonicalId}`]],
    [
      'ObjectWriter',
      'bucket-owner-full-control',
      writer.canonicalId,
      [`FULL_CONTROL ${writer.canonicalId}`, FULL],
    ],
    ['BucketOwnerPreferred', undefined, writer.canonicalId, [`FULL_CONTROL ${writer.canonicalId}`]],
    [
      'BucketOwnerPreferred',
      'bucket-owner-read',
      writer.canonicalId,
      [`FULL_CONTROL ${writer.canonicalId}`, `READ ${owner.canonicalId}`],
    ],
    ['BucketOwnerPreferred', 'bucket-owner-full-control', owner.canonicalId, [FULL]],
  ]
  it.each(CASES)('%s, written with %s', async (ownership, acl, expected, grants) => {
    const bucket = await room.bucket({ ...OPEN, 'x-amz-object-ownership': ownership })
    await room.put(bucket, 'key', acl === undefined ? {} : { 'x-amz-acl': acl }, 'writer')
    const who = expected === owner.canonicalId ? 'owner' : 'writer'
    expect(shownGrants(await room.must(who, 'GET', bucket, 'key', ACL))).toEqual({ owner: expected, grants })
    const other = who === 'owner' ? 'writer' : 'owner'
    const mayRead = grants.some((grant) => !grant.includes(expected))
    expect((await room.ask(other, 'GET', bucket, 'key')).status).toBe(mayRead ? 200 : 403)
  })

  it('grants of full control in headers do not make the bucket’s owner the object’s', async () => {
    const bucket = await room.bucket({ ...OPEN, 'x-amz-object-ownership': 'BucketOwnerPreferred' })
    await room.put(bucket, 'key', { 'x-amz-grant-full-control': `id=${owner.canonicalId}` }, 'writer')
    expect(shownGrants(await room.must('owner', 'GET', bucket, 'key', ACL)).owner).toBe(writer.canonicalId)
  })
})
