import type { S3 } from '@holdfast/resources'
import { collect } from '../collect.ts'

/** What actions fail with, in the order of `errors` of `scenarios.py`. */
export async function errors(s3: S3): Promise<unknown> {
  const bucket = await s3.createBucket({ Bucket: 'here' })
  await bucket.putObject({ Key: 'key', Body: 'content' })
  const [object, none] = [bucket.Object('key'), bucket.Object('none')]
  const upload = s3.MultipartUpload('here', 'key', 'none')
  const there = s3.Bucket('there')
  const stranger = { ExpectedBucketOwner: '999999999999' }
  const Parts = [{ PartNumber: 1, ETag: '"x"' }]
  const acts: (() => Promise<unknown>)[] = [
    () => s3.Bucket('A_b').create(),
    () => bucket.delete(),
    () => there.delete(),
    () => collect(there.objects.all()),
    () => collect(there.objectVersions.all()),
    () => collect(there.multipartUploads.all()),
    () => there.putObject({ Key: 'key' }),
    () => none.get(),
    () => none.load(),
    () => object.get({ Range: 'bytes=100-' }),
    () => object.get({ IfMatch: '"x"' }),
    async () => object.get({ IfNoneMatch: (await object.load()).eTag }),
    () => object.get(stranger),
    () => collect(bucket.objects.filter(stranger)),
    () => object.put({ IfNoneMatch: '*' }),
    () => object.put({ Tagging: 'a=b&a=c' }),
    () => object.copyFrom({ CopySource: { Bucket: 'here', Key: 'none' } }),
    () => object.copy({ Bucket: 'here', Key: 'none' }),
    () => upload.Part(1).upload({ Body: 'x' }),
    () => collect(upload.parts.all()),
    () => upload.abort(),
    () => upload.complete({ MultipartUpload: { Parts } }),
    async () => (await object.initiateMultipartUpload()).complete(),
    () => object.Version('none').get(),
    () => object.Acl().put({ ACL: 'public-read' }),
    () => none.Acl().load(),
    () => object.restoreObject({ RestoreRequest: { Days: 1 } }),
    () => bucket.Policy().load(),
    () => bucket.Policy().put({ Policy: '{' }),
    () => bucket.Cors().load(),
    () => bucket.LifecycleConfiguration().load(),
    () => bucket.Lifecycle().load(),
    () => bucket.Tagging().load(),
    () => bucket.Website().load(),
  ]
  const seen: unknown[] = []
  for (const act of acts) seen.push(await codeOf(act))
  return seen
}

/** What boto3 calls it: of an answer without a body it has the status alone. */
async function codeOf(act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } }
    return ['NotFound', 'Unknown'].includes(name) ? String($metadata?.httpStatusCode) : name
  }
}
