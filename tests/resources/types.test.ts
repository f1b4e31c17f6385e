import { beforeAll, describe, expect, it } from 'vitest'
import { compile } from './compile.ts'

/** What compiles, what does not but for one thing, and the compiler's number for that. */
const cases: readonly (readonly [name: string, right: string, wrong: string, error: string])[] = [
  [
    'a parameter that the operation does not have',
    "await s3.Object('b', 'k').put({ ContentType: 'text/plain' })",
    "await s3.Object('b', 'k').put({ ContentTyp: 'text/plain' })",
    'TS2561',
  ],
  [
    'a parameter that the resource binds',
    "await s3.Object('b', 'k').delete({ VersionId: 'v' })",
    "await s3.Object('b', 'k').delete({ Bucket: 'b' })",
    'TS2353',
  ],
  [
    'a parameter of another type',
    "await s3.MultipartUpload('b', 'k', 'u').Part(1).upload({ ContentLength: 5 })",
    "await s3.MultipartUpload('b', 'k', 'u').Part('1').upload({ ContentLength: 5 })",
    'TS2345',
  ],
  [
    'a value that the API does not know',
    "await s3.ObjectAcl('b', 'k').put({ ACL: 'public-read' })",
    "await s3.ObjectAcl('b', 'k').put({ ACL: 'public' })",
    'TS2322',
  ],
  [
    'a required parameter that is missing',
    "await s3.Object('b', 'k').copyFrom({ CopySource: 'b/k' })",
    "await s3.Object('b', 'k').copyFrom({})",
    'TS2741',
  ],
  [
    'required parameters that are all missing',
    "await s3.BucketPolicy('b').put({ Policy: '{}' })",
    "await s3.BucketPolicy('b').put()",
    'TS2554',
  ],
  ['an identifier that is missing', "s3.ObjectAcl('b', 'k')", "s3.ObjectAcl('b')", 'TS2554'],
  [
    'an attribute that the resource does not have',
    "(await s3.Object('b', 'k').load()).contentLength",
    "(await s3.Object('b', 'k').load()).size",
    'TS2339',
  ],
  [
    'an attribute taken for another type',
    "const tag: string | undefined = (await s3.ObjectSummary('b', 'k').load()).eTag",
    "const tag: number | undefined = (await s3.ObjectSummary('b', 'k').load()).eTag",
    'TS2322',
  ],
  [
    'an attribute that may be undefined taken for certain',
    "const size: number = (await s3.ObjectSummary('b', 'k').load()).size ?? 0",
    "const size: number = (await s3.ObjectSummary('b', 'k').load()).size",
    'TS2322',
  ],
  [
    'an attribute written to',
    "const tag = s3.Object('b', 'k').eTag",
    "s3.Object('b', 'k').eTag = 'tag'",
    'TS2540',
  ],
  [
    'an identifier written to',
    "const key = s3.Object('b', 'k').key",
    "s3.Object('b', 'k').key = 'other'",
    'TS2540',
  ],
  [
    'loading what cannot be loaded',
    "await s3.ObjectVersion('b', 'k', 'v').head()",
    "await s3.ObjectVersion('b', 'k', 'v').load()",
    'TS2339',
  ],
  [
    'a filter that the listing does not have',
    "s3.Bucket('b').objects.filter({ Prefix: 'p' })",
    "s3.Bucket('b').objects.filter({ UploadIdMarker: 'p' })",
    'TS2353',
  ],
  [
    'a batch action that the collection does not have',
    "await s3.Bucket('b').objects.limit(1).delete()",
    "await s3.Bucket('b').multipartUploads.limit(1).delete()",
    'TS2339',
  ],
  [
    'an item taken for another resource',
    "for await (const object of s3.Bucket('b').objects) object.size",
    "for await (const object of s3.Bucket('b').objects) object.contentLength",
    'TS2339',
  ],
  [
    'the result of an action taken for another resource',
    "(await s3.Object('b', 'k').initiateMultipartUpload()).Part(1)",
    "(await s3.Object('b', 'k').initiateMultipartUpload()).UploadId",
    'TS2551',
  ],
  [
    'an option that transfers do not have',
    "await s3.Object('b', 'k').uploadFile('path', {}, { concurrency: 2 })",
    "await s3.Object('b', 'k').uploadFile('path', {}, { queueSize: 2 })",
    'TS2353',
  ],
  [
    'a checksum that there is not',
    "await s3.Object('b', 'k').uploadFile('path', { ChecksumSHA256: 'x', ChecksumAlgorithm: 'SHA256' })",
    "await s3.Object('b', 'k').uploadFile('path', { ChecksumSHA384: 'x' })",
    'TS2561',
  ],
  [
    'what is undefined for an option that has no such value',
    `const none = undefined as AbortSignal | undefined
    const options = { partSizeBytes: undefined, onProgress: undefined, abortSignal: none }
    await s3.Object('b', 'k').uploadFile('path', {}, { ...options, resume: undefined })
    await s3.Object('b', 'k').waitUntilExists({}, { abortSignal: none, maximumAttempts: undefined })
    await s3.Object('b', 'k').get({}, { abortSignal: none })`,
    "await s3.Object('b', 'k').uploadFile('path', {}, { partSizeBytes: null })",
    'TS2322',
  ],
  [
    'resuming a stream, which cannot be read again',
    "await s3.Object('b', 'k').uploadFile(new Blob(), {}, { resume: 'path' })",
    "await s3.Object('b', 'k').uploadFileobj(new Blob(), {}, { resume: 'path' })",
    'TS2353',
  ],
]

const start = "import { S3 } from '@holdfast/resources'\nconst s3 = new S3();\n"

describe('the types', () => {
  let said: string[][]
  beforeAll(async () => {
    said = await compile(cases.flatMap(([, right, wrong]) => [start + right, start + wrong]))
  }, 60_000)

  it.each(cases.map(([name, , , error], index) => ({ name, error, index })))(
    'reject $name',
    ({ error, index }) => {
      expect(said[2 * index]).toEqual([])
      expect(said[2 * index + 1]).toHaveLength(1)
      expect(said[2 * index + 1]?.[0]).toContain(error)
    },
  )
})
