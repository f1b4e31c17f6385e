import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { S3 } from '@holdfast/resources'
import { collect } from '../collect.ts'
import { argumentsOfTransfers } from './arguments-of-transfers.ts'
import { errors } from './errors.ts'

/** Works on an empty server and returns what it saw. `folder` is for files. */
type Scenario = (s3: S3, folder: string) => Promise<unknown>

async function map<Item, Result>(
  items: AsyncIterable<Item>,
  look: (item: Item) => Result,
): Promise<Result[]> {
  return (await collect(items)).map(look)
}

const main = '1'.repeat(64)
const other = '2'.repeat(64)

/** What a user of boto3 does, as a user of this package does it. `scenarios.py` has the same, line for line. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  async bucket(s3) {
    const bucket = await s3.createBucket({ Bucket: 'here' })
    await bucket.waitUntilExists()
    const made = await s3.Bucket('here').load()
    const seen = [made.name, made.creationDate !== undefined, await map(s3.buckets.all(), ({ name }) => name)]
    await s3.Bucket('there').create()
    await s3.Bucket('there').delete()
    await s3.Bucket('there').waitUntilNotExists()
    return [...seen, await map(s3.buckets.all(), ({ name }) => name)]
  },

  async object(s3) {
    await s3.createBucket({ Bucket: 'here' })
    const object = s3.Object('here', 'ä b/c+d')
    await object.put({
      Body: 'content',
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      Metadata: { a: 'b' },
    })
    await object.waitUntilExists()
    await object.load()
    const seen: unknown[] = [object.bucketName, object.key, object.contentLength, object.contentType]
    seen.push(object.cacheControl, object.eTag, object.metadata, object.versionId, object.storageClass)
    seen.push(await (await object.get()).Body?.transformToString())
    seen.push(await (await object.get({ Range: 'bytes=2-4' })).Body?.transformToString())
    const copy = object.Bucket().Object('copy')
    await copy.copyFrom({ CopySource: { Bucket: 'here', Key: object.key } })
    await copy.load()
    seen.push(copy.contentType, copy.metadata)
    await object.delete()
    await object.waitUntilNotExists()
    return seen
  },

  async object_summary(s3) {
    const bucket = await s3.createBucket({ Bucket: 'here' })
    const summary = s3.ObjectSummary('here', 'key')
    await summary.put({ Body: 'content', StorageClass: 'STANDARD' })
    await summary.load()
    const object = await summary.Object().load()
    const seen: unknown[] = [
      summary.bucketName,
      summary.key,
      summary.size,
      summary.eTag,
      object.contentLength,
    ]
    const [listed] = await collect(bucket.objects.all())
    seen.push(listed?.key, listed?.size, listed?.eTag, listed?.storageClass, listed?.owner)
    await s3.ObjectSummary('here', 'copy').copyFrom({ CopySource: 'here/key' })
    await listed?.delete()
    return [...seen, true]
  },

  async collections(s3) {
    const bucket = await s3.createBucket({ Bucket: 'here' })
    for (const key of ['a b', 'a+b', 'ä', 'p/1', 'p/2', 'p/3', 'q%2F', 'tab\t']) {
      await bucket.putObject({ Key: key, Body: key })
    }
    const seen: unknown[] = [await map(bucket.objects.all(), ({ key }) => key)]
    seen.push(await map(bucket.objects.filter({ Prefix: 'p/' }), ({ key }) => key))
    seen.push(await map(bucket.objects.limit(3), ({ key }) => key))
    seen.push(await map(bucket.objects.pageSize(3).pages(), (page) => page.map(({ key }) => key)))
    seen.push(await map(bucket.objects.filter({ Delimiter: '/' }).pageSize(2), ({ key }) => key))
    const answers = await bucket.objects.filter({ Prefix: 'p/' }).pageSize(2).delete()
    seen.push(answers.map(({ Deleted }) => Deleted?.map(({ Key }) => Key)))
    await bucket.deleteObjects({ Delete: { Objects: [{ Key: 'ä' }, { Key: 'none' }] } })
    return [...seen, await map(bucket.objects.all(), ({ key }) => key)]
  },

  async multipart_upload(s3) {
    const bucket = await s3.createBucket({ Bucket: 'here' })
    await bucket.putObject({ Key: 'source', Body: 'x'.repeat(5_242_880) })
    const upload = await s3
      .Object('here', 'key')
      .initiateMultipartUpload({ ContentType: 'text/plain', Metadata: { a: 'b' } })
    const first = (await upload.Part(1).copyFrom({ CopySource: 'here/source' })).CopyPartResult?.ETag
    const second = (await upload.Part(2).upload({ Body: 'the rest' })).ETag
    const [listed] = await collect(bucket.multipartUploads.all())
    const seen: unknown[] = [
      listed?.objectKey,
      listed?.id === upload.id,
      listed?.storageClass,
      listed?.initiator,
    ]
    seen.push(...(await map(upload.parts.all(), ({ partNumber, size, eTag }) => [partNumber, size, eTag])))
    const Parts = [
      { PartNumber: 1, ETag: first },
      { PartNumber: 2, ETag: second },
    ]
    const object = await upload.complete({ MultipartUpload: { Parts } })
    await object.load()
    seen.push(object.key, object.contentLength, object.eTag, object.contentType)
    const givenUp = await object.initiateMultipartUpload()
    await givenUp.Part(1).upload({ Body: 'x' })
    await givenUp.abort()
    return [...seen, (await collect(bucket.multipartUploads.all())).length]
  },

  async object_version(s3) {
    const bucket = await s3.createBucket({ Bucket: 'here' })
    await bucket.Versioning().enable()
    const enabled = await bucket.Versioning().load()
    const seen: unknown[] = [enabled.status, enabled.mfaDelete]
    for (const Body of ['one', 'three', 'seven!!']) await bucket.putObject({ Key: 'key', Body })
    await bucket.Object('key').delete()
    const versions = await collect(bucket.objectVersions.all())
    seen.push(...versions.map(({ objectKey, size, isLatest, eTag }) => [objectKey, size, isLatest, eTag]))
    const version = bucket.Object('key').Version(versions[0]?.id ?? '')
    seen.push(await (await version.get()).Body?.transformToString())
    seen.push((await version.head()).ContentLength, version.Object().key)
    await version.delete()
    await bucket.objectVersions.filter({ Prefix: 'key' }).limit(1).delete()
    await bucket.Versioning().suspend()
    await bucket.putObject({ Key: 'key', Body: 'null' })
    const left = await map(bucket.objectVersions.all(), ({ size, isLatest, id }) => [
      size,
      isLatest,
      id === 'null',
    ])
    return [...seen, ...left, (await bucket.Versioning().load()).status]
  },

  async bucket_acl(s3) {
    await s3.createBucket({ Bucket: 'here', ObjectOwnership: 'ObjectWriter' })
    const acl = s3.BucketAcl('here')
    await acl.put({ GrantRead: `id="${other}"`, GrantFullControl: `id="${main}"` })
    await acl.load()
    return [acl.owner?.ID, acl.grants?.map((grant) => [grant.Permission, grant.Grantee?.ID]).sort()]
  },

  async object_acl(s3) {
    const bucket = await s3.createBucket({ Bucket: 'here', ObjectOwnership: 'ObjectWriter' })
    await bucket.putObject({ Key: 'key', Body: new Uint8Array() })
    const acl = s3.ObjectAcl('here', 'key')
    await acl.put({ GrantReadACP: `id="${other}"` })
    await acl.load()
    const seen = [acl.owner?.ID, acl.grants?.map((grant) => [grant.Permission, grant.Grantee?.ID])]
    await acl.put({ ACL: 'private' })
    return [...seen, (await acl.load()).grants?.length, acl.Object().key]
  },

  async bucket_policy(s3) {
    const bucket = await s3.createBucket({ Bucket: 'here' })
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObjectAcl',
      Resource: 'arn:aws:s3:::here/*',
    }
    await bucket.Policy().put({ Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) })
    const seen: unknown = JSON.parse((await bucket.Policy().load()).policy ?? '')
    const there = await s3.createBucket({ Bucket: 'there' })
    await there.Policy().put({ Policy: JSON.stringify(seen).replaceAll('here', 'there') })
    await bucket.Policy().delete()
    return seen
  },

  async bucket_versioning(s3) {
    const versioning = (await s3.createBucket({ Bucket: 'here' })).Versioning()
    const seen = [(await versioning.load()).status]
    await versioning.put({ VersioningConfiguration: { Status: 'Enabled' } })
    seen.push((await versioning.load()).status)
    await versioning.suspend()
    return [...seen, (await versioning.load()).status, versioning.Bucket().name]
  },

  async bucket_cors(s3) {
    const cors = (await s3.createBucket({ Bucket: 'here' })).Cors()
    const rule = { AllowedMethods: ['GET'], AllowedOrigins: ['https://example.com'], MaxAgeSeconds: 9 }
    await cors.put({ CORSConfiguration: { CORSRules: [rule] } })
    const { corsRules: CORSRules } = await cors.load()
    await (await s3.createBucket({ Bucket: 'there' })).Cors().put({ CORSConfiguration: { CORSRules } })
    await cors.delete()
    return (await s3.BucketCors('there').load()).corsRules
  },

  async bucket_lifecycle_configuration(s3) {
    const lifecycle = (await s3.createBucket({ Bucket: 'here' })).LifecycleConfiguration()
    const rule = {
      ID: 'one',
      Status: 'Enabled',
      Filter: { Prefix: 'logs/' },
      Expiration: { Days: 9 },
    } as const
    await lifecycle.put({ LifecycleConfiguration: { Rules: [rule] } })
    const { rules: Rules } = await lifecycle.load()
    const there = (await s3.createBucket({ Bucket: 'there' })).LifecycleConfiguration()
    await there.put({ LifecycleConfiguration: { Rules } })
    await lifecycle.delete()
    return (await there.load()).rules
  },

  async bucket_lifecycle(s3) {
    const lifecycle = (await s3.createBucket({ Bucket: 'here' })).Lifecycle()
    const rule = { ID: 'one', Status: 'Enabled', Prefix: 'logs/', Expiration: { Days: 9 } } as const
    await lifecycle.put({ LifecycleConfiguration: { Rules: [rule] } })
    return (await lifecycle.load()).rules
  },

  async bucket_logging(s3) {
    await s3.createBucket({ Bucket: 'logs' })
    const logging = (await s3.createBucket({ Bucket: 'here' })).Logging()
    const seen = [(await logging.load()).loggingEnabled]
    const LoggingEnabled = { TargetBucket: 'logs', TargetPrefix: 'here/' }
    await logging.put({ BucketLoggingStatus: { LoggingEnabled } })
    return [...seen, (await logging.load()).loggingEnabled]
  },

  async bucket_notification(s3) {
    const notification = (await s3.createBucket({ Bucket: 'here' })).Notification()
    await notification.put({ NotificationConfiguration: { EventBridgeConfiguration: {} } })
    await notification.load()
    return [notification.eventBridgeConfiguration, notification.queueConfigurations]
  },

  async bucket_request_payment(s3) {
    const payment = (await s3.createBucket({ Bucket: 'here' })).RequestPayment()
    const seen = [(await payment.load()).payer]
    await payment.put({ RequestPaymentConfiguration: { Payer: 'Requester' } })
    return [...seen, (await payment.load()).payer]
  },

  async bucket_tagging(s3) {
    const tagging = (await s3.createBucket({ Bucket: 'here' })).Tagging()
    const tags = [
      { Key: 'a', Value: 'b' },
      { Key: 'c', Value: '' },
    ]
    await tagging.put({ Tagging: { TagSet: tags } })
    const { tagSet: TagSet } = await tagging.load()
    await (await s3.createBucket({ Bucket: 'there' })).Tagging().put({ Tagging: { TagSet } })
    await tagging.delete()
    return (await s3.BucketTagging('there').load()).tagSet
  },

  async bucket_website(s3) {
    const website = (await s3.createBucket({ Bucket: 'here' })).Website()
    const documents = { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'no.html' } }
    await website.put({ WebsiteConfiguration: documents })
    await website.load()
    const seen = [website.indexDocument, website.errorDocument, website.routingRules]
    const { indexDocument: IndexDocument } = website
    await (
      await s3.createBucket({ Bucket: 'there' })
    )
      .Website()
      .put({ WebsiteConfiguration: { IndexDocument } })
    await website.delete()
    return seen
  },

  async restore_object(s3) {
    const bucket = await s3.createBucket({ Bucket: 'here' })
    await bucket.putObject({ Key: 'key', Body: 'content', StorageClass: 'GLACIER' })
    const object = s3.Object('here', 'key')
    await object.restoreObject({ RestoreRequest: { Days: 2 } })
    await object.load()
    return [object.restore !== undefined, object.storageClass]
  },

  async transfers(s3, folder) {
    const bucket = await s3.createBucket({ Bucket: 'here' })
    const options = { thresholdBytes: 5_242_880, partSizeBytes: 5_242_880 }
    const source = join(folder, 'source')
    await writeFile(source, '0123456789abcdef'.repeat(400_000))
    await bucket.uploadFile(source, 'file', { ContentType: 'text/plain', Metadata: { a: 'b' } }, options)
    await bucket.uploadFileobj(Readable.from([Buffer.from('small')]), 'stream')
    await bucket.uploadFile(source, 'plain', {}, options)
    await bucket.copy({ Bucket: 'here', Key: 'plain' }, 'copy in parts', {}, options)
    await bucket.Object('whole copy').copy({ Bucket: 'here', Key: 'file' })
    const replaced = { MetadataDirective: 'REPLACE', ContentType: 'text/html' } as const
    await bucket.copy({ Bucket: 'here', Key: 'file' }, 'replaced', replaced)
    const target = join(folder, 'target')
    await bucket.downloadFile('file', target, {}, options)
    const stream = new PassThrough()
    await bucket.Object('stream').downloadFileobj(stream)
    const same = (await readFile(source)).equals(await readFile(target))
    const file = await bucket.Object('file').load()
    const copied = await bucket.Object('replaced').load()
    return [same, await text(stream.end()), file.eTag, copied.contentType]
  },

  ...argumentsOfTransfers,
  errors,
}
