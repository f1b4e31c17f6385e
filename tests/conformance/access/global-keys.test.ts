/**
 * The condition keys of how a request comes are those of every service. Sources: IAM User Guide, "AWS global condition context
 * keys" and "AWS: Denies access to AWS based on the source IP".
 */
import { ListUsersCommand } from '@aws-sdk/client-iam'
import { CreateKeyCommand, EncryptCommand, ListKeysCommand } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, GetFederationTokenCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount } from '../../support/accounts.ts'
import { iamClient, makeRole, makeUser, stsClient, trustPolicy } from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

const HERE = ['127.0.0.0/8', '::1/128']
const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const denyWhere = (Condition: object, Action = '*') => ({ ...everything, Effect: 'Deny', Action, Condition })
const denyOutside = (addresses: readonly string[]) =>
  denyWhere({ NotIpAddress: { 'aws:SourceIp': addresses }, Bool: { 'aws:ViaAWSService': 'false' } })

let server: TestServer
let RoleArn: string
let KeyId: string
beforeAll(async () => {
  server = await startTestServer()
  const AssumeRolePolicyDocument = trustPolicy(`arn:aws:iam::${mainAccount.id}:root`)
  RoleArn = await makeRole(server, { RoleName: 'role', AssumeRolePolicyDocument })
  KeyId = (await kmsClient(server).send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? ''
  const s3 = s3Client(server)
  for (const Bucket of ['source', 'target']) {
    await s3.send(new CreateBucketCommand({ Bucket }))
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  }
  return () => server[Symbol.asyncDispose]()
})

const RoleSessionName = 'session'
/** A request to each of the services. */
const calls: readonly (readonly [what: string, call: (by: Credentials) => Promise<unknown>])[] = [
  ['S3', (credentials) => s3Client(server, { credentials }).send(new ListBucketsCommand())],
  ['IAM', (by) => iamClient(server, by).send(new ListUsersCommand())],
  ['AssumeRole', (by) => stsClient(server, by).send(new AssumeRoleCommand({ RoleArn, RoleSessionName }))],
  [
    'GetFederationToken',
    (by) => stsClient(server, by).send(new GetFederationTokenCommand({ Name: 'somebody' })),
  ],
  ['the key service', (by) => kmsClient(server, by).send(new ListKeysCommand())],
]

async function outcomes(by: Credentials): Promise<readonly (readonly [string, string])[]> {
  const done = calls.map(async ([what, call]) => {
    const outcome = await call(by).then(
      () => 'done',
      (error: Error) => error.name.replace(/Exception$/, ''),
    )
    return [what, outcome] as const
  })
  return Promise.all(done)
}

const all = (outcome: string) => calls.map(([what]) => [what, outcome])

describe('a denial of all that does not come from some addresses', () => {
  it('holds elsewhere', async () => {
    const by = await makeUser(server, 'elsewhere', everything, denyOutside(['203.0.113.0/24']))
    expect(await outcomes(by)).toEqual(all('AccessDenied'))
  })

  it('lets through what comes from there, roles that are passed too', async () => {
    const credentials = await makeUser(server, 'here', everything, denyOutside(HERE))
    expect(await outcomes(credentials)).toEqual(all('done'))
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    })
    const Role = await makeRole(server, { RoleName: 'replicates', AssumeRolePolicyDocument }, everything)
    const rule = { Status: 'Enabled', Priority: 1, Filter: { Prefix: '' } } as const
    const others = {
      DeleteMarkerReplication: { Status: 'Disabled' },
      Destination: { Bucket: 'arn:aws:s3:::target' },
    } as const
    const ReplicationConfiguration = { Role, Rules: [{ ...rule, ...others }] }
    const put = new PutBucketReplicationCommand({ Bucket: 'source', ReplicationConfiguration })
    const { $metadata } = await s3Client(server, { credentials }).send(put)
    expect($metadata.httpStatusCode).toBe(200)
  })

  it('lets services act for the caller', async () => {
    const credentials = await makeUser(
      server,
      'by-services',
      everything,
      denyWhere({ Bool: { 'aws:ViaAWSService': 'false' } }, 'kms:*'),
    )
    const Plaintext = Buffer.from('x')
    const directly = kmsClient(server, credentials).send(new EncryptCommand({ KeyId, Plaintext }))
    await expect(directly).rejects.toMatchObject({ name: 'AccessDeniedException' })
    const s3 = s3Client(server, { credentials })
    const sealed = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyId } as const
    await s3.send(new PutObjectCommand({ Bucket: 'source', Key: 'k', Body: 'x', ...sealed }))
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'source', Key: 'k' }))
    expect(await Body?.transformToString()).toBe('x')
  })
})

it('a denial by the client that says to ask', async () => {
  const saying = (agent: string) => denyWhere({ StringLike: { 'aws:UserAgent': agent } })
  expect(await outcomes(await makeUser(server, 'by-sdk', everything, saying('*aws-sdk-js*')))).toEqual(
    all('AccessDenied'),
  )
  expect(await outcomes(await makeUser(server, 'by-another', everything, saying('curl*')))).toEqual(
    all('done'),
  )
})
