/** The key of `alias/aws/s3` before S3 has used it. Source: AWS KMS API Reference, DescribeKey, of a predefined AWS alias. */
import { DescribeKeyCommand, EncryptCommand, ListAliasesCommand } from '@aws-sdk/client-kms'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeEach, expect, it } from 'vitest'
import { type Credentials, mainAccount, otherCredentials } from '../../support/accounts.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

const ALIAS = 'alias/aws/s3'
const ALIAS_ARN = `arn:aws:kms:us-east-1:${mainAccount.id}:${ALIAS}`
let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
  return () => server[Symbol.asyncDispose]()
})

const describeKey = async (KeyId: string, by?: Credentials) =>
  (await kmsClient(server, by).send(new DescribeKeyCommand({ KeyId }))).KeyMetadata
const aliases = async () => (await kmsClient(server).send(new ListAliasesCommand({}))).Aliases

it.each([ALIAS, ALIAS_ARN])('is made by DescribeKey of %s, and S3 uses it', async (name) => {
  expect(await aliases()).toEqual([])
  const key = await describeKey(name)
  expect(key).toMatchObject({ AWSAccountId: mainAccount.id, KeyManager: 'AWS', Enabled: true })
  expect(await aliases()).toMatchObject([{ AliasName: ALIAS, TargetKeyId: key?.KeyId }])
  const s3 = s3Client(server)
  await s3.send(new CreateBucketCommand({ Bucket: 'sealed' }))
  const put = { Bucket: 'sealed', Key: 'k', Body: 'x', ServerSideEncryption: 'aws:kms' } as const
  expect((await s3.send(new PutObjectCommand(put))).SSEKMSKeyId).toBe(key?.Arn)
  expect((await describeKey(ALIAS))?.KeyId).toBe(key?.KeyId)
})

it('is made for those alone who may describe it', async () => {
  const denied = { name: 'AccessDeniedException' }
  await expect(describeKey(ALIAS, await makeUser(server, 'nobody'))).rejects.toMatchObject(denied)
  await expect(describeKey(ALIAS_ARN, otherCredentials)).rejects.toMatchObject(denied)
  expect(await aliases()).toEqual([])
  const may = { Effect: 'Allow', Action: 'kms:DescribeKey', Resource: '*' }
  const key = await describeKey(ALIAS, await makeUser(server, 'somebody', may))
  expect(await aliases()).toMatchObject([{ TargetKeyId: key?.KeyId }])
})

it('is made by no other operation, and for no other alias', async () => {
  const kms = kmsClient(server)
  const sealing = kms.send(new EncryptCommand({ KeyId: ALIAS, Plaintext: Buffer.from('x') }))
  await expect(sealing).rejects.toMatchObject({ name: 'NotFoundException' })
  await expect(describeKey('alias/aws/ebs')).rejects.toMatchObject({ name: 'NotFoundException' })
  expect(await aliases()).toEqual([])
})
