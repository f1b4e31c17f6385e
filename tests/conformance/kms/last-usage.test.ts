/** Source: AWS KMS API Reference, GetKeyLastUsage. */
import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyLastUsageCommand,
  type KMSClient,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const Plaintext = Buffer.from('plain')
let server: TestServer
let kms: KMSClient
beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  return () => server[Symbol.asyncDispose]()
})

async function newKey(input: CreateKeyCommandInput = {}): Promise<string> {
  return (await kms.send(new CreateKeyCommand(input))).KeyMetadata?.KeyId ?? ''
}

async function lastUse(KeyId: string) {
  const { KeyLastUsage } = await kms.send(new GetKeyLastUsageCommand({ KeyId }))
  return KeyLastUsage
}

it('is nothing of a key that was never used', async () => {
  const KeyId = await newKey()
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }))
  const { $metadata: _sent, ...answer } = await kms.send(
    new GetKeyLastUsageCommand({ KeyId: KeyMetadata?.Arn }),
  )
  const KeyCreationDate = KeyMetadata?.CreationDate
  expect(answer).toEqual({ KeyId, KeyLastUsage: {}, KeyCreationDate, TrackingStartDate: KeyCreationDate })
})

it('tells of the last operation that succeeded', async () => {
  const [KeyId, other] = [await newKey(), await newKey()]
  const { CiphertextBlob, $metadata } = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
  const used = await lastUse(KeyId)
  expect(used).toEqual({
    Operation: 'Encrypt',
    Timestamp: expect.any(Date) as Date,
    KmsRequestId: $metadata.requestId,
  })
  expect(Math.abs((used?.Timestamp?.getTime() ?? 0) - server.clock.now().getTime())).toBeLessThan(60_000)
  const dry = kms.send(new DecryptCommand({ CiphertextBlob, DryRun: true }))
  await expect(dry).rejects.toMatchObject({ name: 'DryRunOperationException' })
  expect((await lastUse(KeyId))?.Operation).toBe('Encrypt')
  await kms.send(new DecryptCommand({ CiphertextBlob }))
  expect((await lastUse(KeyId))?.Operation).toBe('Decrypt')
  await kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: other }))
  for (const key of [KeyId, other]) expect((await lastUse(key))?.Operation).toBe('ReEncrypt')
})

it('does not tell of what failed, nor of looking at the key', async () => {
  const KeyId = await newKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  const asked = { KeyId, Message: Plaintext, SigningAlgorithm: 'ECDSA_SHA_256' } as const
  const verifying = kms.send(new VerifyCommand({ ...asked, Signature: Plaintext }))
  await expect(verifying).rejects.toMatchObject({ name: 'KMSInvalidSignatureException' })
  await kms.send(new DescribeKeyCommand({ KeyId }))
  expect(await lastUse(KeyId)).toEqual({})
  await kms.send(new SignCommand(asked))
  expect((await lastUse(KeyId))?.Operation).toBe('Sign')
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId }))
  expect((await lastUse(KeyId))?.Operation).toBe('Sign')
})

it('tells of S3’s uses, by the id of its request', async () => {
  const KeyId = await newKey()
  await createBucket(server, 'sealed')
  const headers = {
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': KeyId,
  }
  const put = await rawRequest(server, { method: 'PUT', path: '/sealed/a', headers, body: 'a' })
  expect(put.status).toBe(200)
  expect(await lastUse(KeyId)).toMatchObject({
    Operation: 'GenerateDataKey',
    KmsRequestId: put.headers['x-amz-request-id'],
  })
  await rawRequest(server, { path: '/sealed/a' })
  expect((await lastUse(KeyId))?.Operation).toBe('Decrypt')
})

it('is for the own account, by id or ARN', async () => {
  const KeyId = await newKey()
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }))
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/used', TargetKeyId: KeyId }))
  const byAlias = kms.send(new GetKeyLastUsageCommand({ KeyId: 'alias/used' }))
  await expect(byAlias).rejects.toMatchObject({ name: 'NotFoundException' })
  const abroad = new GetKeyLastUsageCommand({ KeyId: KeyMetadata?.Arn })
  await expect(kmsClient(server, otherCredentials).send(abroad)).rejects.toMatchObject({
    name: 'AccessDeniedException',
  })
})

it('outlives the server', async () => {
  await using folder = await temporaryDirectory()
  const options = { dataDirectory: folder.path }
  let KeyId: string | undefined
  {
    await using first = await startTestServer(options)
    const client = kmsClient(first)
    KeyId = (await client.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId
    await client.send(new EncryptCommand({ KeyId, Plaintext }))
    await first.settle()
  }
  await using second = await startTestServer(options)
  const { KeyLastUsage } = await kmsClient(second).send(new GetKeyLastUsageCommand({ KeyId }))
  expect(KeyLastUsage?.Operation).toBe('Encrypt')
})
