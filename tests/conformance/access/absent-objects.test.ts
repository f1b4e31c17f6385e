/**
 * Who learns that an object is not there. Source: S3 API Reference, GetObject and HeadObject, "Permissions": 404 is for who
 * has s3:ListBucket on the bucket, everybody else gets 403, with the permission to read or without.
 */
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, type Parts, policyDocument, VERSIONED, withMd5, writer } from './access-room.ts'

let room: AccessRoom
/** Of the writer, who may list it: what copies go into. */
let own: string
beforeAll(async () => {
  room = await AccessRoom.open()
  own = await room.bucket({}, 'writer')
  return () => room[Symbol.asyncDispose]()
})

const NEVER = '0'.repeat(32)
const RETENTION =
  '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2099-01-01T00:00:00Z</RetainUntilDate></Retention>'

interface Ask {
  readonly method: string
  readonly query?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

const document = (query: string, body: string): Ask => ({
  method: 'PUT',
  query,
  body,
  headers: withMd5(body),
})

/** Every request about one object that is not there, or one version that is not, is a 404 to somebody. */
const REQUESTS: Readonly<Record<string, Ask>> = {
  GetObject: { method: 'GET' },
  'GetObject, conditional': { method: 'GET', headers: { 'if-match': '"0123"', 'if-none-match': '*' } },
  'GetObject, a range': { method: 'GET', headers: { range: 'bytes=0-0' } },
  'GetObject, a part': { method: 'GET', query: 'partNumber=1' },
  HeadObject: { method: 'HEAD' },
  GetObjectAttributes: {
    method: 'GET',
    query: 'attributes=',
    headers: { 'x-amz-object-attributes': 'ETag' },
  },
  GetObjectAcl: { method: 'GET', query: 'acl=' },
  PutObjectAcl: { method: 'PUT', query: 'acl=', headers: { 'x-amz-acl': 'private' } },
  GetObjectTagging: { method: 'GET', query: 'tagging=' },
  PutObjectTagging: document('tagging=', '<Tagging><TagSet/></Tagging>'),
  DeleteObjectTagging: { method: 'DELETE', query: 'tagging=' },
  GetObjectRetention: { method: 'GET', query: 'retention=' },
  PutObjectRetention: document('retention=', RETENTION),
  GetObjectLegalHold: { method: 'GET', query: 'legal-hold=' },
  PutObjectLegalHold: document('legal-hold=', '<LegalHold><Status>OFF</Status></LegalHold>'),
  RestoreObject: {
    method: 'POST',
    query: 'restore=',
    body: '<RestoreRequest><Days>1</Days></RestoreRequest>',
  },
}

/** Where a delete marker as the newest version is not like a key that is not there: what changes an object, and the reading of tags. */
const TELL_OF_MARKERS: ReadonlySet<string> = new Set([
  'PutObjectAcl',
  'GetObjectTagging',
  'PutObjectTagging',
  'DeleteObjectTagging',
  'PutObjectRetention',
  'PutObjectLegalHold',
  'RestoreObject',
])

/** What comes of a request about a version: the copies name it in a header. */
type Act = (bucket: string, key: string, versionId: string | undefined) => Promise<RawAnswer>

function actOf({ method, query, ...parts }: Ask): Act {
  return (bucket, key, versionId) => {
    const version = versionId === undefined ? undefined : `versionId=${versionId}`
    const whole: Parts = { ...parts, query: [query, version].filter((each) => each !== undefined).join('&') }
    return room.ask('writer', method, bucket, key, whole)
  }
}

function sourceOf(bucket: string, key: string, versionId: string | undefined): Record<string, string> {
  return {
    'x-amz-copy-source': `${bucket}/${key}${versionId === undefined ? '' : `?versionId=${versionId}`}`,
  }
}

async function uploadOfWriter(): Promise<string> {
  const begun = await room.must('writer', 'POST', own, 'to', { query: 'uploads=' })
  return xmlTexts(begun.text, 'UploadId')[0] ?? ''
}

const COPIES: Readonly<Record<string, Act>> = {
  CopyObject: (...source) => room.ask('writer', 'PUT', own, 'to', { headers: sourceOf(...source) }),
  'CopyObject, conditional': (...source) => {
    const headers = { ...sourceOf(...source), 'x-amz-copy-source-if-match': '"0123"' }
    return room.ask('writer', 'PUT', own, 'to', { headers })
  },
  UploadPartCopy: async (...source) => {
    const query = `partNumber=1&uploadId=${await uploadOfWriter()}`
    return room.ask('writer', 'PUT', own, 'to', { query, headers: sourceOf(...source) })
  },
  'UploadPartCopy, conditional': async (...source) => {
    const query = `partNumber=1&uploadId=${await uploadOfWriter()}`
    const headers = { ...sourceOf(...source), 'x-amz-copy-source-if-none-match': '"0123"' }
    return room.ask('writer', 'PUT', own, 'to', { query, headers })
  },
}

const ACTS: Readonly<Record<string, Act>> = {
  ...Object.fromEntries(Object.entries(REQUESTS).map(([name, ask]) => [name, actOf(ask)])),
  ...COPIES,
}

const outcomeOf = ({ status, errorCode }: RawAnswer): string =>
  errorCode === undefined ? String(status) : `${status} ${errorCode}`

/** A bucket with versioning, the key `there` and the key `marked`, whose newest version is a delete marker. */
async function bucketFor(...statements: object[]): Promise<string> {
  const bucket = await room.bucket({ 'x-amz-bucket-object-lock-enabled': 'true' })
  await room.set(bucket, 'versioning', VERSIONED)
  await room.put(bucket, 'there')
  await room.put(bucket, 'marked')
  await room.must('owner', 'DELETE', bucket, 'marked')
  if (statements.length > 0) {
    await room.set(
      bucket,
      'policy',
      policyDocument(
        bucket,
        statements.map((each) => ({ Principal: { AWS: writer.id }, ...each })),
      ),
    )
  }
  return bucket
}

describe.each(Object.entries(ACTS))('%s', (name, act) => {
  const isHead = name === 'HeadObject'
  const expected = (outcome: string): string => (isHead ? outcome.slice(0, 3) : outcome)
  /** What is asked of a key without a version, of one behind a marker, and of a version that is not. */
  const outcomes = (bucket: string): Promise<string[]> =>
    Promise.all(
      [
        ['missing', undefined],
        ['marked', undefined],
        ['missing', 'null'],
        ['there', 'null'],
        ['there', NEVER],
      ].map(async ([key = '', versionId]) => {
        const answer = await act(bucket, key, versionId)
        if (answer.status === 403) expect(answer.headers).not.toHaveProperty('x-amz-delete-marker')
        return outcomeOf(answer)
      }),
    )
  const REFUSED = Array.from({ length: 5 }, () => expected('403 AccessDenied'))
  const isMarkerTold = TELL_OF_MARKERS.has(name)
  const TOLD = [
    '404 NoSuchKey',
    isMarkerTold ? '405 MethodNotAllowed' : '404 NoSuchKey',
    '404 NoSuchVersion',
    '404 NoSuchVersion',
    '404 NoSuchVersion',
  ]

  it('tells nothing to who may do nothing', async () => {
    const bucket = await bucketFor()
    expect(await outcomes(bucket)).toEqual(REFUSED)
    expect(outcomeOf(await act(bucket, 'there', undefined))).toBe(expected('403 AccessDenied'))
  })

  it('tells nothing to who may do it, but not list', async () => {
    const bucket = await bucketFor()
    const Resource = `arn:aws:s3:::${bucket}/*`
    await room.policy(bucket, { Principal: { AWS: writer.id }, Action: 's3:*Object*', Resource })
    expect(await outcomes(bucket)).toEqual(REFUSED)
  })

  it('tells who may list as well', async () => {
    const bucket = await bucketFor({ Action: ['s3:*Object*', 's3:ListBucket'] })
    expect(await outcomes(bucket)).toEqual(TOLD.map(expected))
  })
})

describe.each(Object.entries(COPIES))('%s', (_, act) => {
  it('is told by the bucket of the source, and not by its own', async () => {
    const source = await bucketFor({ Action: ['s3:GetObject', 's3:ListBucket'] })
    const into = await room.bucket()
    await room.policy(into, { Principal: { AWS: writer.id }, Action: 's3:PutObject' })
    const before = own
    own = into
    try {
      expect(outcomeOf(await act(source, 'missing', undefined))).toBe('404 NoSuchKey')
    } finally {
      own = before
    }
  })
})

it('a copy over an object that is not there tells so who may list its bucket', async () => {
  const source = await bucketFor({ Action: 's3:GetObject' })
  const outcomeIn = async (...actions: string[]) => {
    const into = await room.bucket()
    await room.policy(into, { Principal: { AWS: writer.id }, Action: actions })
    const headers = { 'x-amz-copy-source': `${source}/there`, 'if-match': '*' }
    return outcomeOf(await room.ask('writer', 'PUT', into, 'missing', { headers }))
  }
  expect(await outcomeIn('s3:PutObject')).toBe('403 AccessDenied')
  expect(await outcomeIn('s3:PutObject', 's3:ListBucket')).toBe('404 NoSuchKey')
})

describe('by the AWS SDK', () => {
  it('absent and unreadable sources are refused alike', async () => {
    const bucket = await bucketFor()
    const Resource = `arn:aws:s3:::${bucket}/missing`
    await room.policy(bucket, { Principal: { AWS: writer.id }, Action: 's3:GetObject', Resource })
    const client = room.client('writer')
    const UploadId = await uploadOfWriter()
    const refused = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }
    for (const key of ['missing', 'there']) {
      const copy = { Bucket: own, Key: 'to', CopySource: `${bucket}/${key}` }
      await expect(client.send(new CopyObjectCommand(copy))).rejects.toMatchObject(refused)
      await expect(
        client.send(new UploadPartCopyCommand({ ...copy, UploadId, PartNumber: 1 })),
      ).rejects.toMatchObject(refused)
      await expect(client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).rejects.toMatchObject(
        refused,
      )
      await expect(client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 403 },
      })
    }
    client.destroy()
  })
})
