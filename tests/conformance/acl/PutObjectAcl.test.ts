import { GetObjectAclCommand, PutObjectAclCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { versionOf } from '../../support/versioning.ts'
import { AccessRoom, GROUPS, owner, shownGrants, third, VERSIONED, writer } from '../access/access-room.ts'
import { describeObjectRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { describePutAcl } from './put-acl.suite.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const ACL = { query: 'acl=' }
const PUBLIC = { ...ACL, headers: { 'x-amz-acl': 'public-read' } }
const FULL = `FULL_CONTROL ${owner.canonicalId}`
const READ = `READ ${GROUPS.everyone}`

describePutAcl('object', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  return {
    put: (who, parts) => room.ask(who, 'PUT', bucket, 'key', { ...ACL, ...parts }),
    get: (who, parts) => room.ask(who, 'GET', bucket, 'key', { ...ACL, ...parts }),
  }
})
describeObjectRequest(() => room, { method: 'PUT', ...PUBLIC })

async function grantsOf(bucket: string, key: string, query = 'acl='): Promise<string[]> {
  return shownGrants(await room.must('owner', 'GET', bucket, key, { query })).grants
}

async function versionedBucket(): Promise<string> {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  await room.set(bucket, 'versioning', VERSIONED)
  return bucket
}

it('the SDK puts each form', async () => {
  const Bucket = await room.bucket()
  await room.put(Bucket, 'key')
  const client = room.client()
  const target = { Bucket, Key: 'key' }
  await client.send(new PutObjectAclCommand({ ...target, ACL: 'public-read' }))
  expect(await grantsOf(Bucket, 'key')).toEqual([FULL, READ])
  await client.send(new PutObjectAclCommand({ ...target, GrantRead: `id=${writer.canonicalId}` }))
  expect(await grantsOf(Bucket, 'key')).toEqual([`READ ${writer.canonicalId}`])
  const Grantee = { Type: 'AmazonCustomerByEmail', EmailAddress: third.email } as const
  const AccessControlPolicy = {
    Owner: { ID: owner.canonicalId },
    Grants: [{ Grantee, Permission: 'READ' as const }],
  }
  await client.send(new PutObjectAclCommand({ ...target, AccessControlPolicy }))
  const { Owner, Grants } = await client.send(new GetObjectAclCommand(target))
  expect(Owner).toEqual({ ID: owner.canonicalId, DisplayName: owner.displayName })
  const shown = { Type: 'CanonicalUser', ID: third.canonicalId, DisplayName: third.displayName }
  expect(Grants).toEqual([{ Grantee: shown, Permission: 'READ' }])
  const both = new PutObjectAclCommand({ ...target, ACL: 'private', GrantRead: `id=${writer.canonicalId}` })
  expect(await sdkError(client.send(both))).toEqual([400, 'InvalidRequest'])
  client.destroy()
})

describe('versions', () => {
  it('are named, where the bucket has them', async () => {
    const [plain, versioned] = [await room.bucket(), await versionedBucket()]
    for (const bucket of [plain, versioned]) {
      const newest = versionOf(await room.put(bucket, 'key'))
      expect(newest === undefined).toBe(bucket === plain)
      for (const [method, call] of [
        ['PUT', PUBLIC],
        ['GET', { query: 'acl=' }],
      ] as const) {
        expect(versionOf(await room.must('owner', method, bucket, 'key', call))).toBe(newest)
      }
    }
  })

  it('have an ACL each', async () => {
    const bucket = await versionedBucket()
    const { headers } = await room.put(bucket, 'key')
    await room.put(bucket, 'key')
    const version = String(headers['x-amz-version-id'])
    const named = { ...PUBLIC, query: `acl=&versionId=${version}` }
    expect(versionOf(await room.must('owner', 'PUT', bucket, 'key', named))).toBe(version)
    expect(await grantsOf(bucket, 'key')).toEqual([FULL])
    expect(await grantsOf(bucket, 'key', `acl=&versionId=${version}`)).toEqual([FULL, READ])
    expect(await grantsOf(bucket, 'key', 'acl=&versionId=null')).toEqual([FULL])
    expectError(await room.ask('anonymous', 'GET', bucket, 'key'), 403, 'AccessDenied')
    expectSuccess(await room.ask('anonymous', 'GET', bucket, 'key', { query: `versionId=${version}` }))
    await room.must('owner', 'PUT', bucket, 'key', { ...PUBLIC, query: 'acl=&versionId=null' })
    expectSuccess(await room.ask('anonymous', 'GET', bucket, 'key', { query: 'versionId=null' }))
    expectError(await room.ask('anonymous', 'GET', bucket, 'key'), 403, 'AccessDenied')
  })

  it('that are delete markers have none', async () => {
    const bucket = await versionedBucket()
    const deleted = await room.must('owner', 'DELETE', bucket, 'key')
    const query = `acl=&versionId=${String(deleted.headers['x-amz-version-id'])}`
    // Only reading takes the key for one that is not there.
    for (const [method, parts, status, code] of [
      ['PUT', PUBLIC, 405, 'MethodNotAllowed'],
      ['GET', ACL, 404, 'NoSuchKey'],
    ] as const) {
      const named = await room.ask('owner', method, bucket, 'key', { ...parts, query })
      expectError(named, 405, 'MethodNotAllowed')
      expectError(await room.ask('owner', method, bucket, 'key', parts), status, code)
    }
  })

  it.each([
    ['', 400, 'InvalidArgument'],
    ['x', 400, 'InvalidArgument'],
    ['0'.repeat(32), 404, 'NoSuchVersion'],
  ])('"%s" is none', async (version, status, code) => {
    const bucket = await versionedBucket()
    const query = `acl=&versionId=${version}`
    expectError(await room.ask('owner', 'PUT', bucket, 'key', { ...PUBLIC, query }), status, code)
  })
})

describe('what is written anew inherits no ACL', () => {
  it('not from what it replaces', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key', { 'x-amz-acl': 'public-read' })
    expect(await grantsOf(bucket, 'key')).toEqual([FULL, READ])
    await room.put(bucket, 'key')
    expect(await grantsOf(bucket, 'key')).toEqual([FULL])
  })

  it('not from what it is a copy of', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key', { 'x-amz-acl': 'public-read' })
    const source = { 'x-amz-copy-source': `${bucket}/key` }
    await room.must('owner', 'PUT', bucket, 'copy', { headers: source })
    expect(await grantsOf(bucket, 'copy')).toEqual([FULL])
    const headers = { ...source, 'x-amz-acl': 'authenticated-read' }
    await room.must('owner', 'PUT', bucket, 'copy', { headers })
    expect(await grantsOf(bucket, 'copy')).toEqual([FULL, `READ ${GROUPS.authenticated}`])
  })
})

it('an upload in parts gets the ACL that it was begun with', async () => {
  const bucket = await room.bucket({ 'x-amz-grant-write': `id=${writer.canonicalId}` })
  const headers = { 'x-amz-acl': 'bucket-owner-read' }
  const begun = await room.must('writer', 'POST', bucket, 'key', { query: 'uploads=', headers })
  const query = `uploadId=${xmlTexts(begun.text, 'UploadId')[0] ?? ''}`
  const part = await room.must('writer', 'PUT', bucket, 'key', { query: `partNumber=1&${query}`, body: 'x' })
  const list = `<Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part>`
  const body = `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`
  await room.must('writer', 'POST', bucket, 'key', { query, body })
  expect(shownGrants(await room.must('writer', 'GET', bucket, 'key', ACL))).toEqual({
    owner: writer.canonicalId,
    grants: [`FULL_CONTROL ${writer.canonicalId}`, `READ ${owner.canonicalId}`],
  })
  expectSuccess(await room.ask('owner', 'GET', bucket, 'key'))
  expectError(await room.ask('owner', 'GET', bucket, 'key', ACL), 403, 'AccessDenied')
})

it('a URL signed with an ACL in its query puts that ACL', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  const query = 'acl=&x-amz-acl=public-read'
  const presigned = { expiresSeconds: 60 }
  expectSuccess(await rawRequest(room.server, { method: 'PUT', path: `/${bucket}/key`, query, presigned }))
  expect(await grantsOf(bucket, 'key')).toEqual([FULL, READ])
})
