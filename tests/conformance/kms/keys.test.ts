import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  type KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  paginateListAliases,
  paginateListKeys,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../support/accounts.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'

const DAY = 24 * 3600 * 1000
let server: TestServer
let kms: KMSClient

beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  return () => server[Symbol.asyncDispose]()
})

async function newKey(input: ConstructorParameters<typeof CreateKeyCommand>[0] = {}): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(input))
  return KeyMetadata?.KeyId ?? ''
}

async function stateOf(KeyId: string): Promise<string | undefined> {
  return (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState
}

describe('CreateKey', () => {
  it('describes the key as DescribeKey does', async () => {
    const before = server.clock.now().getTime()
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'ledgers' }))
    expect(KeyMetadata).toMatchObject({
      AWSAccountId: '100000000001',
      KeyId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      Arn: `arn:aws:kms:us-east-1:100000000001:key/${KeyMetadata?.KeyId}`,
      Enabled: true,
      Description: 'ledgers',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeyState: 'Enabled',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      MultiRegion: false,
      CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(KeyMetadata?.CreationDate?.getTime()).toBeGreaterThanOrEqual(before)
    const described = await kms.send(new DescribeKeyCommand({ KeyId: KeyMetadata?.Arn }))
    expect(described.KeyMetadata).toEqual(KeyMetadata)
  })

  it.each([
    { KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' },
    { Origin: 'AWS_CLOUDHSM' },
    { Origin: 'EXTERNAL', KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' },
    { Origin: 'EXTERNAL', KeySpec: 'ML_KEM_512', KeyUsage: 'ENCAPSULATE_DECAPSULATE' },
    { MultiRegion: true },
  ] as const)('refuses %j, which is not here', async (input) => {
    await expect(newKey(input)).rejects.toMatchObject({ name: 'UnsupportedOperationException' })
  })
})

it.each([
  { KeySpec: 'RSA_1024' },
  { CustomerMasterKeySpec: 'AES' },
  { Origin: 'ELSEWHERE' },
  { KeyUsage: 'WRAP' },
  { KeySpec: 'SYMMETRIC_DEFAULT', CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT' },
])('CreateKey takes %j for a mistake', async (input) => {
  await expect(newKey(input as never)).rejects.toMatchObject({ name: 'ValidationException' })
})

describe('CreateKey of other kinds', () => {
  const RSA_SIGNATURES = ['PKCS1_V1_5', 'PSS'].flatMap((scheme) =>
    [256, 384, 512].map((bits) => `RSASSA_${scheme}_SHA_${bits}`),
  )

  it.each([
    ['RSA_2048', 'ENCRYPT_DECRYPT', { EncryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] }],
    ['RSA_3072', 'SIGN_VERIFY', { SigningAlgorithms: RSA_SIGNATURES }],
    ['ECC_NIST_P256', 'SIGN_VERIFY', { SigningAlgorithms: ['ECDSA_SHA_256'] }],
    ['ECC_NIST_P384', 'KEY_AGREEMENT', { KeyAgreementAlgorithms: ['ECDH'] }],
    ['ECC_SECG_P256K1', 'SIGN_VERIFY', { SigningAlgorithms: ['ECDSA_SHA_256'] }],
    [
      'ECC_NIST_EDWARDS25519',
      'SIGN_VERIFY',
      { SigningAlgorithms: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'] },
    ],
    ['ML_DSA_65', 'SIGN_VERIFY', { SigningAlgorithms: ['ML_DSA_SHAKE_256'] }],
    ['ML_KEM_768', 'ENCAPSULATE_DECAPSULATE', { EncapsulationAlgorithms: ['ML_KEM'] }],
    ['HMAC_224', 'GENERATE_VERIFY_MAC', { MacAlgorithms: ['HMAC_SHA_224'] }],
    ['HMAC_512', 'GENERATE_VERIFY_MAC', { MacAlgorithms: ['HMAC_SHA_512'] }],
  ] as const)('makes one of %s for %s', async (KeySpec, KeyUsage, algorithms) => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec, KeyUsage }))
    const KeyId = KeyMetadata?.KeyId
    expect(KeyMetadata).toEqual({
      AWSAccountId: mainAccount.id,
      KeyId,
      Arn: `arn:aws:kms:us-east-1:${mainAccount.id}:key/${KeyId}`,
      CreationDate: expect.any(Date) as Date,
      Enabled: true,
      Description: '',
      KeyUsage,
      KeyState: 'Enabled',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      CustomerMasterKeySpec: KeySpec,
      KeySpec,
      ...algorithms,
      MultiRegion: false,
    })
    const described = await kms.send(new DescribeKeyCommand({ KeyId }))
    expect(described.KeyMetadata).toEqual(KeyMetadata)
  })

  it.each([
    [{ KeySpec: 'RSA_2048' }, 'You must specify a KeyUsage value'],
    [{ CustomerMasterKeySpec: 'ECC_NIST_P256' }, 'You must specify a KeyUsage value'],
    [{ KeyUsage: 'SIGN_VERIFY' }, 'KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT'],
    [
      { KeySpec: 'ECC_NIST_P256', KeyUsage: 'ENCRYPT_DECRYPT' },
      'is not compatible with KeySpec ECC_NIST_P256',
    ],
    [{ KeySpec: 'ECC_SECG_P256K1', KeyUsage: 'KEY_AGREEMENT' }, 'is not compatible with'],
    [{ KeySpec: 'HMAC_256', KeyUsage: 'SIGN_VERIFY' }, 'is not compatible with KeySpec HMAC_256'],
    [{ KeyUsage: 'TO_SIGN' as never }, "at 'keyUsage' failed to satisfy constraint"],
  ] as const)('refuses %j', async (input, said) => {
    await expect(newKey(input)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(said) as string,
    })
  })
})

describe('ListKeys', () => {
  it('lists every key of the account and no other, in pages', async () => {
    await using other = await startTestServer()
    const client = kmsClient(other)
    const made: (string | undefined)[] = []
    for (let index = 0; index < 5; index++) {
      made.push((await client.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId)
    }
    await kmsClient(other, otherCredentials).send(new CreateKeyCommand({}))
    const listed: (string | undefined)[] = []
    for await (const page of paginateListKeys({ client, pageSize: 2 }, {})) {
      expect(page.Keys?.length).toBeLessThanOrEqual(2)
      listed.push(...(page.Keys ?? []).map((key) => key.KeyId))
    }
    expect(listed).toEqual(made.map(String).sort())
  })

  it('refuses a marker that it did not give', async () => {
    const listing = kms.send(new ListKeysCommand({ Marker: 'nonsense' }))
    await expect(listing).rejects.toMatchObject({ name: 'InvalidMarkerException' })
  })
})

describe('the state of a key', () => {
  it('changes with DisableKey and EnableKey', async () => {
    const KeyId = await newKey()
    await kms.send(new DisableKeyCommand({ KeyId }))
    expect(await stateOf(KeyId)).toBe('Disabled')
    await kms.send(new EnableKeyCommand({ KeyId }))
    expect(await stateOf(KeyId)).toBe('Enabled')
  })

  it('is pending deletion until that is cancelled, then disabled', async () => {
    const KeyId = await newKey()
    const scheduled = await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
    expect(scheduled).toMatchObject({ KeyState: 'PendingDeletion', PendingWindowInDays: 7 })
    const due = (scheduled.DeletionDate?.getTime() ?? 0) - server.clock.now().getTime()
    expect(Math.round(due / DAY)).toBe(7)
    const sealing = kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))
    await expect(sealing).rejects.toMatchObject({ name: 'KMSInvalidStateException' })
    await expect(kms.send(new EnableKeyCommand({ KeyId }))).rejects.toMatchObject({
      name: 'KMSInvalidStateException',
      message: expect.stringMatching(/ is pending deletion\.$/),
    })
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId }))
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
    await kms.send(new CancelKeyDeletionCommand({ KeyId }))
    expect(await stateOf(KeyId)).toBe('Disabled')
    const again = kms.send(new CancelKeyDeletionCommand({ KeyId }))
    await expect(again).rejects.toMatchObject({ name: 'KMSInvalidStateException' })
  })

  it('ends with the waiting period, and with it its ciphertext and aliases', async () => {
    await using other = await startTestServer()
    const client = kmsClient(other)
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}))
    const KeyId = KeyMetadata?.KeyId
    await client.send(new CreateAliasCommand({ AliasName: 'alias/doomed', TargetKeyId: KeyId }))
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))
    await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
    other.clock.advance(7 * DAY + 1000)
    for (const settled of [false, true]) {
      if (settled) await other.settle()
      const opening = client.send(new DecryptCommand({ CiphertextBlob }))
      await expect(opening).rejects.toMatchObject({ name: 'AccessDeniedException' })
    }
    expect(await client.send(new ListKeysCommand({}))).toMatchObject({ Keys: [] })
    expect(await client.send(new ListAliasesCommand({}))).toMatchObject({ Aliases: [] })
  })

  it.each([6, 31])('cannot be pending deletion for %i days', async (PendingWindowInDays) => {
    const command = new ScheduleKeyDeletionCommand({ KeyId: await newKey(), PendingWindowInDays })
    await expect(kms.send(command)).rejects.toMatchObject({ name: 'ValidationException' })
  })
})

it('UpdateKeyDescription replaces the description', async () => {
  const KeyId = await newKey({ Description: 'old' })
  await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'new' }))
  expect((await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Description).toBe('new')
})

describe('aliases', () => {
  it('are made, moved, listed by key and deleted', async () => {
    const [one, two] = [await newKey(), await newKey()]
    const AliasName = 'alias/team/ledgers'
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: one }))
    const again = kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: two }))
    await expect(again).rejects.toMatchObject({
      name: 'AlreadyExistsException',
      message: 'An alias with the name arn:aws:kms:us-east-1:100000000001:alias/team/ledgers already exists',
    })
    await kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: two }))
    expect((await kms.send(new DescribeKeyCommand({ KeyId: AliasName }))).KeyMetadata?.KeyId).toBe(two)
    const aliasesOf = async (KeyId: string) => (await kms.send(new ListAliasesCommand({ KeyId }))).Aliases
    expect(await aliasesOf(one)).toEqual([])
    expect(await aliasesOf(two)).toMatchObject([
      { AliasName, AliasArn: 'arn:aws:kms:us-east-1:100000000001:alias/team/ledgers', TargetKeyId: two },
    ])
    await kms.send(new DeleteAliasCommand({ AliasName }))
    const deleting = kms.send(new DeleteAliasCommand({ AliasName }))
    await expect(deleting).rejects.toMatchObject({ name: 'NotFoundException' })
  })

  // Source: AWS KMS API Reference, UpdateAlias.
  it('are moved to keys of the same type and usage alone', async () => {
    const targets = {
      symmetric: await newKey(),
      rsa: await newKey({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }),
      curve: await newKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
      agreement: await newKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' }),
      hmac: await newKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
      encrypting: await newKey({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }),
    }
    const AliasName = 'alias/of-a-type'
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: targets.rsa }))
    const moved = (TargetKeyId: string) => kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId }))
    for (const target of ['symmetric', 'agreement', 'hmac', 'encrypting'] as const)
      await expect(moved(targets[target])).rejects.toMatchObject({ name: 'ValidationException' })
    await moved(targets.curve)
    expect((await kms.send(new DescribeKeyCommand({ KeyId: AliasName }))).KeyMetadata?.KeyId).toBe(
      targets.curve,
    )
    await kms.send(new DeleteAliasCommand({ AliasName }))
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: targets.symmetric }))
    await expect(moved(targets.encrypting)).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('are listed in pages', async () => {
    const TargetKeyId = await newKey()
    const names = ['alias/page-1', 'alias/page-2', 'alias/page-3']
    for (const AliasName of names) await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }))
    const listed: (string | undefined)[] = []
    for await (const page of paginateListAliases({ client: kms, pageSize: 2 }, { KeyId: TargetKeyId })) {
      listed.push(...(page.Aliases ?? []).map((alias) => alias.AliasName))
    }
    expect(listed).toEqual(names)
  })

  it.each([
    ['alias/aws/mine', 'InvalidAliasNameException'],
    ['ledgers', 'ValidationException'],
    ['alias/', 'ValidationException'],
    ['alias/a b', 'ValidationException'],
  ])('cannot be called %s', async (AliasName, name) => {
    const making = kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: await newKey() }))
    await expect(making).rejects.toMatchObject({ name })
  })
})

describe('tags', () => {
  it('are set, replaced, listed and taken away', async () => {
    const KeyId = await newKey({ Tags: [{ TagKey: 'a', TagValue: '1' }] })
    const Tags = [
      { TagKey: 'a', TagValue: '2' },
      { TagKey: 'b', TagValue: '' },
    ]
    await kms.send(new TagResourceCommand({ KeyId, Tags }))
    expect(await kms.send(new ListResourceTagsCommand({ KeyId }))).toMatchObject({ Tags, Truncated: false })
    await kms.send(new UntagResourceCommand({ KeyId, TagKeys: ['a', 'never'] }))
    expect((await kms.send(new ListResourceTagsCommand({ KeyId }))).Tags).toEqual([
      { TagKey: 'b', TagValue: '' },
    ])
  })

  it('cannot begin with aws:, stand twice, or be more than 50', async () => {
    const KeyId = await newKey()
    const setting = (keys: readonly string[]) =>
      kms.send(new TagResourceCommand({ KeyId, Tags: keys.map((TagKey) => ({ TagKey, TagValue: '' })) }))
    await expect(setting(['aws:x'])).rejects.toMatchObject({ name: 'TagException' })
    await expect(setting(['a', 'a'])).rejects.toMatchObject({ name: 'TagException' })
    const many = Array.from({ length: 51 }, (_, index) => `key-${index}`)
    await expect(setting(many)).rejects.toMatchObject({ name: 'LimitExceededException' })
  })
})
