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
import { PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetFederationTokenCommand } from '@aws-sdk/client-sts'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Credentials, mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import {
  iamClient,
  makeRole,
  makeUser,
  putPolicy,
  sessionOf,
  stsClient,
  trustPolicy,
} from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

/*
 * Multipart uploads × encryption × who uploads. The bucket and the key are of the first account. Sources: S3 API Reference,
 * CreateMultipartUpload, "Permissions": a user or role of the key's account needs kms:Decrypt and kms:GenerateDataKey* on the
 * key policy, one of another account on its own policy as well; AWS KMS Developer Guide, "Key policies": a policy that names
 * the account leaves it to the policies of its users; IAM User Guide, "Policy evaluation logic": what a policy gives to a
 * role's ARN session policies narrow, what it gives to a session's they do not, within one account.
 */

type Kind = 'root' | 'user' | 'role' | 'session' | 'narrow session' | 'federated' | 'narrow federated'
type Who = Kind | `${Kind} abroad`
/** Whom the key's policy names: nobody of these, the account, the user or role that a session is of, the caller itself. */
type KeyPolicy = 'nobody' | 'account' | 'entity' | 'caller'

const Bucket = 'matrix'
const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey*']
const ROOTS = [mainAccount, otherAccount].map(({ id }) => `arn:aws:iam::${id}:root`)
const USE_OF_S3 = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
const USE_OF_KEYS = { Effect: 'Allow', Action: KEY_ACTIONS, Resource: '*' }
const MAKES_SESSIONS = { Effect: 'Allow', Action: 'sts:*', Resource: '*' }
const policy = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement })

const isAbroad = (who: Who): boolean => who.endsWith('abroad')

/** The ARNs that a key's policy may name. */
function arnsOf(who: Who): { readonly caller: string; readonly entity: string; readonly account: string } {
  const { id } = isAbroad(who) ? otherAccount : mainAccount
  const account = `arn:aws:iam::${id}:root`
  const user = `arn:aws:iam::${id}:user/uploader`
  const role = `arn:aws:iam::${id}:role/uploader`
  if (who.startsWith('root')) return { account, entity: account, caller: account }
  if (who.startsWith('user')) return { account, entity: user, caller: user }
  if (who.includes('federated')) {
    return { account, entity: user, caller: `arn:aws:sts::${id}:federated-user/uploader` }
  }
  return { account, entity: role, caller: `arn:aws:sts::${id}:assumed-role/uploader/run` }
}

let server: TestServer
const credentials: Partial<Record<Who, Credentials>> = {}

/** The root user, the user and all sessions of an account. */
async function openAccount(root: Credentials, of: (kind: Kind) => Who): Promise<void> {
  const account = { url: server.url, credentials: root }
  const keep = (kind: Kind, given: Credentials) => (credentials[of(kind)] = given)
  keep('root', root)
  const user = keep('user', await makeUser(account, 'uploader', USE_OF_S3, MAKES_SESSIONS))
  const AssumeRolePolicyDocument = trustPolicy(arnsOf(of('user')).caller)
  const RoleArn = await makeRole(account, { RoleName: 'uploader', AssumeRolePolicyDocument }, USE_OF_S3)
  const sts = stsClient(account, user)
  const assumed = async (Policy?: string) => {
    const answer = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'run', Policy }))
    return sessionOf(answer.Credentials)
  }
  const federated = async (Policy: string) =>
    sessionOf((await sts.send(new GetFederationTokenCommand({ Name: 'uploader', Policy }))).Credentials)
  keep('role', await assumed())
  keep('session', await assumed(policy(USE_OF_S3, USE_OF_KEYS)))
  keep('narrow session', await assumed(policy(USE_OF_S3)))
  keep('federated', await federated(policy(USE_OF_S3, USE_OF_KEYS)))
  keep('narrow federated', await federated(policy(USE_OF_S3)))
}

beforeAll(async () => {
  server = await startTestServer()
  await openAccount(server.credentials, (kind) => kind)
  await openAccount(otherCredentials, (kind) => `${kind} abroad`)
  const root = s3Client(server)
  await root.send(new CreateBucketCommand({ Bucket }))
  const statement = {
    Effect: 'Allow',
    Action: 's3:*',
    Principal: { AWS: ROOTS },
    Resource: `arn:aws:s3:::${Bucket}/*`,
  }
  await root.send(new PutBucketPolicyCommand({ Bucket, Policy: policy(statement) }))
  return () => server[Symbol.asyncDispose]()
})

async function newKey(named: string | undefined, actions: readonly string[]): Promise<string> {
  const admin = { Effect: 'Allow', Action: 'kms:PutKeyPolicy', Resource: '*', Principal: { AWS: ROOTS[0] } }
  const use = { Effect: 'Allow', Action: actions, Resource: '*', Principal: { AWS: named } }
  const Policy = named === undefined ? policy(admin) : policy(admin, use)
  const { KeyMetadata } = await kmsClient(server).send(new CreateKeyCommand({ Policy }))
  return KeyMetadata?.Arn ?? ''
}

/** The policies of the user and of the role: S3 always, keys where it says so. */
async function permitKey(who: Who, isPermitted: boolean): Promise<void> {
  const owner = isAbroad(who) ? otherCredentials : server.credentials
  const iam = iamClient({ url: server.url, credentials: owner })
  const may = isPermitted ? [USE_OF_S3, USE_OF_KEYS] : [USE_OF_S3]
  await putPolicy(iam, 'uploader', ...may, MAKES_SESSIONS)
  const PolicyDocument = policy(...may)
  await iam.send(new PutRolePolicyCommand({ RoleName: 'uploader', PolicyName: 'own', PolicyDocument }))
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
  const KINDS: readonly Kind[] = [
    'root',
    'user',
    'role',
    'session',
    'narrow session',
    'federated',
    'narrow federated',
  ]
  it.each<Who>(KINDS.flatMap((kind) => [kind, `${kind} abroad` as const]))('%s', async (who) => {
    await permitKey(who, false)
    expect(await upload(who, {})).toBe('done')
    expect(await upload(who, { ServerSideEncryption: 'AES256' })).toBe('done')
  })
})

describe.each(['aws:kms', 'aws:kms:dsse'] as const)(
  'with a key of the first account, %s',
  (ServerSideEncryption) => {
    // For each: whom the key's policy names, without an own policy for keys and with one. `+`: all steps are done.
    it.each<[Who, Readonly<Partial<Record<KeyPolicy, string>>>]>([
      ['root', { nobody: '..', account: '++' }],
      ['user', { nobody: '..', account: '.+', caller: '++' }],
      ['role', { nobody: '..', account: '.+', entity: '++', caller: '++' }],
      ['session', { nobody: '..', account: '.+', entity: '++', caller: '++' }],
      // Its policy says nothing of keys: what the role has it has not, what is given to itself it has.
      ['narrow session', { nobody: '..', account: '..', entity: '..', caller: '++' }],
      ['federated', { nobody: '..', account: '.+', entity: '++', caller: '++' }],
      ['narrow federated', { nobody: '..', account: '..', entity: '..', caller: '++' }],
      // Across accounts both sides have to permit, however the key's policy names somebody.
      ['root abroad', { nobody: '..', account: '++' }],
      ['user abroad', { nobody: '..', account: '.+', caller: '.+' }],
      ['role abroad', { nobody: '..', account: '.+', entity: '.+', caller: '.+' }],
      ['session abroad', { nobody: '..', account: '.+', entity: '.+', caller: '.+' }],
      ['narrow session abroad', { nobody: '..', account: '..', entity: '..', caller: '..' }],
      ['federated abroad', { nobody: '..', account: '.+', entity: '.+', caller: '.+' }],
      ['narrow federated abroad', { nobody: '..', account: '..', entity: '..', caller: '..' }],
    ])('%s: %o', async (who, expected) => {
      for (const [named, row] of Object.entries(expected)) {
        const SSEKMSKeyId = await newKey({ nobody: undefined, ...arnsOf(who) }[named], KEY_ACTIONS)
        const outcomes: string[] = []
        for (const isPermitted of [false, true]) {
          await permitKey(who, isPermitted)
          outcomes.push(await upload(who, { ServerSideEncryption, SSEKMSKeyId }))
        }
        const words = Array.from(row, (sign) => (sign === '+' ? 'done' : 'refused at create'))
        expect([named, outcomes]).toEqual([named, words])
      }
    })

    it.each<[Who, action: string, expected: string]>([
      ['user', 'kms:Decrypt', 'refused at create'],
      ['user', 'kms:GenerateDataKey', 'refused at part'],
      ['role', 'kms:Decrypt', 'refused at create'],
      ['role', 'kms:GenerateDataKey', 'refused at part'],
    ])('a %s who may %s alone: %s', async (who, action, expected) => {
      const SSEKMSKeyId = await newKey(arnsOf(who).entity, [action])
      await permitKey(who, false)
      expect(await upload(who, { ServerSideEncryption, SSEKMSKeyId })).toBe(expected)
    })
  },
)
