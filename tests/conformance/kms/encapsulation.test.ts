/** Sources: AWS KMS API Reference, Encapsulate and Decapsulate; FIPS 203. */
import crypto from 'node:crypto'
import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecapsulateCommand,
  DisableKeyCommand,
  EncapsulateCommand,
  GenerateDataKeyPairCommand,
  GetPublicKeyCommand,
  type KMSClient,
  type KeySpec,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'

const EncapsulationAlgorithm = 'ML_KEM'
let server: TestServer
let kms: KMSClient
beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  return () => server[Symbol.asyncDispose]()
})

async function newKey(input: CreateKeyCommandInput): Promise<string> {
  return (await kms.send(new CreateKeyCommand(input))).KeyMetadata?.Arn ?? ''
}

const kem = (KeySpec: KeySpec) => newKey({ KeySpec, KeyUsage: 'ENCAPSULATE_DECAPSULATE' })

async function decapsulated(KeyId: string, SharedSecretCiphertextBlob: Uint8Array = new Uint8Array()) {
  const asked = { KeyId, SharedSecretCiphertextBlob, EncapsulationAlgorithm } as const
  const { SharedSecret = new Uint8Array(), ...answer } = await kms.send(new DecapsulateCommand(asked))
  expect(answer).toMatchObject({ KeyId, EncapsulationAlgorithm })
  return Buffer.from(SharedSecret)
}

describe.each([
  ['ML_KEM_512', 768],
  ['ML_KEM_768', 1088],
  ['ML_KEM_1024', 1568],
] as const)('%s', (KeySpec, ciphertextBytes) => {
  it('shares a secret of 32 bytes', async () => {
    const KeyId = await kem(KeySpec)
    const { SharedSecret = new Uint8Array(), ...made } = await kms.send(
      new EncapsulateCommand({ KeyId, EncapsulationAlgorithm }),
    )
    expect(made).toMatchObject({ KeyId, EncapsulationAlgorithm })
    expect(SharedSecret).toHaveLength(32)
    expect(made.SharedSecretCiphertextBlob).toHaveLength(ciphertextBytes)
    expect(await decapsulated(KeyId, made.SharedSecretCiphertextBlob)).toEqual(Buffer.from(SharedSecret))
    // Of somebody who has the public key alone.
    const { PublicKey, ...told } = await kms.send(new GetPublicKeyCommand({ KeyId }))
    expect(told).toMatchObject({ KeySpec, EncapsulationAlgorithms: ['ML_KEM'] })
    const key = crypto.createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' })
    const { sharedKey, ciphertext } = crypto.encapsulate(key)
    expect(await decapsulated(KeyId, ciphertext)).toEqual(sharedKey)
  })

  it('gives another secret for what was changed, and refuses other lengths', async () => {
    const KeyId = await kem(KeySpec)
    const made = await kms.send(new EncapsulateCommand({ KeyId, EncapsulationAlgorithm }))
    const changed = Buffer.from(made.SharedSecretCiphertextBlob ?? [])
    changed[0] = (changed[0] ?? 0) ^ 1
    const other = await decapsulated(KeyId, changed)
    expect(other).toHaveLength(32)
    expect(other).not.toEqual(Buffer.from(made.SharedSecret ?? []))
    for (const bytes of [changed.subarray(1), Buffer.concat([changed, Buffer.alloc(1)]), Buffer.alloc(32)])
      await expect(decapsulated(KeyId, bytes)).rejects.toMatchObject({ name: 'InvalidCiphertextException' })
  })
})

it('takes no key of another use, none that is disabled, and no other algorithm', async () => {
  const signer = await newKey({ KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' })
  const encapsulating = (KeyId: string, input: object = {}) =>
    kms.send(new EncapsulateCommand({ KeyId, EncapsulationAlgorithm, ...input }))
  await expect(encapsulating(signer)).rejects.toMatchObject({ name: 'InvalidKeyUsageException' })
  await expect(decapsulated(signer, Buffer.alloc(768))).rejects.toMatchObject({
    name: 'InvalidKeyUsageException',
  })
  const KeyId = await kem('ML_KEM_512')
  await expect(encapsulating(KeyId, { EncapsulationAlgorithm: 'ECDH' })).rejects.toMatchObject({
    name: 'ValidationException',
  })
  await expect(encapsulating(KeyId, { DryRun: true })).rejects.toMatchObject({
    name: 'DryRunOperationException',
  })
  await kms.send(new DisableKeyCommand({ KeyId }))
  await expect(encapsulating(KeyId)).rejects.toMatchObject({ name: 'DisabledException' })
  await expect(newKey({ KeySpec: 'ML_KEM_512', KeyUsage: 'KEY_AGREEMENT' })).rejects.toMatchObject({
    name: 'ValidationException',
  })
})

// Source: AWS KMS API Reference, GenerateDataKeyPair: private keys of ML-KEM are seeds, all of one length.
it('gives away private keys as seeds', async () => {
  const KeyId = await newKey({})
  for (const KeyPairSpec of ['ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024'] as const) {
    const { PrivateKeyPlaintext } = await kms.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec }))
    expect(PrivateKeyPlaintext).toHaveLength(86)
  }
})
