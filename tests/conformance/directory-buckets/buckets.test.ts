import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketEncryptionCommand,
  HeadBucketCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../support/accounts.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import {
  configurationOf,
  createDirectoryBucket,
  directoryName,
  expressRequest,
  sdkWithBucket,
  ZONE,
} from './directory-room.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  return () => server[Symbol.asyncDispose]()
})

const create = (
  name: string,
  body = configurationOf(),
  headers: Record<string, string> = {},
): Promise<RawAnswer> => expressRequest(server, { method: 'PUT', path: `/${name}`, body, headers })

describe('a new directory bucket', () => {
  it('is there at once, and tells where', async () => {
    const name = directoryName('new')
    const answer = await create(name)
    expectSuccess(answer)
    const arn = `arn:aws:s3express:us-east-1:${mainAccount.id}:bucket/${name}`
    expect([answer.headers['location'], answer.headers['x-amz-bucket-arn']]).toEqual([`/${name}`, arn])
    const { headers } = await expressRequest(server, { method: 'HEAD', path: `/${name}` })
    expect(headers).toMatchObject({
      'x-amz-bucket-arn': arn,
      'x-amz-bucket-location-type': 'AvailabilityZone',
      'x-amz-bucket-location-name': ZONE,
      'x-amz-bucket-region': 'us-east-1',
      'x-amz-access-point-alias': 'false',
    })
  })

  it('may be in a local zone', async () => {
    const zone = 'usw2-lax1-az1'
    const name = `local--${zone}--x-s3`
    const members = { zone, location: 'LocalZone', redundancy: 'SingleLocalZone' }
    expectSuccess(await create(name, configurationOf(members)))
    expectSuccess(await expressRequest(server, { method: 'PUT', path: `/${name}/key`, body: 'x' }))
    const { headers } = await expressRequest(server, { method: 'HEAD', path: `/${name}/key` })
    expect(headers['x-amz-storage-class']).toBe('ONEZONE_IA')
    // Of S3 Express One Zone alone.
    const appended = { 'x-amz-write-offset-bytes': '1' }
    const append = { method: 'PUT', path: `/${name}/key`, body: 'y', headers: appended }
    expectError(await expressRequest(server, append), 501, 'NotImplemented')
    const renamed = { 'x-amz-rename-source': 'key' }
    const rename = { method: 'PUT', path: `/${name}/other`, query: 'renameObject', headers: renamed }
    expectError(await expressRequest(server, rename), 501, 'NotImplemented')
  })

  it('comes once', async () => {
    const name = await createDirectoryBucket(server, 'once')
    expectError(await create(name), 409, 'BucketAlreadyOwnedByYou')
    const by = { method: 'PUT', path: `/${name}`, body: configurationOf(), credentials: otherCredentials }
    expectError(await expressRequest(server, by), 409, 'BucketAlreadyExists')
  })

  it('has tags', async () => {
    const name = directoryName('tagged')
    const tags = '<Tags><Tag><Key>team</Key><Value>blue</Value></Tag></Tags></CreateBucketConfiguration>'
    expectSuccess(await create(name, configurationOf().replace('</CreateBucketConfiguration>', tags)))
    const arn = `arn:aws:s3express:us-east-1:${mainAccount.id}:bucket/${name}`
    const path = `/v20180820/tags/${encodeURIComponent(arn).replace('%2F', '/')}`
    const headers = { 'x-amz-account-id': mainAccount.id }
    const listed = await expressRequest(server, { path, headers })
    expect(xmlTexts(listed.text, 'Value')).toEqual(['blue'])
  })

  it('asks for s3express:CreateBucket', async () => {
    const statement = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' })
    const credentials = await makeUser(server, 'general', statement('s3:*'))
    const request = { method: 'PUT', path: `/${directoryName('users')}`, body: configurationOf() }
    expectError(await expressRequest(server, { ...request, credentials }), 403, 'AccessDenied')
    const express = await makeUser(server, 'express', {
      ...statement('s3express:CreateBucket'),
      Resource: `arn:aws:s3express:us-east-1:${mainAccount.id}:bucket/users--*`,
    })
    expectSuccess(await expressRequest(server, { ...request, credentials: express }))
    expectError(await expressRequest(server, { ...request, anonymous: true }), 403, 'AccessDenied')
  })
})

describe('is refused', () => {
  const bad = [
    '--use1-az4--x-s3',
    'a--x-s3',
    'Upper--use1-az4--x-s3',
    'a.b--use1-az4--x-s3',
    '-a--use1-az4--x-s3',
  ]
  const reserved = ['xn--a--use1-az4--x-s3', 'sthree-a--use1-az4--x-s3', 'amzn-s3-demo-a--use1-az4--x-s3']
  it.each([...bad, ...reserved, `${'a'.repeat(50)}--use1-az4--x-s3`])('the name %s', async (name) => {
    expectError(await create(name), 400, 'InvalidBucketName')
  })

  it('a name without the suffix, and a suffix without the rest', async () => {
    expectError(await create('plain', configurationOf()), 400, 'AuthorizationHeaderMalformed')
    const plain = { method: 'PUT', path: '/plain', body: configurationOf() }
    expectError(await rawRequest(server, plain), 400, 'InvalidBucketName')
    expectError(await create(directoryName('nothing'), ''), 400, 'InvalidRequest')
  })

  it.each([
    ['another zone', { zone: 'use1-az5' }],
    ['another redundancy', { redundancy: 'SingleLocalZone' }],
  ])('%s', async (_, members) => {
    expectError(await create(directoryName('refused'), configurationOf(members)), 400, 'InvalidRequest')
  })

  it.each([
    ['a type that there is not', { type: 'General' }],
    ['a place that there is not', { location: 'Moon' }],
  ])('%s', async (_, members) => {
    expectError(await create(directoryName('refused'), configurationOf(members)), 400, 'MalformedXML')
  })

  it.each([
    'x-amz-acl',
    'x-amz-grant-read',
    'x-amz-object-ownership',
    'x-amz-bucket-object-lock-enabled',
    'x-amz-expected-bucket-owner',
  ])('%s', async (header) => {
    const values: Record<string, string> = {
      'x-amz-acl': 'private',
      'x-amz-object-ownership': 'BucketOwnerEnforced',
      'x-amz-bucket-object-lock-enabled': 'true',
    }
    const answer = await expressRequest(server, {
      method: 'DELETE',
      path: `/${await createDirectoryBucket(server, header.replace('x-amz-', 'h-'))}`,
      headers: { [header]: values[header] ?? mainAccount.id },
    })
    expect(expectError(answer, 501, 'NotImplemented')('Header')).toBe(header)
  })
})

describe('deletion', () => {
  it('waits for objects and uploads', async () => {
    const name = await createDirectoryBucket(server, 'full')
    const path = `/${name}/key`
    await expressRequest(server, { method: 'PUT', path, body: 'x' })
    const remove = () => expressRequest(server, { method: 'DELETE', path: `/${name}` })
    expectError(await remove(), 409, 'BucketNotEmpty')
    await expressRequest(server, { method: 'DELETE', path })
    const begun = await expressRequest(server, { method: 'POST', path, query: 'uploads' })
    const uploadId = xmlTexts(begun.text, 'UploadId')[0] ?? ''
    expectError(await remove(), 409, 'BucketNotEmpty')
    await expressRequest(server, { method: 'DELETE', path, query: `uploadId=${uploadId}` })
    expectSuccess(await remove(), 204)
    expectError(await expressRequest(server, { path: `/${name}`, query: 'list-type=2' }), 404, 'NoSuchBucket')
  })

  it('and all else come from the SDK, which signs them with a session', async () => {
    const { client, Bucket } = await sdkWithBucket(server, 'sdk')
    expect((await client.send(new HeadBucketCommand({ Bucket }))).BucketLocationName).toBe(ZONE)
    const { ServerSideEncryptionConfiguration } = await client.send(
      new GetBucketEncryptionCommand({ Bucket }),
    )
    expect(
      ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
    ).toBe('AES256')
    await client.send(new DeleteBucketCommand({ Bucket }))
    const again = new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: {
        Location: { Type: 'AvailabilityZone', Name: ZONE },
        Bucket: { Type: 'Directory' },
      },
    })
    await client.send(again)
    await client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'x' }))
  })
})
