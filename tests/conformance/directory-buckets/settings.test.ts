import { hash } from 'node:crypto'
import { CreateKeyCommand, CreateAliasCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms'
import {
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
} from '@aws-sdk/client-s3'
import { ListTagsForResourceCommand, TagResourceCommand } from '@aws-sdk/client-s3-control'
import { MovableClock, type TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { controlClient } from '../../support/control-client.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import {
  askSession,
  createDirectoryBucket,
  createSession,
  expressRequest,
  sdkWithBucket,
  sessionRequest,
} from './directory-room.ts'

const clock = new MovableClock(new Date(), { running: true })
let server: TestServer
let bucket: string
beforeAll(async () => {
  server = await startTestServer({ clock })
  bucket = await createDirectoryBucket(server, 'settings')
  return () => server[Symbol.asyncDispose]()
})

const arnOf = (name: string): string => `arn:aws:s3express:us-east-1:${mainAccount.id}:bucket/${name}`
const ask = (method: string, query: string, body = '', name = bucket): Promise<RawAnswer> =>
  expressRequest(server, { method, path: `/${name}`, query, body })

describe('a policy', () => {
  const policy = (statement: object): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: mainAccount.id },
        Action: 's3express:CreateSession',
        Resource: arnOf(bucket),
        ...statement,
      },
    })

  it('is put, got and deleted', async () => {
    expectError(await ask('GET', 'policy'), 404, 'NoSuchBucketPolicy')
    expectSuccess(await ask('PUT', 'policy', policy({})), 204)
    expect(JSON.parse((await ask('GET', 'policy')).text)).toEqual(JSON.parse(policy({})))
    expectSuccess(await ask('DELETE', 'policy'), 204)
  })

  it.each([
    [{ Action: 's3:GetObject' }],
    [{ Action: ['s3express:CreateSession', 's3express:DeleteBucket'] }],
    [{ Resource: '*' }],
    [{ Resource: arnOf('other--use1-az4--x-s3') }],
    [{ Resource: 'arn:aws:s3:::settings--use1-az4--x-s3/*' }],
    [{ Condition: { StringEquals: { 's3:prefix': 'a' } } }],
  ])('%j is malformed', async (statement) => {
    expectError(await ask('PUT', 'policy', policy(statement)), 400, 'MalformedPolicy')
  })

  it('is never public', async () => {
    expectError(await ask('PUT', 'policy', policy({ Principal: '*' })), 403, 'AccessDenied')
  })

  it('is for the own account alone', async () => {
    const request = { path: `/${bucket}`, query: 'policy', credentials: otherCredentials }
    expectError(await expressRequest(server, request), 403, 'AccessDenied')
  })

  it('denies by the keys of s3express', async () => {
    const conditions = {
      StringEquals: { 's3express:LocationName': 'use1-az4', 's3express:authType': 'REST-HEADER' },
    }
    const denial = policy({ Effect: 'Deny', Condition: conditions })
    expectSuccess(await ask('PUT', 'policy', denial), 204)
    const statement = { Effect: 'Allow', Action: 's3express:*', Resource: '*' }
    const credentials = await makeUser(server, 'denied', statement)
    expectError(await askSession(server, bucket, { credentials }), 403, 'AccessDenied')
    expectSuccess(await ask('DELETE', 'policy'), 204)
    expectSuccess(await askSession(server, bucket, { credentials }))
  })
})

describe('encryption', () => {
  const byDefault = (algorithm: string, key?: string, more = ''): string =>
    `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>${key === undefined ? '' : `<KMSMasterKeyID>${key}</KMSMasterKeyID>`}<SSEAlgorithm>${algorithm}</SSEAlgorithm></ApplyServerSideEncryptionByDefault>${more}</Rule></ServerSideEncryptionConfiguration>`
  const newKey = async (): Promise<{ id: string; arn: string }> => {
    const { KeyMetadata } = await kmsClient(server).send(new CreateKeyCommand({}))
    return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' }
  }

  it('by the key service has one key in the life of a bucket', async () => {
    const name = await createDirectoryBucket(server, 'keyed')
    const put = (document: string) => ask('PUT', 'encryption', document, name)
    const [key, another] = [await newKey(), await newKey()]
    const alias = 'alias/directory'
    await kmsClient(server).send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: key.id }))
    for (const bad of [byDefault('aws:kms'), byDefault('aws:kms', alias), byDefault('AES256', key.id)])
      expect((await put(bad)).status).toBe(400)
    expectError(await put(byDefault('aws:kms:dsse', key.id)), 400, 'InvalidArgument')
    const disabled = '<BucketKeyEnabled>false</BucketKeyEnabled>'
    expectError(await put(byDefault('aws:kms', key.id, disabled)), 400, 'InvalidRequest')
    expectSuccess(await put(byDefault('aws:kms', key.id)))
    const { text } = await ask('GET', 'encryption', '', name)
    expect([xmlTexts(text, 'KMSMasterKeyID'), xmlTexts(text, 'BucketKeyEnabled')]).toEqual([
      [key.arn],
      ['true'],
    ])
    expectError(await put(byDefault('aws:kms', another.id)), 400, 'InvalidRequest')
    expectSuccess(await put(byDefault('AES256')))
    expectError(await put(byDefault('aws:kms', another.id)), 400, 'InvalidRequest')
    expectSuccess(await ask('DELETE', 'encryption', '', name), 204)
    expectSuccess(await put(byDefault('aws:kms', key.arn)))
  })

  it('of objects is that of the bucket, which a request may repeat', async () => {
    const name = await createDirectoryBucket(server, 'sealed')
    const [key, another] = [await newKey(), await newKey()]
    expectSuccess(await ask('PUT', 'encryption', byDefault('aws:kms', key.id), name))
    const path = `/${name}/key`
    const put = (headers: Record<string, string>, body = 'x') =>
      expressRequest(server, { method: 'PUT', path, body, headers })
    const algorithm = { 'x-amz-server-side-encryption': 'aws:kms' }
    const named = 'x-amz-server-side-encryption-aws-kms-key-id'
    expect((await put({})).headers).toMatchObject({
      ...algorithm,
      [named]: key.arn,
      'x-amz-server-side-encryption-bucket-key-enabled': 'true',
    })
    expectSuccess(await put(algorithm))
    for (const same of [key.id, key.arn]) expectSuccess(await put({ ...algorithm, [named]: same }))
    expectError(await put({ ...algorithm, [named]: another.id }), 400, 'InvalidRequest')
    expectError(await put({ 'x-amz-server-side-encryption': 'AES256' }), 400, 'InvalidRequest')
    expectError(await put({ 'x-amz-server-side-encryption': 'aws:kms:dsse' }), 400, 'InvalidArgument')
    const context = Buffer.from('{"a":"b"}').toString('base64')
    const withContext = { ...algorithm, 'x-amz-server-side-encryption-context': context }
    expectError(await put(withContext), 400, 'InvalidRequest')
    expectSuccess(await put({ 'x-amz-write-offset-bytes': '1' }, 'y'))
    const rename = { 'x-amz-rename-source': 'key' }
    expectSuccess(
      await expressRequest(server, {
        method: 'PUT',
        path: `/${name}/renamed`,
        query: 'renameObject',
        headers: rename,
      }),
    )
    expect((await expressRequest(server, { path: `/${name}/renamed` })).text).toBe('xy')
    // A copy asks the key service for itself, and may be renamed too.
    const copy = { 'x-amz-copy-source': `${name}/renamed` }
    expectSuccess(await expressRequest(server, { method: 'PUT', path: `/${name}/copy`, headers: copy }))
    const again = { 'x-amz-rename-source': 'copy' }
    await expressRequest(server, {
      method: 'PUT',
      path: `/${name}/last`,
      query: 'renameObject',
      headers: again,
    })
    expect((await expressRequest(server, { path: `/${name}/last` })).text).toBe('xy')
    expectSuccess(await ask('PUT', 'encryption', byDefault('AES256'), name))
    const appended = await expressRequest(server, {
      method: 'PUT',
      path: `/${name}/last`,
      body: 'z',
      headers: { 'x-amz-write-offset-bytes': '2' },
    })
    expectError(appended, 400, 'EncryptionTypeMismatch')
  })

  it('of a session goes before that of the bucket', async () => {
    const name = await createDirectoryBucket(server, 'in-session')
    const [key, another] = [await newKey(), await newKey()]
    const headers = { 'x-amz-server-side-encryption': 'aws:kms' }
    const named = 'x-amz-server-side-encryption-aws-kms-key-id'
    // The one key of the bucket is chosen by its default encryption alone.
    for (const wished of [another, key])
      expectError(
        await askSession(server, name, { headers: { ...headers, [named]: wished.id } }),
        400,
        'InvalidRequest',
      )
    expectSuccess(await ask('PUT', 'encryption', byDefault('aws:kms', key.id), name))
    expectSuccess(await ask('PUT', 'encryption', byDefault('AES256'), name))
    expectError(await askSession(server, name, { headers }), 400, 'InvalidRequest')
    const asked = await askSession(server, name, { headers: { ...headers, [named]: key.id } })
    expect(asked.headers).toMatchObject({ ...headers, [named]: key.arn })
    const session = await createSession(server, name, undefined, { headers: { ...headers, [named]: key.id } })
    const put = (more: Record<string, string> = {}) =>
      sessionRequest(server, session, { method: 'PUT', path: `/${name}/key`, body: 'x', headers: more })
    expect((await put()).headers[named]).toBe(key.arn)
    expectError(await put({ 'x-amz-server-side-encryption': 'AES256' }), 400, 'InvalidRequest')
    const other = { headers: { ...headers, [named]: another.id } }
    expectError(await askSession(server, name, other), 400, 'InvalidRequest')
    expectError(await ask('PUT', 'encryption', byDefault('aws:kms', another.id), name), 400, 'InvalidRequest')
  })

  it('by a key that nobody may use is refused', async () => {
    const name = await createDirectoryBucket(server, 'unusable')
    const key = await newKey()
    await kmsClient(server).send(new ScheduleKeyDeletionCommand({ KeyId: key.id, PendingWindowInDays: 7 }))
    expect((await ask('PUT', 'encryption', byDefault('aws:kms', key.id), name)).status).toBe(400)
    expect((await ask('PUT', 'encryption', byDefault('aws:kms', 'absent'), name)).status).toBe(400)
  })
})

describe('lifecycle rules', () => {
  const rule = (members: string): string =>
    `<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status>${members}</Rule></LifecycleConfiguration>`
  const filter = '<Filter><Prefix>logs/</Prefix></Filter>'

  it('delete objects and end uploads', async () => {
    const { client, Bucket } = await sdkWithBucket(server, 'lifecycle')
    const Rules = [
      { ID: 'r', Status: 'Enabled' as const, Filter: { Prefix: 'logs/' }, Expiration: { Days: 1 } },
      {
        ID: 'u',
        Status: 'Enabled' as const,
        Filter: { Prefix: '' },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
    ]
    await client.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
    )
    const told = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
    expect(told.Rules?.map(({ ID }) => ID)).toEqual(['r', 'u'])
    expect(told.TransitionDefaultMinimumObjectSize).toBeUndefined()
    for (const key of ['logs/old', 'kept'])
      await expressRequest(server, { method: 'PUT', path: `/${Bucket}/${key}`, body: 'x' })
    await expressRequest(server, { method: 'POST', path: `/${Bucket}/upload`, query: 'uploads' })
    clock.advance(3 * 24 * 60 * 60 * 1000)
    await server.settle()
    const list = { path: `/${Bucket}`, date: clock.now() }
    const keys = xmlTexts((await expressRequest(server, { ...list, query: 'list-type=2' })).text, 'Key')
    const uploads = xmlTexts((await expressRequest(server, { ...list, query: 'uploads' })).text, 'Key')
    clock.advance(-3 * 24 * 60 * 60 * 1000)
    expect([keys, uploads]).toEqual([['kept'], []])
  })

  it.each([
    `${filter}<Transition><Days>1</Days><StorageClass>GLACIER</StorageClass></Transition>`,
    `${filter}<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>`,
    `${filter}<Expiration><Date>2030-01-01T00:00:00Z</Date></Expiration>`,
    '<Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter><Expiration><Days>1</Days></Expiration>',
  ])('%s are none of them', async (members) => {
    const body = rule(members)
    const headers = { 'content-md5': hash('md5', body, 'base64') }
    const request = { method: 'PUT', path: `/${bucket}`, query: 'lifecycle', body, headers }
    expectError(await expressRequest(server, request), 501, 'NotImplemented')
  })
})

it('has tags by S3 Control', async () => {
  const client = controlClient(server)
  const of = { AccountId: mainAccount.id, ResourceArn: arnOf(bucket) }
  await client.send(new TagResourceCommand({ ...of, Tags: [{ Key: 'team', Value: 'blue' }] }))
  const { Tags } = await client.send(new ListTagsForResourceCommand(of))
  expect(Tags).toEqual([{ Key: 'team', Value: 'blue' }])
  for (const ResourceArn of [
    arnOf(bucket).replace('us-east-1', 'eu-west-3'),
    arnOf(bucket).replace(mainAccount.id, otherAccount.id),
  ]) {
    const elsewhere = new ListTagsForResourceCommand({ ...of, ResourceArn })
    await expect(client.send(elsewhere)).rejects.toMatchObject({ name: 'NoSuchBucket' })
  }
  const condition = { Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } } }
  const statement = { Effect: 'Allow', Action: 's3express:CreateSession', Resource: '*', ...condition }
  const credentials = await makeUser(server, 'of-team', statement)
  expectSuccess(await askSession(server, bucket, { credentials }))
  const other = await createDirectoryBucket(server, 'untagged')
  expectError(await askSession(server, other, { credentials }), 403, 'AccessDenied')
})

it('is nothing that logs, inventories or access points lead to', async () => {
  await createBucket(server, 'general')
  const logging = `<BucketLoggingStatus><LoggingEnabled><TargetBucket>${bucket}</TargetBucket><TargetPrefix>p</TargetPrefix></LoggingEnabled></BucketLoggingStatus>`
  const headers = { 'content-md5': hash('md5', logging, 'base64') }
  const target = { method: 'PUT', path: '/general', query: 'logging', body: logging, headers }
  const logs = await rawRequest(server, target)
  expectError(logs, 400, 'InvalidTargetBucketForLogging')
  const point = `<CreateAccessPointRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Bucket>${bucket}</Bucket></CreateAccessPointRequest>`
  const made = await rawRequest(server, {
    method: 'PUT',
    path: '/v20180820/accesspoint/point',
    body: point,
    headers: { 'x-amz-account-id': mainAccount.id },
  })
  expect([made.status, xmlTexts(made.text, 'Code')]).toEqual([501, ['NotImplemented']])
})

it('counts requests where its metrics are asked for', async () => {
  const metrics = '<MetricsConfiguration><Id>all</Id></MetricsConfiguration>'
  expectSuccess(await ask('PUT', 'metrics&id=all', metrics))
  const tagged =
    '<MetricsConfiguration><Id>t</Id><Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter></MetricsConfiguration>'
  expectError(await ask('PUT', 'metrics&id=t', tagged), 501, 'NotImplemented')
  expect(xmlTexts((await ask('GET', 'metrics')).text, 'Id')).toEqual(['all'])
  expectSuccess(await ask('DELETE', 'metrics&id=all'), 204)
})
