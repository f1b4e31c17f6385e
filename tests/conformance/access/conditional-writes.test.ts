/**
 * What conditional writes and deletions ask of their caller. Sources: S3 User Guide, "Enforce conditional writes on
 * Amazon S3 buckets" and "Enforce conditional deletes on Amazon S3 buckets": an entity tag in `If-Match` wants
 * s3:GetObject besides the action itself; `*` does not.
 */
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, policyDocument, withMd5, writer } from './access-room.ts'

let room: AccessRoom
let readable: string
beforeAll(async () => {
  room = await AccessRoom.open()
  readable = await room.bucket()
  await room.put(readable, 'source', { 'x-amz-acl': 'public-read' })
  return () => room[Symbol.asyncDispose]()
})

const OTHER = '"0123456789abcdef0123456789abcdef"'

/** How the writer does it to a key under a condition; the answer's status and code. */
type Do = (bucket: string, key: string, header: string, value: string) => Promise<string>

const outcomeOf = ({ status, errorCode }: RawAnswer): string => `${status} ${errorCode ?? ''}`.trim()

const WRITES: Readonly<Record<string, Do>> = {
  PutObject: async (bucket, key, header, value) =>
    outcomeOf(await room.ask('writer', 'PUT', bucket, key, { body: 'new', headers: { [header]: value } })),
  CopyObject: async (bucket, key, header, value) => {
    const headers = { 'x-amz-copy-source': `${readable}/source`, [header]: value }
    return outcomeOf(await room.ask('writer', 'PUT', bucket, key, { headers }))
  },
  CompleteMultipartUpload: async (bucket, key, header, value) => {
    const { uploadId, etag } = await uploadOfWriter(bucket, key)
    const part = `<Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part>`
    const body = `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`
    const parts = { query: `uploadId=${uploadId}`, body, headers: { [header]: value } }
    return outcomeOf(await room.ask('writer', 'POST', bucket, key, parts))
  },
}

const DENIED = '403 AccessDenied'
const FAILED = '412 PreconditionFailed'
const MISSING = '404 NoSuchKey'
const OUTCOMES: Readonly<Record<string, string>> = {
  AccessDenied: DENIED,
  PreconditionFailed: FAILED,
  NoSuchKey: MISSING,
}

const DELETIONS: Readonly<Record<string, Do>> = {
  DeleteObject: async (bucket, key, header, value) =>
    outcomeOf(await room.ask('writer', 'DELETE', bucket, key, { headers: { [header]: value } })),
  DeleteObjects: async (bucket, key, _, value) => {
    const body = `<Delete><Object><Key>${key}</Key><ETag>${value}</ETag></Object></Delete>`
    const parts = { query: 'delete=', body, headers: withMd5(body) }
    const { status, errorCode } = await room.ask('writer', 'POST', bucket, undefined, parts)
    // The answer for the key stands in the document.
    return errorCode === undefined && status === 200 ? '204' : (OUTCOMES[errorCode ?? ''] ?? String(status))
  },
}

async function uploadOfWriter(bucket: string, key: string): Promise<{ uploadId: string; etag: string }> {
  const begun = await room.must('writer', 'POST', bucket, key, { query: 'uploads=' })
  const uploadId = xmlTexts(begun.text, 'UploadId')[0] ?? ''
  const query = `partNumber=1&uploadId=${uploadId}`
  const part = await room.must('writer', 'PUT', bucket, key, { query, body: 'new' })
  return { uploadId, etag: part.headers.etag ?? '' }
}

/** A bucket with the object `there`, whose policy allows the writer these actions. */
async function bucketFor(...actions: string[]): Promise<{ bucket: string; etag: string }> {
  const bucket = await room.bucket()
  const { headers } = await room.put(bucket, 'there')
  await room.policy(bucket, { Principal: { AWS: writer.id }, Action: actions.map((name) => `s3:${name}`) })
  return { bucket, etag: headers.etag ?? '' }
}

const WRITE = ['PutObject', 'DeleteObject']

describe.each(Object.entries({ ...WRITES, ...DELETIONS }))('%s', (operation, act) => {
  const done = operation in WRITES ? '200' : '204'

  it('If-Match with an entity tag is refused to who may not read, whatever is there', async () => {
    const { bucket, etag } = await bucketFor(...WRITE)
    for (const tag of [etag, etag.replaceAll('"', ''), `W/${etag}`, OTHER, `${OTHER}, *`, `*, ${etag}`]) {
      for (const key of ['there', 'missing']) {
        expect([tag, key, await act(bucket, key, 'if-match', tag)]).toEqual([tag, key, DENIED])
      }
    }
    expect((await room.must('owner', 'GET', bucket, 'there')).text).toBe(`${bucket}/there`)
  })

  it('If-Match: * wants no more than the action', async () => {
    const { bucket } = await bucketFor(...WRITE)
    expect(await act(bucket, 'missing', 'if-match', '*')).toBe(DENIED)
    expect(await act(bucket, 'there', 'if-match', '*')).toBe(done)
  })

  it('If-Match with an entity tag is for who may read too', async () => {
    const { bucket, etag } = await bucketFor(...WRITE, 'GetObject')
    expect(await act(bucket, 'there', 'if-match', OTHER)).toBe(FAILED)
    expect(await act(bucket, 'missing', 'if-match', etag)).toBe(DENIED)
    expect(await act(bucket, 'there', 'if-match', etag)).toBe(done)
  })

  it('the reader of versions alone may not', async () => {
    const { bucket, etag } = await bucketFor(...WRITE, 'GetObjectVersion')
    expect(await act(bucket, 'there', 'if-match', etag)).toBe(DENIED)
  })

  it('who may list is told that there is nothing', async () => {
    const { bucket, etag } = await bucketFor(...WRITE, 'ListBucket')
    expect(await act(bucket, 'missing', 'if-match', '*')).toBe(MISSING)
    expect(await act(bucket, 'missing', 'if-match', etag)).toBe(MISSING)
    expect(await act(bucket, 'there', 'if-match', etag)).toBe(DENIED)
  })

  it('an object of its own may be tested by who is granted to write', async () => {
    const bucket = await room.bucket({ 'x-amz-grant-write': `id=${writer.canonicalId}` })
    const { headers } = await room.put(bucket, 'own', {}, 'writer')
    expect(await act(bucket, 'missing', 'if-match', OTHER)).toBe(DENIED)
    expect(await act(bucket, 'own', 'if-match', OTHER)).toBe(FAILED)
    expect(await act(bucket, 'own', 'if-match', headers.etag ?? '')).toBe(done)
  })
})

describe.each(Object.entries(WRITES))('%s', (_, act) => {
  it('If-None-Match: * wants no more than the action', async () => {
    const { bucket } = await bucketFor(...WRITE)
    expect(await act(bucket, 'there', 'if-none-match', '*')).toBe(FAILED)
    expect(await act(bucket, 'missing', 'if-none-match', '*')).toBe('200')
  })
})

it('a refusal says the same of what is there and what is not', async () => {
  const { bucket, etag } = await bucketFor(...WRITE)
  const textOf = async (key: string): Promise<string> => {
    const { text } = await room.ask('writer', 'PUT', bucket, key, {
      body: 'new',
      headers: { 'if-match': etag },
    })
    return text.replaceAll(key, 'KEY').replaceAll(/<(RequestId|HostId)>.*?<\/\1>/g, '')
  }
  expect(await textOf('missing')).toBe(await textOf('there'))
})

it('a policy may ask for a condition, as the examples of the guide do', async () => {
  const { bucket, etag } = await bucketFor('GetObject')
  const isWriter = {
    Principal: { AWS: `arn:aws:iam::${writer.id}:root` },
    Resource: `arn:aws:s3:::${bucket}/*`,
  }
  const document = policyDocument(bucket, [
    { ...isWriter, Action: 's3:DeleteObject', Condition: { Null: { 's3:if-match': 'false' } } },
    { ...isWriter, Action: 's3:GetObject' },
  ])
  await room.set(bucket, 'policy', document)
  expect(outcomeOf(await room.ask('writer', 'DELETE', bucket, 'there'))).toBe(DENIED)
  expect(
    outcomeOf(await room.ask('writer', 'DELETE', bucket, 'there', { headers: { 'if-match': etag } })),
  ).toBe('204')
})

describe('by the AWS SDK', () => {
  it('whoever may write alone is refused', async () => {
    const { bucket: Bucket, etag } = await bucketFor(...WRITE)
    const { uploadId, etag: ETag } = await uploadOfWriter(Bucket, 'there')
    const client = room.client('writer')
    const at = { Bucket, Key: 'there', IfMatch: etag }
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    const refused = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }
    await expect(client.send(new PutObjectCommand({ ...at, Body: 'new' }))).rejects.toMatchObject(refused)
    await expect(
      client.send(new CopyObjectCommand({ ...at, CopySource: `${readable}/source` })),
    ).rejects.toMatchObject(refused)
    await expect(
      client.send(new CompleteMultipartUploadCommand({ ...at, UploadId: uploadId, MultipartUpload })),
    ).rejects.toMatchObject(refused)
    await expect(client.send(new DeleteObjectCommand(at))).rejects.toMatchObject(refused)
    const Delete = { Objects: [{ Key: 'there', ETag: etag }] }
    const { Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete }))
    expect(Errors).toMatchObject([{ Key: 'there', Code: 'AccessDenied' }])
    expect((await room.must('owner', 'GET', Bucket, 'there')).text).toBe(`${Bucket}/there`)
    client.destroy()
  })
})
