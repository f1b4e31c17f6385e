import { CreateKeyCommand } from '@aws-sdk/client-kms'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  S3ServiceException,
  type ServerSideEncryption,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { iamClient, makeUser, putPolicy } from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

/*
 * Multipart uploads × encryption × who uploads. The bucket and the key are of the first account. Source: S3 API Reference,
 * CreateMultipartUpload, "Permissions": a user of the key's account needs kms:Decrypt and kms:GenerateDataKey* on the key
 * policy, one of another account on its own policy as well; AWS KMS Developer Guide, "Key policies": a policy that names the
 * account leaves it to the policies of its users.
 */

type Who = 'root' | 'user' | 'root abroad' | 'user abroad'
/** Whom the key's policy names: nobody of these, the account, the caller itself. */
type KeyPolicy = 'nobody' | 'account' | 'caller'

const Bucket = 'matrix'
const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey*']
const ROOTS = [mainAccount, otherAccount].map(({ id }) => `arn:aws:iam::${id}:root`)
const ARNS: Readonly<Record<Who, string>> = {
  root: `arn:aws:iam::${mainAccount.id}:root`,
  user: `arn:aws:iam::${mainAccount.id}:user/uploader`,
  'root abroad': `arn:aws:iam::${otherAccount.id}:root`,
  'user abroad': `arn:aws:iam::${otherAccount.id}:user/uploader`,
}
const USE_OF_S3 = { Effect: 'Allow', Action: 's3:*', Resource: '*' }

let server: TestServer
const credentials: Partial<Record<Who, Credentials>> = {}

beforeAll(async () => {
  server = await startTestServer()
  const abroad = { url: server.url, credentials: otherCredentials }
  credentials['root'] = server.credentials
  credentials['root abroad'] = otherCredentials
  credentials['user'] = await makeUser(server, 'uploader', USE_OF_S3)
  credentials['user abroad'] = await makeUser(abroad, 'uploader', USE_OF_S3)
  const root = s3Client(server)
  await root.send(new CreateBucketCommand({ Bucket }))
  const statement = {
    Effect: 'Allow',
    Action: 's3:*',
    Principal: { AWS: ROOTS },
    Resource: `arn:aws:s3:::${Bucket}/*`,
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await root.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  return () => server[Symbol.asyncDispose]()
})

async function newKey(named: string | undefined, actions: readonly string[]): Promise<string> {
  const admin = { Effect: 'Allow', Action: 'kms:PutKeyPolicy', Resource: '*', Principal: { AWS: ROOTS[0] } }
  const use = { Effect: 'Allow', Action: actions, Resource: '*', Principal: { AWS: named } }
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: named === undefined ? [admin] : [admin, use],
  })
  const { KeyMetadata } = await kmsClient(server).send(new CreateKeyCommand({ Policy }))
  return KeyMetadata?.Arn ?? ''
}

/** The user's own policies: S3 always, the key where it says so. */
async function permitKey(who: Who, isPermitted: boolean): Promise<void> {
  if (!who.startsWith('user')) return
  const owner = who === 'user' ? server.credentials : otherCredentials
  const useOfKeys = { Effect: 'Allow', Action: KEY_ACTIONS, Resource: '*' }
  const iam = iamClient({ url: server.url, credentials: owner })
  await putPolicy(iam, 'uploader', ...(isPermitted ? [USE_OF_S3, useOfKeys] : [USE_OF_S3]))
}

interface Encryption {
  readonly ServerSideEncryption?: ServerSideEncryption
  readonly SSEKMSKeyId?: string
}

let count = 0

/** Uploads two parts' worth in one, completes and reads; or the step that is refused. */
async function upload(who: Who, encryption: Encryption): Promise<string> {
  const client = s3Client(server, { credentials: credentials[who] ?? server.credentials })
  const target = { Bucket, Key: `k${(count += 1)}` }
  let step = 'create'
  try {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ...encryption }))
    step = 'part'
    const part = { ...target, UploadId, PartNumber: 1, Body: 'hello' }
    const { ETag } = await client.send(new UploadPartCommand(part)).catch(async (error: unknown) => {
      await client.send(new AbortMultipartUploadCommand({ ...target, UploadId }))
      throw error
    })
    step = 'complete'
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] }
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }))
    // An object that another account wrote is read by that account: the same one that uploaded.
    step = 'read'
    const { Body } = await client.send(new GetObjectCommand(target))
    return (await Body?.transformToString()) === 'hello' ? 'done' : 'other bytes'
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.name !== 'AccessDenied') throw error
    return `refused at ${step}`
  }
}

describe('without a key of the key service everybody uploads whom the bucket lets in', () => {
  it.each<Who>(['root', 'user', 'root abroad', 'user abroad'])('%s', async (who) => {
    await permitKey(who, false)
    expect(await upload(who, {})).toBe('done')
    expect(await upload(who, { ServerSideEncryption: 'AES256' })).toBe('done')
  })
})

describe.each(['aws:kms', 'aws:kms:dsse'] as const)(
  'with a key of the first account, %s',
  (ServerSideEncryption) => {
    it.each<[Who, KeyPolicy, own: 'own policy' | 'none', expected: string]>([
      ['root', 'nobody', 'none', 'refused at create'],
      ['root', 'account', 'none', 'done'],
      ['user', 'nobody', 'none', 'refused at create'],
      ['user', 'nobody', 'own policy', 'refused at create'],
      ['user', 'account', 'none', 'refused at create'],
      ['user', 'account', 'own policy', 'done'],
      ['user', 'caller', 'none', 'done'],
      ['user', 'caller', 'own policy', 'done'],
      ['root abroad', 'nobody', 'none', 'refused at create'],
      ['root abroad', 'account', 'none', 'done'],
      ['user abroad', 'nobody', 'none', 'refused at create'],
      ['user abroad', 'nobody', 'own policy', 'refused at create'],
      ['user abroad', 'account', 'none', 'refused at create'],
      ['user abroad', 'account', 'own policy', 'done'],
      ['user abroad', 'caller', 'none', 'refused at create'],
      ['user abroad', 'caller', 'own policy', 'done'],
    ])('%s, key policy for %s, %s: %s', async (who, keyPolicy, own, expected) => {
      const account = who.endsWith('abroad') ? ROOTS[1] : ROOTS[0]
      const named = { nobody: undefined, account, caller: ARNS[who] }[keyPolicy]
      const SSEKMSKeyId = await newKey(named, KEY_ACTIONS)
      await permitKey(who, own === 'own policy')
      expect(await upload(who, { ServerSideEncryption, SSEKMSKeyId })).toBe(expected)
    })

    it.each([
      ['kms:Decrypt', 'refused at create'],
      ['kms:GenerateDataKey', 'refused at part'],
    ])('a user who may %s alone: %s', async (action, expected) => {
      const SSEKMSKeyId = await newKey(ARNS.user, [action])
      await permitKey('user', false)
      expect(await upload('user', { ServerSideEncryption, SSEKMSKeyId })).toBe(expected)
    })
  },
)
