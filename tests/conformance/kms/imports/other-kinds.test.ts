/** Source: AWS KMS Developer Guide, "Requirements for imported key material"; AWS KMS API Reference, ImportKeyMaterial. */
import { createHmac, generateKeyPairSync, type KeyObject, privateDecrypt, sign } from 'node:crypto'
import {
  type CreateKeyCommandInput,
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  type KeySpec,
  type KeyUsageType,
  type KMSClient,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
  SignCommand,
  type SigningAlgorithmSpec,
  VerifyCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { importMaterial, newExternalKey, type Wrapping } from '../../../support/imported-key.ts'
import { kmsClient } from '../../../support/kms-client.ts'
import { startTestServer } from '../../../support/server.ts'

const Message = Buffer.from('what is signed')
const BY_AES: Wrapping = { WrappingAlgorithm: 'RSA_AES_KEY_WRAP_SHA_256' }
let server: TestServer
let kms: KMSClient

beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  return () => server[Symbol.asyncDispose]()
})

const pkcs8 = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'pkcs8' })
const wrong = { name: 'IncorrectKeyMaterialException' }

describe('keys of HMAC', () => {
  const newKey = (KeySpec: KeySpec): Promise<string> =>
    newExternalKey(kms, { KeySpec, KeyUsage: 'GENERATE_VERIFY_MAC' })

  it.each([
    ['HMAC_224', 'HMAC_SHA_224', 'sha224', 28, 64],
    ['HMAC_256', 'HMAC_SHA_256', 'sha256', 32, 64],
    ['HMAC_384', 'HMAC_SHA_384', 'sha384', 48, 128],
    ['HMAC_512', 'HMAC_SHA_512', 'sha512', 64, 128],
  ] as const)('%s make the codes of the material', async (spec, MacAlgorithm, hashName, least, most) => {
    for (const size of [least, most]) {
      const KeyId = await newKey(spec)
      const material = Buffer.alloc(size, size)
      const { KeyMaterialId } = await importMaterial(kms, KeyId, material)
      expect(KeyMaterialId).toBeUndefined()
      const { Mac } = await kms.send(new GenerateMacCommand({ KeyId, Message, MacAlgorithm }))
      expect(Buffer.from(Mac ?? [])).toEqual(createHmac(hashName, material).update(Message).digest())
    }
    const KeyId = await newKey(spec)
    for (const size of [least - 1, most + 1])
      await expect(importMaterial(kms, KeyId, Buffer.alloc(size, 1))).rejects.toMatchObject(wrong)
  })

  it('have one material, which alone may come back', async () => {
    const KeyId = await newKey('HMAC_256')
    await importMaterial(kms, KeyId, Buffer.alloc(32, 1))
    await expect(importMaterial(kms, KeyId, Buffer.alloc(32, 2))).rejects.toMatchObject(wrong)
    await expect(importMaterial(kms, KeyId, Buffer.alloc(33).fill(1, 0, 32))).rejects.toMatchObject(wrong)
    const deleted = await kms.send(new DeleteImportedKeyMaterialCommand({ KeyId }))
    expect(deleted.KeyMaterialId).toBeUndefined()
    const asked = { KeyId, Message, MacAlgorithm: 'HMAC_SHA_256' } as const
    await expect(kms.send(new GenerateMacCommand(asked))).rejects.toMatchObject({
      name: 'KMSInvalidStateException',
    })
    await importMaterial(kms, KeyId, Buffer.alloc(32, 1))
    expect((await kms.send(new GenerateMacCommand(asked))).Mac).toHaveLength(32)
  })

  it.each([
    { ImportType: 'NEW_KEY_MATERIAL' },
    { KeyMaterialDescription: 'a' },
    { KeyMaterialId: 'ab'.repeat(32) },
  ] as const)('take no %o', async (members) => {
    const KeyId = await newKey('HMAC_256')
    const refused = { name: 'UnsupportedOperationException' }
    await expect(importMaterial(kms, KeyId, Buffer.alloc(32, 1), members)).rejects.toMatchObject(refused)
    const { KeyMaterialId } = { KeyMaterialId: undefined, ...members }
    if (KeyMaterialId === undefined) return
    const deleting = kms.send(new DeleteImportedKeyMaterialCommand({ KeyId, KeyMaterialId }))
    await expect(deleting).rejects.toMatchObject(refused)
  })

  it('do not rotate', async () => {
    const KeyId = await newKey('HMAC_256')
    await importMaterial(kms, KeyId, Buffer.alloc(32, 1))
    const refused = { name: 'UnsupportedOperationException' }
    await expect(kms.send(new RotateKeyOnDemandCommand({ KeyId }))).rejects.toMatchObject(refused)
    await expect(kms.send(new ListKeyRotationsCommand({ KeyId }))).rejects.toMatchObject(refused)
  })
})

const PAIRS: readonly [KeySpec, SigningAlgorithmSpec, () => KeyObject][] = [
  ['RSA_2048', 'RSASSA_PSS_SHA_256', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  [
    'ECC_NIST_P256',
    'ECDSA_SHA_256',
    () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey,
  ],
  ['ECC_NIST_P384', 'ECDSA_SHA_384', () => generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey],
  ['ECC_NIST_P521', 'ECDSA_SHA_512', () => generateKeyPairSync('ec', { namedCurve: 'secp521r1' }).privateKey],
  [
    'ECC_SECG_P256K1',
    'ECDSA_SHA_256',
    () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
  ],
  ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512', () => generateKeyPairSync('ed25519').privateKey],
]

describe.each(PAIRS)('keys of %s', (KeySpec, SigningAlgorithm, newPair) => {
  const input: CreateKeyCommandInput = { KeySpec, KeyUsage: 'SIGN_VERIFY' }

  it('sign as the private key does, and again once it is back', async () => {
    const KeyId = await newExternalKey(kms, input)
    const refused = { name: 'KMSInvalidStateException' }
    await expect(kms.send(new GetPublicKeyCommand({ KeyId }))).rejects.toMatchObject(refused)
    const key = newPair()
    await importMaterial(kms, KeyId, pkcs8(key), BY_AES)
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }))
    expect(KeyMetadata).toMatchObject({ KeyState: 'Enabled', Origin: 'EXTERNAL', KeySpec })
    expect(KeyMetadata).not.toHaveProperty('CurrentKeyMaterialId')
    const asked = { KeyId, Message, SigningAlgorithm }
    const { Signature } = await kms.send(new SignCommand(asked))
    await kms.send(new DeleteImportedKeyMaterialCommand({ KeyId }))
    await expect(kms.send(new VerifyCommand({ ...asked, Signature }))).rejects.toMatchObject(refused)
    await expect(importMaterial(kms, KeyId, pkcs8(newPair()), BY_AES)).rejects.toMatchObject(wrong)
    await importMaterial(kms, KeyId, pkcs8(key), BY_AES)
    expect((await kms.send(new VerifyCommand({ ...asked, Signature }))).SignatureValid).toBe(true)
  })
})

it('what a private key outside signed is verified by the key', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const KeyId = await newExternalKey(kms, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  // Short enough for RSA itself.
  await importMaterial(kms, KeyId, pkcs8(privateKey))
  const Signature = sign('sha256', Message, privateKey)
  const asked = { KeyId, Message, Signature, SigningAlgorithm: 'ECDSA_SHA_256' } as const
  expect((await kms.send(new VerifyCommand(asked))).SignatureValid).toBe(true)
})

it('a private key of RSA that was imported decrypts, here and outside', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 })
  const KeyId = await newExternalKey(kms, { KeySpec: 'RSA_3072', KeyUsage: 'ENCRYPT_DECRYPT' })
  await importMaterial(kms, KeyId, pkcs8(privateKey), BY_AES)
  const asked = { KeyId, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' } as const
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ ...asked, Plaintext: Message }))
  const opened = await kms.send(new DecryptCommand({ ...asked, CiphertextBlob }))
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Message)
  const outside = privateDecrypt({ key: privateKey, oaepHash: 'sha256' }, Buffer.from(CiphertextBlob ?? []))
  expect(outside).toEqual(Message)
})

describe('material of another kind is refused', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
  const damaged = (): Buffer => {
    const jwk = rsa.export({ format: 'jwk' })
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
    const bytes = pkcs8(rsa)
    const from = Buffer.from(jwk.n ?? '', 'base64url')
    bytes.set(Buffer.from(other.n ?? '', 'base64url').subarray(0, from.length), bytes.indexOf(from))
    return bytes
  }
  it.each<[string, KeySpec, KeyUsageType, () => Buffer]>([
    ['bytes that are none', 'ECC_NIST_P256', 'SIGN_VERIFY', () => Buffer.alloc(200, 1)],
    ['a key of RSA', 'ECC_NIST_P256', 'SIGN_VERIFY', () => pkcs8(rsa)],
    ['another curve', 'ECC_NIST_P384', 'SIGN_VERIFY', () => pkcs8(p256)],
    ['another size', 'RSA_4096', 'SIGN_VERIFY', () => pkcs8(rsa)],
    ['a key of an elliptic curve', 'RSA_2048', 'ENCRYPT_DECRYPT', () => pkcs8(p256)],
    [
      'a private key as SEC 1',
      'ECC_NIST_P256',
      'KEY_AGREEMENT',
      () => p256.export({ format: 'der', type: 'sec1' }),
    ],
    [
      'a private key in PEM',
      'ECC_NIST_P256',
      'SIGN_VERIFY',
      () => Buffer.from(p256.export({ format: 'pem', type: 'pkcs8' })),
    ],
    ['32 bytes', 'ECC_NIST_EDWARDS25519', 'SIGN_VERIFY', () => Buffer.alloc(32, 1)],
    ['a key of RSA whose numbers belong to two', 'RSA_2048', 'SIGN_VERIFY', damaged],
  ])('%s for %s', async (_, KeySpec, KeyUsage, material) => {
    const KeyId = await newExternalKey(kms, { KeySpec, KeyUsage })
    await expect(importMaterial(kms, KeyId, material(), BY_AES)).rejects.toMatchObject(wrong)
    expect((await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState).toBe('PendingImport')
  })
})
