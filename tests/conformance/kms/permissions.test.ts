import {
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  type KMSClient,
  ListGrantsCommand,
  ListKeyPoliciesCommand,
  ListRetirableGrantsCommand,
  PutKeyPolicyCommand,
  type GrantOperation,
  RetireGrantCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'

const MAIN = 'arn:aws:iam::100000000001:root'
const OTHER = 'arn:aws:iam::100000000002:root'
const Plaintext = Buffer.from('shared')
let server: TestServer
let kms: KMSClient
let other: KMSClient
let KeyId: string

beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  other = kmsClient(server, otherCredentials)
  return () => server[Symbol.asyncDispose]()
})
beforeEach(async () => {
  KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? ''
})

const ownStatement = { Effect: 'Allow', Principal: { AWS: MAIN }, Action: 'kms:*', Resource: '*' }

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [ownStatement, ...statements] })
}

async function mayEncrypt(client: KMSClient, EncryptionContext?: Record<string, string>): Promise<boolean> {
  const command = new EncryptCommand({ KeyId, Plaintext, ...(EncryptionContext && { EncryptionContext }) })
  return client.send(command).then(
    () => true,
    (error: Error) => {
      expect(error.name).toBe('AccessDeniedException')
      return false
    },
  )
}

describe('the policy of a key', () => {
  it('is at first that the account decides', async () => {
    const { Policy, PolicyName } = await kms.send(new GetKeyPolicyCommand({ KeyId }))
    expect(PolicyName).toBe('default')
    expect(JSON.parse(Policy ?? '')).toMatchObject({
      Id: 'key-default-1',
      Statement: [{ Principal: { AWS: MAIN }, Action: 'kms:*', Resource: '*' }],
    })
    expect((await kms.send(new ListKeyPoliciesCommand({ KeyId }))).PolicyNames).toEqual(['default'])
    expect(await mayEncrypt(other)).toBe(false)
  })

  it('lets another account in, for what it says and no more', async () => {
    const Policy = policy({
      Effect: 'Allow',
      Principal: { AWS: OTHER },
      Action: 'kms:Encrypt',
      Resource: '*',
    })
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
    expect(await mayEncrypt(other)).toBe(true)
    await expect(other.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })

  it('shuts its own account out where it denies', async () => {
    const deny = { Effect: 'Deny', Principal: { AWS: MAIN }, Action: 'kms:Encrypt', Resource: '*' }
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policy(deny) }))
    expect(await mayEncrypt(kms)).toBe(false)
  })

  it('may ask for an encryption context', async () => {
    const Policy = policy({
      Effect: 'Allow',
      Principal: { AWS: OTHER },
      Action: 'kms:Encrypt',
      Resource: '*',
      Condition: { StringEquals: { 'kms:EncryptionContext:team': 'red' } },
    })
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
    expect(await mayEncrypt(other)).toBe(false)
    expect(await mayEncrypt(other, { team: 'blue' })).toBe(false)
    expect(await mayEncrypt(other, { team: 'red' })).toBe(true)
  })

  it('may ask that a service stands between', async () => {
    const Policy = policy({
      Effect: 'Allow',
      Principal: { AWS: OTHER },
      Action: 'kms:Encrypt',
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
    })
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
    expect(await mayEncrypt(other)).toBe(false)
  })

  it.each<[string, string, string]>([
    ['the time', 'DateGreaterThan', 'aws:CurrentTime'],
    ['the second', 'NumericGreaterThan', 'aws:EpochTime'],
    ['who asks', 'ArnEquals', 'aws:PrincipalArn'],
    ['their account', 'StringEquals', 'aws:PrincipalAccount'],
    ['the region', 'StringEquals', 'aws:RequestedRegion'],
    ['no service between', 'Bool', 'aws:ViaAWSService'],
  ])('may deny by %s', async (_what, operator, key) => {
    const values: Readonly<Record<string, string>> = {
      'aws:CurrentTime': '2020-01-01T00:00:00Z',
      'aws:EpochTime': '1577836800',
      'aws:PrincipalArn': MAIN,
      'aws:PrincipalAccount': '100000000001',
      'aws:RequestedRegion': 'us-east-1',
      'aws:ViaAWSService': 'false',
    }
    const Condition = { [operator]: { [key]: values[key] } }
    const deny = { Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*', Condition }
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policy(deny) }))
    expect(await mayEncrypt(kms)).toBe(false)
  })

  it('may say what grants are for', async () => {
    const Condition = { 'ForAnyValue:StringEquals': { 'kms:GrantOperations': 'Decrypt' } }
    const deny = { Effect: 'Deny', Principal: '*', Action: 'kms:CreateGrant', Resource: '*', Condition }
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policy(deny) }))
    const creating = (Operations: GrantOperation[]) =>
      kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: OTHER, Operations }))
    await expect(creating(['Encrypt', 'Decrypt'])).rejects.toMatchObject({ name: 'AccessDeniedException' })
    expect((await creating(['Encrypt'])).GrantId).toBeDefined()
  })

  it.each(['kms:ResourceAliases', 'kms:RecipientAttestation:PCR0', 's3:prefix', 'aws:Nothing'])(
    'does not look at %s, which no request has',
    async (key) => {
      const Condition = { StringEquals: { [key]: 'x' } }
      const deny = { Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*', Condition }
      const putting = kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policy(deny) }))
      await expect(putting).rejects.toMatchObject({
        name: 'MalformedPolicyDocumentException',
        message: `The condition key ${key.toLowerCase()} is not supported here.`,
      })
    },
  )

  it('cannot lock its author out by the key’s own ARN either', async () => {
    const arn = (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Arn
    const deny = { Effect: 'Deny', Principal: '*', Action: 'kms:PutKeyPolicy', Resource: arn }
    const putting = kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policy(deny) }))
    await expect(putting).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
  })

  it('cannot lock its author out, unless told to', async () => {
    const only = { Effect: 'Allow', Principal: { AWS: OTHER }, Action: 'kms:*', Resource: '*' }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [only] })
    const putting = kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
    await expect(putting).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: 'The new key policy will not allow you to update the key policy in the future.',
    })
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy, BypassPolicyLockoutSafetyCheck: true }))
    expect([await mayEncrypt(kms), await mayEncrypt(other)]).toEqual([false, true])
  })

  // Source: AWS KMS API Reference, CreateKey, Policy: "If the key policy exceeds the length constraint".
  it('cannot be longer than 32 KiB', async () => {
    const long = {
      Sid: 'x'.repeat(32_768),
      Effect: 'Allow',
      Principal: '*',
      Action: 'kms:Encrypt',
      Resource: '*',
    }
    const putting = kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policy(long) }))
    await expect(putting).rejects.toMatchObject({ name: 'LimitExceededException' })
  })

  it.each(['{', '{}', '{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}'])(
    'cannot be %s',
    async (Policy) => {
      const putting = kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
      await expect(putting).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
    },
  )
})

describe('a grant', () => {
  const grant = (input: object = {}) =>
    kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: OTHER, Operations: ['Encrypt'], ...input }))

  it('lets its grantee in until it is revoked', async () => {
    const { GrantId, GrantToken } = await grant()
    expect(GrantToken).toMatch(/^[\w+/=]+$/)
    expect(await mayEncrypt(other)).toBe(true)
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }))
    const opening = other.send(new DecryptCommand({ CiphertextBlob }))
    await expect(opening).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await kms.send(new RevokeGrantCommand({ KeyId, GrantId }))
    expect(await mayEncrypt(other)).toBe(false)
    const again = kms.send(new RevokeGrantCommand({ KeyId, GrantId }))
    await expect(again).rejects.toMatchObject({ name: 'NotFoundException' })
  })

  it.each([
    ['EncryptionContextSubset', { team: 'red', more: 'x' }, true],
    ['EncryptionContextSubset', { team: 'blue' }, false],
    ['EncryptionContextEquals', { team: 'red' }, true],
    ['EncryptionContextEquals', { team: 'red', more: 'x' }, false],
  ])('with %s of team red and the context %j: %s', async (constraint, context, allowed) => {
    await grant({ Constraints: { [constraint]: { team: 'red' } } })
    expect(await mayEncrypt(other, context)).toBe(allowed)
  })

  // Source: AWS KMS API Reference, CreateGrant, Constraints.
  it('lets DescribeKey through whatever its constraint is', async () => {
    const constrained = { Constraints: { EncryptionContextEquals: { team: 'red' } } }
    await grant({ Operations: ['Encrypt', 'DescribeKey'], ...constrained })
    expect((await other.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Arn).toBe(KeyId)
    expect(await mayEncrypt(other)).toBe(false)
  })

  it('takes constraints of up to 8 pairs with values of up to 384 characters', async () => {
    const pairs = (count: number, size: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, 'x'.repeat(size)]))
    await grant({ Constraints: { EncryptionContextSubset: pairs(8, 384) } })
    for (const [count, size] of [
      [9, 1],
      [1, 385],
    ] as const)
      for (const type of ['EncryptionContextSubset', 'EncryptionContextEquals'])
        await expect(grant({ Constraints: { [type]: pairs(count, size) } })).rejects.toMatchObject({
          name: 'ValidationException',
        })
  })

  it('is listed, by its grantee and by who may retire it', async () => {
    const { GrantId } = await grant({ Name: 'for-backups', RetiringPrincipal: OTHER })
    const entry = {
      KeyId,
      GrantId,
      Name: 'for-backups',
      GranteePrincipal: OTHER,
      RetiringPrincipal: OTHER,
      IssuingAccount: MAIN,
      Operations: ['Encrypt'],
    }
    expect((await kms.send(new ListGrantsCommand({ KeyId }))).Grants).toMatchObject([entry])
    const ofNobody = new ListGrantsCommand({ KeyId, GranteePrincipal: MAIN })
    expect((await kms.send(ofNobody)).Grants).toEqual([])
    const retirable = new ListRetirableGrantsCommand({ RetiringPrincipal: OTHER })
    expect((await kms.send(retirable)).Grants).toContainEqual(expect.objectContaining({ GrantId }))
  })

  it('with a name is made once only', async () => {
    const [one, two] = [await grant({ Name: 'same' }), await grant({ Name: 'same' })]
    expect(two.GrantId).toBe(one.GrantId)
    expect(two.GrantToken).not.toBe(one.GrantToken)
    await kms.send(new RetireGrantCommand({ GrantToken: one.GrantToken }))
    const retired = kms.send(new RetireGrantCommand({ GrantToken: two.GrantToken }))
    await expect(retired).rejects.toMatchObject({ name: 'NotFoundException' })
    expect((await grant({ Name: 'another' })).GrantId).not.toBe(one.GrantId)
  })

  it('has a token, and what is none is refused', async () => {
    const { GrantId, GrantToken = '' } = await grant()
    const older = Buffer.from(`${KeyId.split('/')[1]} ${GrantId}`).toString('base64')
    await other.send(new EncryptCommand({ KeyId, Plaintext, GrantTokens: [GrantToken, older] }))
    const encrypting = other.send(new EncryptCommand({ KeyId, Plaintext, GrantTokens: ['none'] }))
    await expect(encrypting).rejects.toMatchObject({ name: 'InvalidGrantTokenException' })
    await other.send(new EncryptCommand({ KeyId, Plaintext }))
    await kms.send(new RetireGrantCommand({ GrantToken: older }))
    expect(await mayEncrypt(other)).toBe(false)
  })

  it('is retired by its retiring principal, by nobody else', async () => {
    const { GrantId, GrantToken } = await grant()
    const retiring = other.send(new RetireGrantCommand({ KeyId, GrantId }))
    await expect(retiring).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await kms.send(new RetireGrantCommand({ GrantToken }))
    const second = await grant({ RetiringPrincipal: OTHER })
    await other.send(new RetireGrantCommand({ KeyId, GrantId: second.GrantId }))
    expect((await kms.send(new ListGrantsCommand({ KeyId }))).Grants).toEqual([])
  })
})
