import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
} from '@aws-sdk/client-iam'
import { CreateKeyCommand, DecryptCommand, EncryptCommand, GetKeyPolicyCommand } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { mainAccount } from '../../support/accounts.ts'
import { credentialsOf, iamClient, makeUser } from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
  return () => server[Symbol.asyncDispose]()
})

const arnOf = (name: string): string => `arn:aws:iam::${mainAccount.id}:user/${name}`
const denied = { name: 'AccessDenied' }

/** Deletes a user and makes another one of the same name. */
async function replaceUser(UserName: string, AccessKeyId: string): Promise<ReturnType<typeof credentialsOf>> {
  const iam = iamClient(server)
  await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  await iam.send(new DeleteUserCommand({ UserName }))
  await iam.send(new CreateUserCommand({ UserName }))
  return credentialsOf((await iam.send(new CreateAccessKeyCommand({ UserName }))).AccessKey)
}

it('a bucket policy lets in the user that it names, and nobody who gets the name later', async () => {
  const root = s3Client(server)
  const Bucket = 'named'
  const credentials = await makeUser(server, 'jill')
  await root.send(new CreateBucketCommand({ Bucket }))
  await root.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello' }))
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ ...statement, Principal: { AWS: [arnOf('jill'), mainAccount.id] } }],
  })
  await root.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const shown = async () => (await root.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? ''
  const read = (by: typeof credentials) =>
    s3Client(server, { credentials: by }).send(new GetObjectCommand({ Bucket, Key: 'k' }))
  expect(await shown()).toBe(Policy)
  await read(credentials)

  const others = await replaceUser('jill', credentials.accessKeyId)
  await expect(read(others)).rejects.toMatchObject(denied)
  const gone = await shown()
  expect(gone).toMatch(/"AWS":\["AIDA[A-Z2-7]{17}","100000000001"\]/)
  // As AWS has it: the id of somebody who is gone cannot be put again.
  const again = root.send(new PutBucketPolicyCommand({ Bucket, Policy: gone }))
  await expect(again).rejects.toMatchObject({
    name: 'MalformedPolicy',
    message: 'Invalid principal in policy',
  })
  await root.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  await read(others)
})

it.each(['nobody', 'JILL', 'team/jill'])(
  'a bucket policy cannot name a user that is not there: %s',
  async (name) => {
    const root = s3Client(server)
    const Bucket = 'unnamed'
    await root.send(new CreateBucketCommand({ Bucket })).catch(() => undefined)
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ ...statement, Principal: { AWS: arnOf(name) } }],
    })
    const putting = root.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    await expect(putting).rejects.toMatchObject({ name: 'MalformedPolicy' })
  },
)

it('a key policy lets in the user that it names, and nobody who gets the name later', async () => {
  const credentials = await makeUser(server, 'ann')
  const statements = [
    {
      Effect: 'Allow',
      Action: 'kms:*',
      Resource: '*',
      Principal: { AWS: `arn:aws:iam::${mainAccount.id}:root` },
    },
    {
      Effect: 'Allow',
      Action: ['kms:Encrypt', 'kms:Decrypt'],
      Resource: '*',
      Principal: { AWS: arnOf('ann') },
    },
  ]
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  const root = kmsClient(server)
  const { KeyMetadata } = await root.send(new CreateKeyCommand({ Policy }))
  const KeyId = KeyMetadata?.KeyId ?? ''
  const shown = async () => (await root.send(new GetKeyPolicyCommand({ KeyId }))).Policy ?? ''
  expect(await shown()).toBe(Policy)
  const ann = kmsClient(server, credentials)
  const { CiphertextBlob } = await ann.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))
  await ann.send(new DecryptCommand({ CiphertextBlob }))

  const others = kmsClient(server, await replaceUser('ann', credentials.accessKeyId))
  const refused = { name: 'AccessDeniedException' }
  await expect(others.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject(refused)
  expect(await shown()).toMatch(/"AWS":"AIDA[A-Z2-7]{17}"/)
  const strange = Policy.replace('user/ann', 'user/nobody')
  await expect(root.send(new CreateKeyCommand({ Policy: strange }))).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: 'Policy contains a statement with one or more invalid principals.',
  })
})

it('explains what a user may, and by which policy', async () => {
  await makeUser(server, 'ben', { Sid: 'Read', Effect: 'Allow', Action: 's3:Get*', Resource: '*' })
  await s3Client(server).send(new CreateBucketCommand({ Bucket: 'explained' }))
  const ask = async (action: string, principal: string) => {
    const question = { principal, action, resource: 'arn:aws:s3:::explained/k' }
    const body = JSON.stringify(question)
    return (await rawRequest(server, { method: 'POST', path: '/-/explain', body })).text
  }
  expect(JSON.parse(await ask('s3:GetObject', arnOf('ben')))).toMatchObject({
    principal: arnOf('ben'),
    allowed: true,
    reasons: [
      {
        source: 'identity-policy',
        effect: 'Allow',
        matched: true,
        policy: { name: 'own', of: { kind: 'user', name: 'ben' } },
        statement: { number: 1, sid: 'Read' },
        detail: 'it matches',
      },
      { source: 'identity-policy', effect: 'Allow' },
    ],
  })
  expect(JSON.parse(await ask('s3:PutObject', arnOf('ben')))).toMatchObject({
    allowed: false,
    text: expect.stringContaining(
      '- identity-policy "own" of user ben statement 1 "Read" would allow: it is about another action',
    ),
  })
  expect(await ask('s3:PutObject', arnOf('nobody'))).toContain('No such principal')
})
