import {
  CreateMultipartUploadCommand,
  GetObjectAclCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Credentials } from '../../support/accounts.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { type RawAnswer, rawRequest } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { tries } from '../../support/sizes.ts'
import { ReplicationRoom, ruleTo } from './replication-room.ts'

/* What a Holdfast elsewhere sends: requests that say which version they bring. */

const HEADER = 'x-amz-holdfast-replica'
const ORDER = 'fe6b1f3c0000ffff0123456789abcdef'
const OLDER = 'fe6b1f3d0000ffff0123456789abcdef'
const AT = Date.UTC(2026, 3, 5, 6, 7, 8)
const whole = { what: 'version', order: ORDER, modifiedMilliseconds: AT }

let room: ReplicationRoom
let replicator: Credentials
let uploader: Credentials
let tagger: Credentials
let keeper: Credentials
beforeAll(async () => {
  room = await ReplicationRoom.open()
  const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' })
  replicator = await makeUser(room.server, 'replicator', allow('s3:ReplicateObject', 's3:ReplicateDelete'))
  tagger = await makeUser(room.server, 'tagger', allow('s3:ReplicateObject', 's3:ReplicateTags'))
  keeper = await makeUser(
    room.server,
    'keeper',
    allow('s3:ReplicateObject', 's3:PutObjectLegalHold', 's3:PutObjectRetention', 's3:PutObjectVersionAcl'),
  )
  uploader = await makeUser(room.server, 'uploader', allow('s3:PutObject', 's3:DeleteObject'))
})
afterAll(() => room[Symbol.asyncDispose]())

interface Asked {
  readonly method?: string
  readonly query?: string
  readonly body?: string
  readonly credentials?: Credentials
  readonly headers?: Record<string, string>
}

function headerOf(said: unknown): string {
  return Buffer.from(JSON.stringify(said)).toString('base64url')
}

function bring(bucket: string, key: string, said: unknown, asked: Asked = {}): Promise<RawAnswer> {
  const { method = 'PUT', body = 'bytes', credentials = room.server.credentials, query = '' } = asked
  const headers = { ...asked.headers, [HEADER]: headerOf(said) }
  const path = `/${bucket}/${key}`
  return rawRequest(room.server, {
    method,
    path,
    query,
    headers,
    credentials,
    body: method === 'DELETE' ? '' : body,
  })
}

const head = (Bucket: string, Key: string, VersionId = ORDER) =>
  room.client.send(new HeadObjectCommand({ Bucket, Key, VersionId }))

it('keeps id, place, time, metadata and what is said of a version, and marks it as a replica', async () => {
  const bucket = await room.bucket({ lock: true })
  const untilMilliseconds = AT + 10 * 365 * 24 * 3600 * 1000
  const said = {
    ...whole,
    tags: [['a', 'b']],
    retention: { mode: 'GOVERNANCE', untilMilliseconds },
    legalHold: true,
  }
  const headers = { 'content-type': 'text/x-it', 'x-amz-meta-colour': 'blue' }
  const answer = await bring(bucket, 'key', said, { headers })
  expect([answer.status, answer.headers['x-amz-version-id']]).toEqual([200, ORDER])
  expect(await head(bucket, 'key')).toMatchObject({
    ContentLength: 5,
    ContentType: 'text/x-it',
    LastModified: new Date(AT),
    Metadata: { colour: 'blue' },
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockRetainUntilDate: new Date(untilMilliseconds),
    ObjectLockLegalHoldStatus: 'ON',
    ReplicationStatus: 'REPLICA',
    VersionId: ORDER,
  })
  // An older one that comes later stands behind it.
  expect((await bring(bucket, 'key', { ...whole, order: OLDER, modifiedMilliseconds: AT - 9 })).status).toBe(
    200,
  )
  const { Versions } = await room.client.send(new ListObjectVersionsCommand({ Bucket: bucket }))
  expect(Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
    [ORDER, true],
    [OLDER, false],
  ])
})

it('shows the id that a version has had elsewhere', async () => {
  const bucket = await room.bucket()
  const versionId = 'of-another.server_3/L4kqtJlcpXroDTDmJ'
  const answer = await bring(bucket, 'key', { ...whole, versionId })
  expect(answer.headers['x-amz-version-id']).toBe(versionId)
  expect((await head(bucket, 'key', versionId)).VersionId).toBe(versionId)
})

it('lets no version take the id of another', async () => {
  const bucket = await room.bucket()
  const foreign = { ...whole, versionId: 'of-another.server' }
  await bring(bucket, 'key', foreign, { body: 'first' })
  await bring(bucket, 'key2', whole)
  for (const [key, said] of [
    ['key', { ...foreign, order: OLDER }],
    ['key2', { ...whole, order: OLDER, versionId: ORDER }],
  ] as const) {
    expect(await bring(bucket, key, said, { credentials: replicator })).toMatchObject({ status: 400 })
    const marker = { method: 'DELETE', credentials: replicator }
    expect(await bring(bucket, key, said, marker)).toMatchObject({ status: 400 })
    const started = await bring(bucket, key, said, { method: 'POST', query: 'uploads', body: '' })
    const uploadId = /<UploadId>(.*?)</.exec(started.text)?.[1] ?? ''
    const part = await bring(bucket, key, said, { query: `partNumber=1&uploadId=${uploadId}` })
    const list = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers['etag']}</ETag></Part></CompleteMultipartUpload>`
    const completion = { method: 'POST', query: `uploadId=${uploadId}`, body: list }
    expect((await bring(bucket, key, said, completion)).text).toContain('InvalidArgument')
  }
  expect((await head(bucket, 'key', foreign.versionId)).ContentLength).toBe(5)
  const { Versions } = await room.client.send(new ListObjectVersionsCommand({ Bucket: bucket }))
  expect(Versions?.map(({ VersionId }) => VersionId)).toEqual([foreign.versionId, ORDER])
})

it('refuses an id that no store of rows could keep', async () => {
  const said = { ...whole, versionId: 'v'.repeat(1024) }
  expect(await bring(await room.bucket(), 'k'.repeat(1024), said)).toMatchObject({ status: 400 })
})

it('takes a version once, and what changed of it each time', async () => {
  const bucket = await room.bucket()
  for (const tag of ['one', 'two']) {
    const said = { ...whole, tags: [['is', tag]] }
    expect((await bring(bucket, 'key', said, { body: tag })).status).toBe(200)
  }
  const change = { ...whole, what: 'change', tags: [['is', 'three']] }
  expect((await bring(bucket, 'key', change, { body: '' })).status).toBe(200)
  expect((await room.get(bucket, 'key').then(({ Body }) => Body?.transformToString())) ?? '').toBe('one')
  const { TagSet } = await room.client.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: 'key' }))
  expect(TagSet).toEqual([{ Key: 'is', Value: 'three' }])
  const { Versions } = await room.client.send(new ListObjectVersionsCommand({ Bucket: bucket }))
  expect(Versions).toHaveLength(1)
})

it('keeps of tags and legal hold what was said later, whatever comes last', async () => {
  const bucket = await room.bucket({ lock: true })
  const said = {
    ...whole,
    tags: [['is', 'first']],
    legalHold: true,
    traitChanges: { tags: AT, legalHold: AT },
  }
  expect((await bring(bucket, 'key', said)).status).toBe(200)
  const change = async (what: object): Promise<unknown[]> => {
    expect((await bring(bucket, 'key', { ...whole, what: 'change', ...what }, { body: '' })).status).toBe(200)
    const tags = new GetObjectTaggingCommand({ Bucket: bucket, Key: 'key' })
    const { TagSet } = await room.client.send(tags)
    const { ObjectLockLegalHoldStatus } = await head(bucket, 'key')
    return [TagSet?.map(({ Value }) => Value).join(), ObjectLockLegalHoldStatus]
  }
  const earlier = { tags: [['is', 'earlier']], traitChanges: { tags: AT - 1 } }
  expect(await change(earlier)).toEqual(['first', 'ON'])
  const off = { legalHold: false, traitChanges: { tags: AT - 1, legalHold: AT + 1 } }
  expect(await change(off)).toEqual(['first', 'OFF'])
  expect(await change({ traitChanges: { tags: AT + 2 } })).toEqual(['', 'OFF'])
  // Two sides that say something at the same moment come to the same.
  const greater = { tags: [['is', 'b']], traitChanges: { tags: AT + 3 } }
  expect(await change(greater)).toEqual(['b', 'OFF'])
  expect(await change({ ...greater, tags: [['is', 'a']] })).toEqual(['b', 'OFF'])
  // Said here now, that is, years later.
  const Tagging = { TagSet: [{ Key: 'is', Value: 'own' }] }
  await room.client.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: 'key', Tagging }))
  expect(await change(greater)).toEqual(['own', 'OFF'])
  // Nobody has the last word until a time that is not to come.
  const ahead = { tags: [['is', 'ahead']], traitChanges: { tags: 8.64e15 } }
  expect(await change(ahead)).toEqual(['ahead', 'OFF'])
  expect(await change({ ...ahead, tags: [['is', 'later']] })).toEqual(['later', 'OFF'])
})

it('knows no version that a change alone came of', async () => {
  const bucket = await room.bucket()
  const answer = await bring(bucket, 'key', { ...whole, what: 'change' }, { body: '' })
  expect([answer.status, answer.errorCode]).toEqual([404, 'NoSuchVersion'])
})

it('takes a delete marker under its id', async () => {
  const bucket = await room.bucket()
  for (let time = 0; time < 2; time++)
    expect((await bring(bucket, 'key', whole, { method: 'DELETE' })).status).toBe(204)
  const { DeleteMarkers } = await room.client.send(new ListObjectVersionsCommand({ Bucket: bucket }))
  expect(DeleteMarkers?.map(({ VersionId, LastModified }) => [VersionId, LastModified])).toEqual([
    [ORDER, new Date(AT)],
  ])
})

it('takes an upload in parts, once', async () => {
  const bucket = await room.bucket()
  const said = { ...whole, tags: [['a', 'b']] }
  const ofSha1 = { 'x-amz-checksum-algorithm': 'SHA1' }
  const asked = { method: 'POST', query: 'uploads=', body: '', headers: ofSha1 }
  const begun = await bring(bucket, 'key', said, asked)
  const uploadId = /<UploadId>(\w+)</.exec(begun.text)?.[1] ?? ''
  // With a gap, as older versions let uploads with checksums have.
  const parts = await Promise.all(
    ['first', 'second'].map(async (body, at) => {
      const query = `partNumber=${2 * at + 1}&uploadId=${uploadId}`
      const sha1 = referenceChecksum('SHA1', body)
      const part = { query, body, headers: { 'x-amz-checksum-sha1': sha1 } }
      const { etag } = (await bring(bucket, 'key', said, part)).headers
      return `<Part><PartNumber>${2 * at + 1}</PartNumber><ETag>${etag}</ETag><ChecksumSHA1>${sha1}</ChecksumSHA1></Part>`
    }),
  )
  const complete = {
    method: 'POST',
    query: `uploadId=${uploadId}`,
    body: `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`,
  }
  for (let time = 0; time < 2; time++) {
    const done = await bring(bucket, 'key', said, complete)
    expect([done.status, done.headers['x-amz-version-id']]).toEqual([200, ORDER])
  }
  const found = await head(bucket, 'key')
  expect(found).toMatchObject({ LastModified: new Date(AT), ReplicationStatus: 'REPLICA', TagCount: 1 })
  expect(found.ETag).toMatch(/-2"$/)
  const again = await bring(bucket, 'key', said, { method: 'POST', query: 'uploads=', body: '' })
  expect([again.status, again.errorCode]).toEqual([412, 'PreconditionFailed'])
  expect(
    (await room.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads,
  ).toBeUndefined()
})

it('ends what else was begun to bring a version once it is there', async () => {
  const bucket = await room.bucket()
  const begin = async (said: object): Promise<string> => {
    const { text } = await bring(bucket, 'key', said, { method: 'POST', query: 'uploads=', body: '' })
    return /<UploadId>(\w+)</.exec(text)?.[1] ?? ''
  }
  const [forgotten, sent, older] = [
    await begin(whole),
    await begin(whole),
    await begin({ ...whole, order: OLDER }),
  ]
  const { UploadId: own } = await room.client.send(
    new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'key' }),
  )
  const open = async () => {
    const { Uploads = [] } = await room.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    return new Set(Uploads.map(({ UploadId }) => UploadId))
  }
  expect(await open()).toEqual(new Set([forgotten, sent, older, own]))
  const { etag } = (await bring(bucket, 'key', whole, { query: `partNumber=1&uploadId=${sent}` })).headers
  const list = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`
  expect((await bring(bucket, 'key', whole, completionOf(sent, list))).status).toBe(200)
  expect(await open()).toEqual(new Set([older, own]))
  const part = await bring(bucket, 'key', whole, { query: `partNumber=1&uploadId=${forgotten}` })
  expect(part.errorCode).toBe('NoSuchUpload')
})

it('takes parts and the completion of an upload only as what it was begun as', async () => {
  const bucket = await room.bucket()
  const begun = (text: string) => /<UploadId>(\w+)</.exec(text)?.[1] ?? ''
  const own = await bring(bucket, 'key', whole, { method: 'POST', query: 'uploads=', body: '' })
  const plain = (method: string, query: string, body: string) =>
    rawRequest(room.server, { method, path: `/${bucket}/key`, query, body, credentials: uploader })
  const others = await plain('POST', 'uploads=', '')
  const [replica, upload] = [begun(own.text), begun(others.text)]
  const part = (uploadId: string) => `partNumber=1&uploadId=${uploadId}`
  const { etag } = (await bring(bucket, 'key', whole, { query: part(replica) })).headers
  const list = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`
  const refused = [
    await plain('PUT', part(replica), 'bytes'),
    await plain('POST', `uploadId=${replica}`, list),
    await bring(bucket, 'key', whole, { query: part(upload), credentials: replicator }),
    await bring(bucket, 'key', { ...whole, order: OLDER }, { query: part(replica) }),
    await bring(bucket, 'key', { ...whole, order: OLDER }, completionOf(replica, list)),
    await plain('PUT', part(upload), 'bytes').then(() =>
      bring(bucket, 'key', whole, completionOf(upload, list)),
    ),
  ]
  for (const { text } of refused) expect(text).toContain('<Code>NoSuchUpload</Code>')
  expect((await room.client.send(new ListObjectVersionsCommand({ Bucket: bucket }))).Versions).toBeUndefined()
})

const completionOf = (uploadId: string, body: string) => ({
  method: 'POST',
  query: `uploadId=${uploadId}`,
  body,
})

it('takes tags away only by who may replicate tags', async () => {
  const bucket = await room.bucket()
  const tagged = { ...whole, tags: [['a', 'b']] }
  expect((await bring(bucket, 'key', tagged, { credentials: tagger })).status).toBe(200)
  for (const what of ['change', 'version']) {
    const refused = await bring(bucket, 'key', { ...whole, what }, { credentials: replicator })
    expect([refused.status, refused.errorCode]).toEqual([403, 'AccessDenied'])
  }
  expect((await head(bucket, 'key')).TagCount).toBe(1)
  const change = { ...whole, what: 'change' }
  expect((await bring(bucket, 'key', change, { body: '', credentials: tagger })).status).toBe(200)
  expect((await head(bucket, 'key')).TagCount).toBeUndefined()
  // Where there are none, nothing is taken away.
  expect((await bring(bucket, 'key', change, { body: '', credentials: replicator })).status).toBe(200)
})

it('changes lock and ACL of a version that is no replica only by who may', async () => {
  const bucket = await room.bucket({ lock: true })
  const Rules = [{ ObjectOwnership: 'ObjectWriter' as const }]
  await room.client.send(
    new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls: { Rules } }),
  )
  const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1e9)
  const order = await room.put(bucket, 'key', {
    ObjectLockLegalHoldStatus: 'ON',
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockRetainUntilDate: until,
  })
  const own = { ...whole, order, legalHold: true }
  const retention = { mode: 'COMPLIANCE', untilMilliseconds: AT }
  const grant = `R${'0'.repeat(64)}`
  const bringAs = (credentials: Credentials, said: unknown) => bring(bucket, 'key', said, { credentials })
  const before = await head(bucket, 'key', order)
  for (const said of [{ legalHold: false }, { acl: [grant] }, { retention }]) {
    for (const what of ['change', 'version']) {
      const refused = await bringAs(replicator, { ...own, what, ...said })
      expect([refused.status, refused.errorCode]).toEqual([403, 'AccessDenied'])
    }
  }
  expect((await bringAs(keeper, { ...own, retention })).status).toBe(403)
  expect({ ...(await head(bucket, 'key', order)), $metadata: 0 }).toEqual({ ...before, $metadata: 0 })
  // What changes nothing takes no more than it did.
  expect((await bringAs(replicator, own)).status).toBe(200)
  expect((await bringAs(keeper, { ...own, legalHold: false, acl: [grant] })).status).toBe(200)
  expect(await head(bucket, 'key', order)).toMatchObject({
    ObjectLockLegalHoldStatus: 'OFF',
    ObjectLockRetainUntilDate: until,
  })
  const { Grants } = await room.client.send(
    new GetObjectAclCommand({ Bucket: bucket, Key: 'key', VersionId: order }),
  )
  expect(Grants?.map(({ Permission }) => Permission)).toEqual(['READ'])
})

it('takes what is too long for a header as a body, of a change of the same version', async () => {
  const bucket = await room.bucket()
  const short = { ...whole, isTooLong: true }
  expect((await bring(bucket, 'key', short)).status).toBe(200)
  const tags = Array.from({ length: 10 }, (_, at) => [`${at}`.padEnd(128, 'é'), 'ü'.repeat(256)])
  const change = { ...short, what: 'change' }
  const said = { ...whole, what: 'change', tags }
  for (const body of [
    'x',
    '[]',
    JSON.stringify({ ...said, order: OLDER }),
    JSON.stringify({ ...said, what: 'version' }),
    JSON.stringify({ ...said, isTooLong: true }),
  ]) {
    const refused = await bring(bucket, 'key', change, { body })
    expect([refused.status, refused.errorCode]).toEqual([400, 'InvalidArgument'])
  }
  const huge = await bring(bucket, 'key', change, { body: 'x'.repeat(100_000) })
  expect([huge.status, huge.errorCode]).toEqual([400, 'EntityTooLarge'])
  const body = JSON.stringify(said)
  expect((await bring(bucket, 'key', change, { body, credentials: replicator })).status).toBe(403)
  expect((await bring(bucket, 'key', change, { body })).status).toBe(200)
  // Sent once more, the version leaves what came behind it.
  expect((await bring(bucket, 'key', short)).status).toBe(200)
  const { TagSet } = await room.client.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: 'key' }))
  expect(TagSet?.map(({ Key, Value }) => [Key, Value])).toEqual(tags)
})

it('goes no further', async () => {
  const { from, to } = await room.pair()
  await bring(from, 'key', whole)
  await bring(from, 'key', { ...whole, order: OLDER }, { method: 'DELETE' })
  expect(await room.versions(to)).toEqual([])
  expect(await room.status(from, 'key', ORDER)).toBe('REPLICA')
})

it('is for those alone who may replicate, whatever else they may', async () => {
  const bucket = await room.bucket()
  for (const asked of [{}, { method: 'DELETE' }, { method: 'POST', query: 'uploads=' }]) {
    const refused = await bring(bucket, 'key', whole, { ...asked, credentials: uploader })
    expect([refused.status, refused.errorCode]).toEqual([403, 'AccessDenied'])
  }
  const taken = await bring(bucket, 'key', whole, { credentials: replicator })
  expect(taken.status).toBe(200)
  const tagged = { ...whole, order: OLDER, tags: [['a', 'b']] }
  const untaggable = await bring(bucket, 'key', tagged, { credentials: replicator })
  expect([untaggable.status, untaggable.errorCode]).toEqual([403, 'AccessDenied'])
  const overridden = { ...whole, order: OLDER, givesToBucketOwner: true }
  expect((await bring(bucket, 'key', overridden, { credentials: replicator })).status).toBe(403)
  // The permission is for replicas, not for uploads.
  const path = `/${bucket}/other`
  const plain = { method: 'PUT', path, body: 'bytes', credentials: replicator }
  expect((await rawRequest(room.server, plain)).status).toBe(403)
  const anonymous = {
    method: 'PUT',
    path,
    body: 'bytes',
    anonymous: true,
    headers: { [HEADER]: headerOf(whole) },
  }
  expect((await rawRequest(room.server, anonymous)).status).toBe(403)
  const { Versions } = await room.client.send(new ListObjectVersionsCommand({ Bucket: bucket }))
  expect(Versions?.map(({ VersionId }) => VersionId)).toEqual([ORDER])
})

it('needs a bucket with versioning, and with object lock for what is locked', async () => {
  const bucket = await room.bucket()
  const locked = await bring(bucket, 'key', { ...whole, legalHold: true })
  expect([locked.status, locked.errorCode]).toEqual([400, 'InvalidRequest'])
  const VersioningConfiguration = { Status: 'Suspended' } as const
  await room.client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
  for (const method of ['PUT', 'DELETE']) {
    const suspended = await bring(bucket, 'key', whole, { method })
    expect([suspended.status, suspended.errorCode]).toEqual([409, 'InvalidBucketState'])
  }
})

it('refuses every header that names no version, and stores nothing', async () => {
  const bucket = await room.bucket()
  const member = fc.oneof(fc.jsonValue(), fc.string(), fc.integer(), fc.constantFrom('null', [], {}, -1))
  const bad = fc.oneof(
    fc.string().map((text) => Buffer.from(text).toString('base64url')),
    fc.jsonValue().map(headerOf),
    fc.constantFrom(
      ...[
        { ...whole, order: 'x' },
        { ...whole, order: ORDER.toUpperCase() },
        { ...whole, what: 'all' },
        { ...whole, modifiedMilliseconds: 1e17 },
        { ...whole, modifiedMilliseconds: -1 },
        { ...whole, versionId: 'null' },
        { ...whole, versionId: '' },
        { ...whole, etag: 'A'.repeat(32) },
        { ...whole, acl: ['X*'] },
        { ...whole, acl: ['F'] },
        { ...whole, retention: { mode: 'GOVERNANCE' } },
        { ...whole, retention: { mode: 'GOVERNANCE', untilMilliseconds: AT, eventHold: 'ON' } },
        { ...whole, retention: { mode: 'GOVERNANCE', untilMilliseconds: AT, eventHold: { days: 0 } } },
        {
          ...whole,
          retention: { mode: 'GOVERNANCE', untilMilliseconds: AT, eventHold: { days: 1, years: 1 } },
        },
        { ...whole, tags: [['a', 1]] },
        { ...whole, legalHold: 'ON' },
        { ...whole, traitChanges: { tags: -1 } },
        { ...whole, traitChanges: { etag: 1 } },
        { ...whole, traitChanges: [] },
      ].map(headerOf),
    ),
    fc.record({ order: member, what: member, modifiedMilliseconds: member }).map(headerOf),
    fc.constant('A'.repeat(7000)),
  )
  await fc.assert(
    fc.asyncProperty(bad, async (header) => {
      const headers = { [HEADER]: header }
      const answer = await rawRequest(room.server, {
        method: 'PUT',
        path: `/${bucket}/key`,
        body: 'bytes',
        headers,
      })
      expect([answer.status, answer.errorCode]).toEqual([400, 'InvalidArgument'])
    }),
    { numRuns: tries(50) },
  )
  const { Versions } = await room.client.send(new ListObjectVersionsCommand({ Bucket: bucket }))
  expect(Versions).toBeUndefined()
})

it('keeps two buckets that were replicated to each other from asking back', async () => {
  const [one, two, role] = [await room.bucket(), await room.bucket(), await room.role()]
  const both = { SourceSelectionCriteria: { ReplicaModifications: { Status: 'Enabled' } } } as const
  await room.replicate(one, role, ruleTo(two, both))
  await bring(one, 'key', { ...whole, tags: [['a', 'b']] })
  await bring(one, 'key', { ...whole, what: 'change', tags: [['a', 'c']] }, { body: '' })
  expect(await room.versions(two)).toEqual([])
})
