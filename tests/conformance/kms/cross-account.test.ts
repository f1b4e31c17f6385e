/**
 * What another account may do with a key whose policy gives it all there is. Source: AWS KMS Developer Guide, "Allowing users
 * in other accounts to use a KMS key", and "Cross-account use" of each operation of the API Reference.
 */
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeyPoliciesCommand,
  ListKeyRotationsCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'

const OTHER = `arn:aws:iam::${otherAccount.id}:root`
const Plaintext = Buffer.from('shared')
const TAG = { TagKey: 'team', TagValue: 'red' }
let server: TestServer
let other: KMSClient
let KeyId: string
let Policy: string

beforeAll(async () => {
  server = await startTestServer()
  const kms = kmsClient(server)
  other = kmsClient(server, otherCredentials)
  const AWS = [`arn:aws:iam::${mainAccount.id}:root`, OTHER]
  const all = { Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*' }
  Policy = JSON.stringify({ Version: '2012-10-17', Statement: all })
  const made = await kms.send(new CreateKeyCommand({ Policy, Tags: [TAG] }))
  KeyId = made.KeyMetadata?.Arn ?? ''
  const own = await other.send(new CreateKeyCommand({}))
  const TargetKeyId = own.KeyMetadata?.KeyId
  await other.send(new CreateAliasCommand({ AliasName: 'alias/mine', TargetKeyId }))
  return () => server[Symbol.asyncDispose]()
})

it.each<[name: string, call: () => Promise<unknown>]>([
  ['CreateAlias', () => other.send(new CreateAliasCommand({ AliasName: 'alias/new', TargetKeyId: KeyId }))],
  ['UpdateAlias', () => other.send(new UpdateAliasCommand({ AliasName: 'alias/mine', TargetKeyId: KeyId }))],
  ['ListAliases', () => other.send(new ListAliasesCommand({ KeyId }))],
  ['PutKeyPolicy', () => other.send(new PutKeyPolicyCommand({ KeyId, Policy }))],
  ['GetKeyPolicy', () => other.send(new GetKeyPolicyCommand({ KeyId }))],
  ['ListKeyPolicies', () => other.send(new ListKeyPoliciesCommand({ KeyId }))],
  ['DisableKey', () => other.send(new DisableKeyCommand({ KeyId }))],
  ['EnableKey', () => other.send(new EnableKeyCommand({ KeyId }))],
  ['ScheduleKeyDeletion', () => other.send(new ScheduleKeyDeletionCommand({ KeyId }))],
  ['CancelKeyDeletion', () => other.send(new CancelKeyDeletionCommand({ KeyId }))],
  ['UpdateKeyDescription', () => other.send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'x' }))],
  ['EnableKeyRotation', () => other.send(new EnableKeyRotationCommand({ KeyId }))],
  ['DisableKeyRotation', () => other.send(new DisableKeyRotationCommand({ KeyId }))],
  ['RotateKeyOnDemand', () => other.send(new RotateKeyOnDemandCommand({ KeyId }))],
  ['ListKeyRotations', () => other.send(new ListKeyRotationsCommand({ KeyId }))],
  ['TagResource', () => other.send(new TagResourceCommand({ KeyId, Tags: [TAG] }))],
  ['UntagResource', () => other.send(new UntagResourceCommand({ KeyId, TagKeys: ['team'] }))],
  ['ListResourceTags', () => other.send(new ListResourceTagsCommand({ KeyId }))],
])('%s is of the own account alone', async (_name, call) => {
  await expect(call()).rejects.toMatchObject({
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 400 },
  })
})

it('the key can be looked at and used', async () => {
  expect((await other.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata).toMatchObject({
    AWSAccountId: mainAccount.id,
    KeyState: 'Enabled',
  })
  const status = await other.send(new GetKeyRotationStatusCommand({ KeyId }))
  expect(status.KeyRotationEnabled).toBe(false)
  const { CiphertextBlob } = await other.send(new EncryptCommand({ KeyId, Plaintext }))
  const opened = await other.send(new DecryptCommand({ CiphertextBlob }))
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
  // Source: AWS KMS API Reference, Decrypt, "Cross-account use": the short id is enough, too.
  const SourceKeyId = KeyId.split('/').at(-1)
  const byShortId = await other.send(new DecryptCommand({ CiphertextBlob, KeyId: SourceKeyId }))
  expect(Buffer.from(byShortId.Plaintext ?? [])).toEqual(Plaintext)
  const DestinationKeyId = KeyId
  await other.send(new ReEncryptCommand({ CiphertextBlob, SourceKeyId, DestinationKeyId }))
  const resealed = await other.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId }))
  expect([resealed.SourceKeyId, resealed.KeyId]).toEqual([KeyId, KeyId])
  const asked = { KeyId, KeySpec: 'AES_256' } as const
  expect((await other.send(new GenerateDataKeyCommand(asked))).KeyId).toBe(KeyId)
  expect((await other.send(new GenerateDataKeyWithoutPlaintextCommand(asked))).KeyId).toBe(KeyId)
})

it('grants are made, listed, retired and revoked', async () => {
  const asked = {
    KeyId,
    GranteePrincipal: OTHER,
    RetiringPrincipal: OTHER,
    Operations: ['Encrypt' as const],
  }
  const one = await other.send(new CreateGrantCommand(asked))
  const two = await other.send(new CreateGrantCommand(asked))
  expect((await other.send(new ListGrantsCommand({ KeyId }))).Grants).toHaveLength(2)
  await other.send(new RetireGrantCommand({ KeyId, GrantId: one.GrantId }))
  await other.send(new RevokeGrantCommand({ KeyId, GrantId: two.GrantId }))
  expect((await other.send(new ListGrantsCommand({ KeyId }))).Grants).toEqual([])
})
