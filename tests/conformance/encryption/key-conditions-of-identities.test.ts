import { CreateKeyCommand, DecryptCommand, EncryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount } from '../../support/accounts.ts'
import { makeRole, makeUser, sessionOf, stsClient, trustPolicy } from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

/*
 * Policies of users, roles and sessions that let keys be used through S3 alone, or for some objects. Sources: AWS KMS Developer
 * Guide, "AWS KMS condition keys": kms:ViaService, kms:EncryptionContext:…, kms:EncryptionContextKeys, kms:CallerAccount; S3
 * User Guide, "Using server-side encryption with AWS KMS keys", "Encryption context": the object's ARN, with a bucket key the bucket's.
 */

const Bucket = 'conditions'
const ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey']
const USE_OF_S3 = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
const VIA_S3 = { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } }
const useOfKeys = (Condition: object) => ({ Effect: 'Allow', Action: ACTIONS, Resource: '*', Condition })
const forObjects = (keys: string) => ({
  StringLike: { 'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${Bucket}/${keys}` },
})
const policy = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement })

let server: TestServer
let SSEKMSKeyId: string
beforeAll(async () => {
  server = await startTestServer()
  await s3Client(server).send(new CreateBucketCommand({ Bucket }))
  SSEKMSKeyId = (await kmsClient(server).send(new CreateKeyCommand())).KeyMetadata?.Arn ?? ''
  return () => server[Symbol.asyncDispose]()
})

async function may(credentials: Credentials, Key: string, more: Partial<PutObjectCommandInput> = {}) {
  const s3 = s3Client(server, { credentials })
  const put = { Bucket, Key, Body: 'hello', ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId, ...more }
  return s3
    .send(new PutObjectCommand(put))
    .then(() => s3.send(new GetObjectCommand({ Bucket, Key })))
    .then(
      () => true,
      (error: Error) => {
        if (error.name === 'AccessDenied') return false
        throw error
      },
    )
}

/** By the key service itself. */
async function mayItself(credentials: Credentials): Promise<boolean[]> {
  const [own, root] = [kmsClient(server, credentials), kmsClient(server)]
  const context = { 'aws:s3:arn': `arn:aws:s3:::${Bucket}/jill/k` }
  const sealed = await root.send(
    new EncryptCommand({ KeyId: SSEKMSKeyId, Plaintext: Buffer.from('x'), EncryptionContext: context }),
  )
  const asking = [
    own.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: context })),
    own.send(
      new GenerateDataKeyCommand({ KeyId: SSEKMSKeyId, KeySpec: 'AES_256', EncryptionContext: context }),
    ),
  ]
  const answers = await Promise.allSettled(asking)
  return answers.map(({ status }) => status === 'fulfilled')
}

let count = 0
const user = (...statements: readonly object[]) =>
  makeUser(server, `user-${(count += 1)}`, USE_OF_S3, ...statements)

describe('a user', () => {
  it('that may use the key through S3 alone', async () => {
    const credentials = await user(useOfKeys(VIA_S3))
    expect(await may(credentials, 'k')).toBe(true)
    expect(await mayItself(credentials)).toEqual([false, false])
    const elsewhere = await user(
      useOfKeys({ StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } }),
    )
    expect(await may(elsewhere, 'k')).toBe(false)
  })

  it('that may use it by itself alone', async () => {
    const credentials = await user(useOfKeys({ Null: { 'kms:ViaService': 'true' } }))
    expect(await may(credentials, 'k')).toBe(false)
    expect(await mayItself(credentials)).toEqual([true, true])
  })

  it('that may use it for its own objects', async () => {
    const credentials = await makeUser(server, 'jill', USE_OF_S3, useOfKeys(forObjects('${aws:username}/*')))
    expect(await may(credentials, 'jill/k')).toBe(true)
    expect(await may(credentials, 'jack/k')).toBe(false)
    // With a bucket key the context is the bucket's ARN.
    expect(await may(credentials, 'jill/k', { BucketKeyEnabled: true })).toBe(false)
  })

  it('that is told of the other keys of the request', async () => {
    const conditions = [
      { StringEquals: { 'kms:CallerAccount': mainAccount.id } },
      { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['aws:s3:arn'] } },
      { Bool: { 'aws:ViaAWSService': 'true' } },
      { StringEquals: { 'aws:PrincipalAccount': mainAccount.id } },
    ]
    for (const condition of conditions) expect(await may(await user(useOfKeys(condition)), 'k')).toBe(true)
    const others = [
      { StringEquals: { 'kms:CallerAccount': '999999999999' } },
      { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': ['team'] } },
      { Bool: { 'aws:ViaAWSService': 'false' } },
      // S3 is none of the services that aws:CalledVia names.
      { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['s3.amazonaws.com'] } },
    ]
    for (const condition of others) expect(await may(await user(useOfKeys(condition)), 'k')).toBe(false)
  })
})

describe('a session of a role', () => {
  const anyKey = { Effect: 'Allow', Action: 'kms:*', Resource: '*' }
  let RoleArn: string
  let assumer: Credentials
  beforeAll(async () => {
    assumer = await makeUser(server, 'assumer', { Effect: 'Allow', Action: 'sts:*', Resource: '*' })
    const AssumeRolePolicyDocument = policy({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${mainAccount.id}:user/assumer` },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    })
    const team = useOfKeys(forObjects('${aws:PrincipalTag/team}/*'))
    const role = { RoleName: 'teams', AssumeRolePolicyDocument, Tags: [{ Key: 'team', Value: 'none' }] }
    RoleArn = await makeRole(server, role, USE_OF_S3, team)
    const wide = { RoleName: 'wide', AssumeRolePolicyDocument: trustPolicy(mainAccount.id) }
    await makeRole(server, wide, USE_OF_S3, anyKey)
  })

  async function session(more: object, of = RoleArn): Promise<Credentials> {
    const input = { RoleArn: of, RoleSessionName: 'run', ...more }
    return sessionOf((await stsClient(server, assumer).send(new AssumeRoleCommand(input))).Credentials)
  }

  it('that may use the key for objects of its team', async () => {
    const credentials = await session({ Tags: [{ Key: 'team', Value: 'red' }] })
    expect(await may(credentials, 'red/k')).toBe(true)
    expect(await may(credentials, 'blue/k')).toBe(false)
    expect(await may(await session({}), 'none/k')).toBe(true)
    expect(await may(await session({}), 'red/k')).toBe(false)
  })

  it('that its own policy keeps to S3, and to some objects', async () => {
    const wide = `arn:aws:iam::${mainAccount.id}:role/wide`
    const viaS3 = await session({ Policy: policy(USE_OF_S3, useOfKeys(VIA_S3)) }, wide)
    expect(await may(viaS3, 'k')).toBe(true)
    expect(await mayItself(viaS3)).toEqual([false, false])
    const some = await session({ Policy: policy(USE_OF_S3, useOfKeys(forObjects('some/*'))) }, wide)
    expect(await may(some, 'some/k')).toBe(true)
    expect(await may(some, 'other/k')).toBe(false)
    expect(await mayItself(await session({}, wide))).toEqual([true, true])
  })
})

describe('a policy of the key', () => {
  async function keyWith(statement: object): Promise<string> {
    const admin = { Effect: 'Allow', Principal: { AWS: mainAccount.id }, Action: 'kms:Put*', Resource: '*' }
    const Policy = policy(admin, { Effect: 'Allow', Action: ACTIONS, Resource: '*', ...statement })
    return (await kmsClient(server).send(new CreateKeyCommand({ Policy }))).KeyMetadata?.Arn ?? ''
  }

  it('that lets in a user through S3 alone, for its own objects', async () => {
    const credentials = await makeUser(server, 'joan', USE_OF_S3)
    const named = {
      Principal: { AWS: `arn:aws:iam::${mainAccount.id}:user/joan` },
      Condition: { ...VIA_S3, ...forObjects('${aws:username}/*') },
    }
    const KeyId = await keyWith(named)
    expect(await may(credentials, 'joan/k', { SSEKMSKeyId: KeyId })).toBe(true)
    expect(await may(credentials, 'jack/k', { SSEKMSKeyId: KeyId })).toBe(false)
    const itself = kmsClient(server, credentials).send(
      new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }),
    )
    await expect(itself).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  it('that denies all that does not come through S3 goes before what users may', async () => {
    const credentials = await user({ Effect: 'Allow', Action: 'kms:*', Resource: '*' })
    const admin = { Effect: 'Allow', Principal: { AWS: mainAccount.id }, Action: 'kms:*', Resource: '*' }
    const denies = {
      Effect: 'Deny',
      Principal: '*',
      Action: ACTIONS,
      Resource: '*',
      Condition: { StringNotEquals: VIA_S3.StringEquals },
    }
    const made = await kmsClient(server).send(new CreateKeyCommand({ Policy: policy(admin, denies) }))
    const KeyId = made.KeyMetadata?.Arn ?? ''
    expect(await may(credentials, 'k', { SSEKMSKeyId: KeyId })).toBe(true)
    const itself = kmsClient(server, credentials).send(
      new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }),
    )
    await expect(itself).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })
})
