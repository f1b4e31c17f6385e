import { beforeAll, describe, expect, it } from 'vitest'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { withMd5, AccessRoom, EVERYBODY, type Parts, type Who } from './access-room.ts'

/*
 * Canned ACL × principal × operation. The tables say who is let in, and are written out from the S3 User Guide, "Access
 * control list (ACL) overview": what each permission allows on a bucket and on an object, and what each canned ACL
 * grants. `owner` owns the bucket, `writer` the objects in it, `third` neither.
 */

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const WRITE_BY_ALL = { 'x-amz-acl': 'public-read-write' }
const NOBODY_ELSE: readonly Who[] = ['owner']
const ALL = EVERYBODY
const SIGNED: readonly Who[] = ['owner', 'writer', 'third']

/** One request: to the bucket, to an object of the writer in it, or to a key that is not there. */
type Ask = (bucket: string, who: Who) => Promise<RawAnswer>

const request =
  (method: string, key: string | undefined, parts: Parts = {}): Ask =>
  (bucket, who) =>
    room.ask(who, method, bucket, key, parts)

const DELETE_LIST = '<Delete><Object><Key>key</Key></Object></Delete>'
const PRIVATE = { 'x-amz-acl': 'private' }

/** A bucket of the owner with two objects of the writer; then it gets its ACL. */
async function bucketWith(acl: string | undefined, objectAcl = 'private'): Promise<string> {
  const bucket = await room.bucket(WRITE_BY_ALL)
  for (const key of ['key', 'other']) await room.put(bucket, key, { 'x-amz-acl': objectAcl }, 'writer')
  const headers = { 'x-amz-acl': acl ?? 'private' }
  await room.must('owner', 'PUT', bucket, undefined, { query: 'acl=', headers })
  return bucket
}

const ONLY_READS = /^(Get|Head|List|a range of it|CopyObject from it)/
/** By their ACLs; for requests that only read. */
const shared = new Map<string, Promise<string>>()

/** One of its own, unless the operation leaves it as it is. */
function bucketFor(operation: string, acl: string | undefined, objectAcl?: string): Promise<string> {
  if (!ONLY_READS.test(operation)) return bucketWith(acl, objectAcl)
  const name = `${acl} ${objectAcl}`
  const made = shared.get(name) ?? bucketWith(acl, objectAcl)
  shared.set(name, made)
  return made
}

/** Everybody asks, each in a bucket of his own where the request may change what is there. */
async function letIn(make: () => Promise<string>, ask: Ask): Promise<Who[]> {
  const allowed: Who[] = []
  const refusals: unknown[] = []
  for (const who of EVERYBODY) {
    const { status, errorCode = 'AccessDenied' } = await ask(await make(), who)
    if (status < 300) allowed.push(who)
    else refusals.push([status, errorCode])
  }
  expect(refusals).toEqual(refusals.map(() => [403, 'AccessDenied']))
  return allowed
}

/** Source: S3 API Reference, CopyObject and UploadPartCopy: their requests "must be authenticated", whoever may read and write. */
function whoMay(operation: string, allowed: readonly Who[]): readonly Who[] {
  return operation.includes('Copy') ? allowed.filter((who) => who !== 'anonymous') : allowed
}

describe('the ACL of an object', () => {
  const READ: Readonly<Record<string, Ask>> = {
    GetObject: request('GET', 'key'),
    HeadObject: request('HEAD', 'key'),
    'a range of it': request('GET', 'key', { headers: { range: 'bytes=0-0' } }),
    'CopyObject from it': async (bucket, who) => {
      const target = await room.bucket(WRITE_BY_ALL)
      return room.ask(who, 'PUT', target, 'copy', { headers: { 'x-amz-copy-source': `${bucket}/key` } })
    },
  }
  const READ_ACP = { GetObjectAcl: request('GET', 'key', { query: 'acl=' }) }
  const WRITE_ACP = { PutObjectAcl: request('PUT', 'key', { query: 'acl=', headers: PRIVATE }) }
  /** No ACL of an object reaches these: they are for the bucket's owner, or take WRITE on the bucket. */
  const UNREACHED: Readonly<Record<string, Ask>> = {
    DeleteObject: request('DELETE', 'key'),
    'PutObject over it': request('PUT', 'key', { body: 'x' }),
    GetObjectTagging: request('GET', 'key', { query: 'tagging=' }),
    PutObjectTagging: request('PUT', 'key', {
      query: 'tagging=',
      body: '<Tagging><TagSet/></Tagging>',
      headers: withMd5('<Tagging><TagSet/></Tagging>'),
    }),
  }

  const TABLE: [acl: string, read: readonly Who[], readAcp: readonly Who[], writeAcp: readonly Who[]][] = [
    ['private', ['writer'], ['writer'], ['writer']],
    ['public-read', ALL, ['writer'], ['writer']],
    ['public-read-write', ALL, ['writer'], ['writer']],
    ['authenticated-read', SIGNED, ['writer'], ['writer']],
    ['aws-exec-read', ['writer'], ['writer'], ['writer']],
    ['bucket-owner-read', ['owner', 'writer'], ['writer'], ['writer']],
    ['bucket-owner-full-control', ['owner', 'writer'], ['owner', 'writer'], ['owner', 'writer']],
  ]
  const cases = TABLE.flatMap(([acl, read, readAcp, writeAcp]) =>
    [
      [READ, read],
      [READ_ACP, readAcp],
      [WRITE_ACP, writeAcp],
      [UNREACHED, NOBODY_ELSE],
    ].flatMap(([asks, allowed]) =>
      Object.entries(asks as Record<string, Ask>).map(
        ([operation, ask]) => [acl, operation, whoMay(operation, allowed as readonly Who[]), ask] as const,
      ),
    ),
  )
  it.each(cases)('%s: %s is for %j', async (acl, operation, allowed, ask) => {
    expect(await letIn(() => bucketFor(operation, undefined, acl), ask)).toEqual(allowed)
  })
})

describe('the ACL of a bucket', () => {
  const READ: Readonly<Record<string, Ask>> = {
    ListObjects: request('GET', undefined),
    ListObjectsV2: request('GET', undefined, { query: 'list-type=2' }),
    ListObjectVersions: request('GET', undefined, { query: 'versions=' }),
    ListMultipartUploads: request('GET', undefined, { query: 'uploads=' }),
    HeadBucket: request('HEAD', undefined),
  }
  const CREATE: Readonly<Record<string, Ask>> = {
    PutObject: request('PUT', 'new', { body: 'x' }),
    'CopyObject to it': async (bucket, who) => {
      const source = await room.bucket()
      await room.put(source, 'source', { 'x-amz-acl': 'public-read' })
      return room.ask(who, 'PUT', bucket, 'new', { headers: { 'x-amz-copy-source': `${source}/source` } })
    },
  }
  /** "Anonymous users cannot initiate multipart uploads." */
  const BEGIN = { CreateMultipartUpload: request('POST', 'new', { query: 'uploads=' }) }
  /** "For the bucket and object owners of existing objects, also allows deletions and overwrites of those objects." */
  const CHANGE: Readonly<Record<string, Ask>> = {
    DeleteObject: request('DELETE', 'key'),
    'PutObject over another’s': request('PUT', 'key', { body: 'x' }),
    'CopyObject over another’s': async (bucket, who) => {
      const source = await room.bucket()
      await room.put(source, 'source', { 'x-amz-acl': 'public-read' })
      return room.ask(who, 'PUT', bucket, 'key', { headers: { 'x-amz-copy-source': `${source}/source` } })
    },
    DeleteObjects: async (bucket, who) => {
      const parts = { query: 'delete=', body: DELETE_LIST, headers: withMd5(DELETE_LIST) }
      const answer = await room.ask(who, 'POST', bucket, undefined, parts)
      const [code] = xmlTexts(answer.text, 'Code')
      return code === undefined ? answer : { ...answer, status: 403, errorCode: code }
    },
  }
  const READ_ACP = { GetBucketAcl: request('GET', undefined, { query: 'acl=' }) }
  const WRITE_ACP = { PutBucketAcl: request('PUT', undefined, { query: 'acl=', headers: PRIVATE }) }
  /** No ACL of a bucket reaches these. */
  const UNREACHED: Readonly<Record<string, Ask>> = {
    DeleteBucketPolicy: request('DELETE', undefined, { query: 'policy=' }),
    GetBucketLocation: request('GET', undefined, { query: 'location=' }),
    GetBucketVersioning: request('GET', undefined, { query: 'versioning=' }),
  }

  const CHANGERS: readonly Who[] = ['owner', 'writer']
  const TABLE: [
    acl: string,
    read: readonly Who[],
    create: readonly Who[],
    begin: readonly Who[],
    change: readonly Who[],
  ][] = [
    ['private', NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE],
    ['public-read', ALL, NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE],
    ['public-read-write', ALL, ALL, SIGNED, CHANGERS],
    ['authenticated-read', SIGNED, NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE],
    ['aws-exec-read', NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE],
    ['bucket-owner-read', NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE],
    ['bucket-owner-full-control', NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE],
    ['log-delivery-write', NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE],
  ]
  const cases = TABLE.flatMap(([acl, read, create, begin, change]) =>
    [
      [READ, read],
      [CREATE, create],
      [BEGIN, begin],
      [CHANGE, change],
      [READ_ACP, NOBODY_ELSE],
      [WRITE_ACP, NOBODY_ELSE],
      [UNREACHED, NOBODY_ELSE],
    ].flatMap(([asks, allowed]) =>
      Object.entries(asks as Record<string, Ask>).map(
        ([operation, ask]) => [acl, operation, whoMay(operation, allowed as readonly Who[]), ask] as const,
      ),
    ),
  )
  it.each(cases)('%s: %s is for %j', async (acl, operation, allowed, ask) => {
    expect(await letIn(() => bucketFor(operation, acl), ask)).toEqual(allowed)
  })
})

describe('an upload in parts', () => {
  /** Begun by the writer in a bucket that then gets its ACL. */
  async function upload(acl: string): Promise<{ bucket: string; uploadId: string; etag: string }> {
    const bucket = await room.bucket(WRITE_BY_ALL)
    const begun = await room.must('writer', 'POST', bucket, 'key', { query: 'uploads=' })
    const uploadId = xmlTexts(begun.text, 'UploadId')[0] ?? ''
    const part = await room.must('writer', 'PUT', bucket, 'key', {
      query: `partNumber=1&uploadId=${uploadId}`,
      body: 'x',
    })
    await room.must('owner', 'PUT', bucket, undefined, { query: 'acl=', headers: { 'x-amz-acl': acl } })
    return { bucket, uploadId, etag: part.headers.etag ?? '' }
  }
  type Begun = Awaited<ReturnType<typeof upload>>
  type AskAbout = (begun: Begun, who: Who) => Promise<RawAnswer>

  const WRITE: Readonly<Record<string, AskAbout>> = {
    UploadPart: ({ bucket, uploadId }, who) =>
      room.ask(who, 'PUT', bucket, 'key', { query: `partNumber=2&uploadId=${uploadId}`, body: 'x' }),
    UploadPartCopy: async ({ bucket, uploadId }, who) => {
      const source = await room.bucket()
      await room.put(source, 'source', { 'x-amz-acl': 'public-read' })
      const headers = { 'x-amz-copy-source': `${source}/source` }
      return room.ask(who, 'PUT', bucket, 'key', { query: `partNumber=2&uploadId=${uploadId}`, headers })
    },
    CompleteMultipartUpload: ({ bucket, uploadId, etag }, who) => {
      const list = `<Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part>`
      const body = `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`
      return room.ask(who, 'POST', bucket, 'key', { query: `uploadId=${uploadId}`, body })
    },
  }
  /** Source: S3 User Guide, "Multipart upload API and permissions": for the bucket's owner and who began the upload. */
  const SEE_AND_END: Readonly<Record<string, AskAbout>> = {
    ListParts: ({ bucket, uploadId }, who) =>
      room.ask(who, 'GET', bucket, 'key', { query: `uploadId=${uploadId}` }),
    AbortMultipartUpload: ({ bucket, uploadId }, who) =>
      room.ask(who, 'DELETE', bucket, 'key', { query: `uploadId=${uploadId}` }),
  }
  const INITIATOR: readonly Who[] = ['owner', 'writer']
  const TABLE: [acl: string, write: readonly Who[]][] = [
    ['private', NOBODY_ELSE],
    ['public-read', NOBODY_ELSE],
    ['public-read-write', ALL],
    ['authenticated-read', NOBODY_ELSE],
  ]
  const cases = TABLE.flatMap(([acl, write]) => [
    ...Object.entries(WRITE).map(
      ([operation, ask]) => [acl, operation, whoMay(operation, write), ask] as const,
    ),
    ...Object.entries(SEE_AND_END).map(([operation, ask]) => [acl, operation, INITIATOR, ask] as const),
  ])
  it.each(cases)('in a bucket that is %s: %s is for %j', async (acl, _, allowed, ask) => {
    const begun = new Map<string, Begun>()
    const make = async () => {
      const each = await upload(acl)
      begun.set(each.bucket, each)
      return each.bucket
    }
    const about: Ask = (bucket, who) => {
      const each = begun.get(bucket)
      if (!each) throw new Error('no upload was begun there')
      return ask(each, who)
    }
    expect(await letIn(make, about)).toEqual(allowed)
  })
})

describe('a bucket without ACLs', () => {
  const REQUESTS: Readonly<Record<string, Ask>> = {
    GetObject: request('GET', 'key'),
    GetObjectAcl: request('GET', 'key', { query: 'acl=' }),
    PutObject: request('PUT', 'new', { body: 'x' }),
    DeleteObject: request('DELETE', 'key'),
    ListObjects: request('GET', undefined),
    GetBucketAcl: request('GET', undefined, { query: 'acl=' }),
  }
  it.each(Object.entries(REQUESTS))('%s is for its owner, whatever was granted', async (_, ask) => {
    const make = async () => {
      const bucket = await bucketWith('private', 'public-read')
      await room.ownership(bucket, 'BucketOwnerEnforced')
      return bucket
    }
    expect(await letIn(make, ask)).toEqual(NOBODY_ELSE)
  })
})
