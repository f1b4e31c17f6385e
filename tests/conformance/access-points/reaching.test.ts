import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { Agent } from 'node:http'
import { s3Client } from '../../support/s3-client.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, owner, third } from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { AccessPointRoom, getFromHost, inPath, REGION } from './access-point-room.ts'

let room: AccessRoom
let points: AccessPointRoom
let client: S3Client
beforeAll(async () => {
  room = await AccessRoom.open({ domains: ['localhost'] })
  points = new AccessPointRoom(room)
  client = hostClient()
  return async () => {
    client.destroy()
    await room[Symbol.asyncDispose]()
  }
})

/** The SDK sends an ARN as the name of a host. */
function hostClient(): S3Client {
  const httpAgent = new Agent({
    lookup: (_, { all }, callback) => {
      if (all) callback(null, [{ address: '127.0.0.1', family: 4 }])
      else callback(null, '127.0.0.1', 4)
    },
  })
  const endpoint = `http://localhost:${new URL(room.server.url).port}`
  return s3Client(room.server, { endpoint, forcePathStyle: false, requestHandler: { httpAgent } })
}

it('the SDK reads, writes, lists, copies and deletes by ARN and by alias', async () => {
  const bucket = await room.bucket()
  const { arn, alias } = await points.point(bucket)
  for (const Bucket of [arn, alias]) {
    await client.send(new PutObjectCommand({ Bucket, Key: 'a/b c', Body: 'text' }))
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'a/b c' }))
    expect(await got.Body?.transformToString()).toBe('text')
    const source = Bucket === arn ? `${arn}/object/a/b c` : `${alias}/a/b c`
    await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: encodeURIComponent(source) }))
    const listed = await client.send(new ListObjectsV2Command({ Bucket }))
    expect([listed.Name, listed.Contents?.map(({ Key }) => Key)]).toEqual([bucket, ['a/b c', 'copy']])
    // Source: S3 API Reference, CreateMultipartUpload, Bucket: never the ARN nor the alias.
    const upload = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'large' }))
    expect(upload.Bucket).toBe(bucket)
    const Delete = { Objects: [{ Key: 'a/b c' }, { Key: 'copy' }] }
    const deleted = await client.send(new DeleteObjectsCommand({ Bucket, Delete }))
    expect([deleted.Deleted?.length, deleted.Errors]).toEqual([2, undefined])
    expect((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe(REGION)
  }
})

describe('paths', () => {
  it('have the ARN, escaped or not, or the alias in the place of the bucket', async () => {
    const bucket = await room.bucket()
    const { arn, alias } = await points.point(bucket)
    await room.put(bucket, 'key')
    for (const name of [inPath(arn), arn, arn.replace('accesspoint/', 'accesspoint:'), alias]) {
      expect((await room.must('owner', 'GET', name, 'key')).text).toBe(`${bucket}/key`)
      expect(xmlTexts((await room.must('owner', 'GET', name)).text, 'Key')).toEqual(['key'])
    }
  })

  it.each([
    ['no-such-point-s3alias', 404, 'NoSuchAccessPoint'],
    [inPath(`arn:aws:s3:${REGION}:${owner.id}:accesspoint/no-such-point`), 404, 'NoSuchAccessPoint'],
    [inPath(`arn:aws:s3:eu-west-1:${owner.id}:accesspoint/point-1`), 404, 'NoSuchAccessPoint'],
    [inPath(`arn:aws:s3:${REGION}:${third.id}:accesspoint/point-1`), 404, 'NoSuchAccessPoint'],
    [inPath(`arn:aws:s3:${REGION}:1:accesspoint/point-1`), 400, 'InvalidBucketName'],
    [inPath('arn:aws:s3:::bucket-1'), 400, 'InvalidBucketName'],
    ['arn:aws:s3:', 400, 'InvalidBucketName'],
    [`arn:aws:s3:${REGION}:${owner.id}:accesspoint`, 400, 'InvalidBucketName'],
  ])('refuse %s', async (name, status, code) => {
    await points.point(await room.bucket())
    expectError(await room.ask('owner', 'GET', name), status, code)
  })
})

describe('hosts', () => {
  it('name an access point and its account', async () => {
    const bucket = await room.bucket()
    const { name, accountId } = await points.point(bucket)
    for (const middle of [
      '',
      '.s3-accesspoint',
      `.s3-accesspoint.${REGION}`,
      `.s3-accesspoint.dualstack.${REGION}`,
    ]) {
      const answer = await getFromHost(room.server.url, `${name}-${accountId}${middle}.localhost`, '/')
      // Nobody gets in without a name; that there is no such bucket would be another error.
      expect([answer.status, answer.text]).toEqual([
        403,
        expect.stringContaining('<Code>AccessDenied</Code>'),
      ])
    }
    const elsewhere = `${name}-${accountId}.s3-accesspoint.eu-west-1.localhost`
    expect((await getFromHost(room.server.url, elsewhere, '/')).text).toContain(
      '<Code>NoSuchAccessPoint</Code>',
    )
  })

  it('are those of buckets that have such a name', async () => {
    const name = `bucket-${owner.id}`
    await room.must('owner', 'PUT', name)
    await room.put(name, 'key')
    const got = await client.send(new GetObjectCommand({ Bucket: name, Key: 'key' }))
    expect(await got.Body?.transformToString()).toBe(`${name}/key`)
  })
})

describe('copy sources', () => {
  it('are objects of an access point', async () => {
    const bucket = await room.bucket()
    const { arn, alias } = await points.point(bucket)
    await room.put(bucket, 'a/ö')
    for (const source of [`${arn}/object/a/ö`, `${alias}/a/ö`, `/${alias}/a/ö`]) {
      const headers = { 'x-amz-copy-source': encodeURIComponent(source) }
      expectSuccess(await room.ask('owner', 'PUT', bucket, 'copy', { headers }))
    }
  })

  it.each([
    [`arn:aws:s3:${REGION}:${owner.id}:accesspoint/point-1`, 400, 'InvalidArgument'],
    [`arn:aws:s3:${REGION}:${owner.id}:accesspoint/point-1/key`, 400, 'InvalidArgument'],
    [`arn:aws:s3:${REGION}:${owner.id}:accesspoint/point-1/object/`, 400, 'InvalidArgument'],
    ['arn:aws:s3:::bucket/key', 400, 'InvalidArgument'],
    [`arn:aws:s3:${REGION}:${owner.id}:accesspoint/no-such-point/object/key`, 404, 'NoSuchAccessPoint'],
  ])('refuse %s', async (source, status, code) => {
    const bucket = await room.bucket()
    const answer = await room.ask('owner', 'PUT', bucket, 'copy', {
      headers: { 'x-amz-copy-source': source },
    })
    expectError(answer, status, code)
  })
})

describe('what access points do not take', () => {
  it.each([
    ['GET', 'versioning='],
    ['GET', 'tagging='],
    ['DELETE', 'policy='],
    ['GET', 'lifecycle='],
    ['DELETE', ''],
    ['PUT', ''],
  ])('%s ?%s', async (method, query) => {
    const { alias } = await points.point(await room.bucket())
    // A bucket is not made by the name of an access point, whatever it is for.
    const answer = await room.ask('owner', method, alias, undefined, { query })
    const refused = method === 'PUT' ? [400, 'InvalidBucketName'] : [405, 'MethodNotAllowed']
    expect([answer.status, answer.errorCode]).toEqual(refused)
  })

  it('Signature Version 2', async () => {
    const bucket = await room.bucket()
    const { alias } = await points.point(bucket)
    await room.put(bucket, 'key')
    await using old = await AccessRoom.open({ signatureVersion2: true })
    const there = new AccessPointRoom(old)
    const place = await there.point(await old.bucket())
    expectError(
      await old.ask('owner', 'GET', place.alias, undefined, { versionTwo: true }),
      400,
      'InvalidRequest',
    )
    expectSuccess(await room.ask('owner', 'GET', alias, 'key'))
  })
})
