/** Source: AWS KMS API Reference, GetParametersForImport; AWS KMS Developer Guide, "Key states of AWS KMS keys". */
import { createPublicKey } from 'node:crypto'
import {
  CreateKeyCommand,
  DisableKeyCommand,
  GetParametersForImportCommand,
  type GetParametersForImportCommandInput,
  type KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { mainAccount, otherCredentials, testRegion } from '../../../support/accounts.ts'
import { importMaterial, newExternalKey } from '../../../support/imported-key.ts'
import { kmsClient } from '../../../support/kms-client.ts'
import { startTestServer } from '../../../support/server.ts'

const DAY = 24 * 3600 * 1000
let server: TestServer
let kms: KMSClient
let KeyId: string

beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  KeyId = await newExternalKey(kms)
  return () => server[Symbol.asyncDispose]()
})

const parameters = (input: Partial<GetParametersForImportCommandInput> = {}, client = kms) =>
  client.send(
    new GetParametersForImportCommand({
      KeyId,
      WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
      WrappingKeySpec: 'RSA_2048',
      ...input,
    }),
  )

it.each([
  ['RSA_2048', 'RSAES_OAEP_SHA_1', 2048],
  ['RSA_3072', 'RSA_AES_KEY_WRAP_SHA_1', 3072],
  ['RSA_4096', 'RSA_AES_KEY_WRAP_SHA_256', 4096],
] as const)(
  'gives a public key %s for %s and a token for a day',
  async (WrappingKeySpec, WrappingAlgorithm, bits) => {
    const before = server.clock.now().getTime()
    const given = await parameters({ WrappingKeySpec, WrappingAlgorithm })
    expect(given.KeyId).toBe(`arn:aws:kms:${testRegion}:${mainAccount.id}:key/${KeyId}`)
    const validTo = given.ParametersValidTo?.getTime() ?? 0
    expect(validTo).toBeGreaterThanOrEqual(before + DAY)
    expect(validTo).toBeLessThanOrEqual(server.clock.now().getTime() + DAY)
    const key = createPublicKey({ key: Buffer.from(given.PublicKey ?? []), format: 'der', type: 'spki' })
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(bits)
    // Source: CiphertextType, which ImportToken is.
    expect(given.ImportToken?.length).toBeLessThanOrEqual(6144)
  },
)

it('gives others each time', async () => {
  const [first, second] = [await parameters(), await parameters()]
  expect(Buffer.from(first.ImportToken ?? [])).not.toEqual(Buffer.from(second.ImportToken ?? []))
  expect(Buffer.from(first.PublicKey ?? [])).not.toEqual(Buffer.from(second.PublicKey ?? []))
})

it('takes a key that has material, and one that is disabled', async () => {
  const full = await newExternalKey(kms)
  await importMaterial(kms, full, Buffer.alloc(32, 1))
  const arn = expect.stringContaining(full) as string
  expect(await parameters({ KeyId: full })).toMatchObject({ KeyId: arn })
  await kms.send(new DisableKeyCommand({ KeyId: full }))
  expect(await parameters({ KeyId: full })).toMatchObject({ KeyId: arn })
})

it.each([
  { WrappingAlgorithm: 'RSAES_PKCS1_V1_5' },
  { WrappingAlgorithm: 'SM2PKE' },
  { WrappingKeySpec: 'SM2' },
] as const)('has no %o', async (input) => {
  await expect(parameters(input)).rejects.toMatchObject({ name: 'UnsupportedOperationException' })
})

it.each([
  { WrappingAlgorithm: 'RSA' as never },
  { WrappingKeySpec: 'RSA_1024' as never },
  { WrappingAlgorithm: undefined },
  { WrappingKeySpec: undefined },
])('refuses %o', async (input) => {
  await expect(parameters(input)).rejects.toMatchObject({ name: 'ValidationException' })
})

it('is not for keys with material of the service', async () => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  await expect(parameters({ KeyId: KeyMetadata?.KeyId })).rejects.toMatchObject({
    name: 'UnsupportedOperationException',
    message: `${KeyMetadata?.Arn} origin is AWS_KMS which is not valid for this operation.`,
  })
})

it('is not for keys that are pending deletion', async () => {
  const going = await newExternalKey(kms)
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: going }))
  await expect(parameters({ KeyId: going })).rejects.toMatchObject({ name: 'KMSInvalidStateException' })
})

it('is not for keys that are not there, nor for aliases', async () => {
  const gone = '00000000-0000-0000-0000-000000000000'
  await expect(parameters({ KeyId: gone })).rejects.toMatchObject({ name: 'NotFoundException' })
  await expect(parameters({ KeyId: 'alias/a' })).rejects.toMatchObject({ name: 'NotFoundException' })
})

it('is not for other accounts', async () => {
  const abroad = `arn:aws:kms:${testRegion}:${mainAccount.id}:key/${KeyId}`
  const asking = parameters({ KeyId: abroad }, kmsClient(server, otherCredentials))
  await expect(asking).rejects.toMatchObject({ name: 'AccessDeniedException' })
})
