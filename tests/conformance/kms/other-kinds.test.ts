import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  publicEncrypt,
} from 'node:crypto'
import {
  CreateGrantCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  type DataKeyPairSpec,
  DecryptCommand,
  DeriveSharedSecretCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateMacCommand,
  GetKeyRotationStatusCommand,
  GetPublicKeyCommand,
  type GrantOperation,
  type KMSClient,
  ListKeyRotationsCommand,
  ReEncryptCommand,
  RotateKeyOnDemandCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

let server: TestServer
let kms: KMSClient
let symmetric: string
let rsa: string
beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  symmetric = await newKey({})
  rsa = await newKey({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
  return () => server[Symbol.asyncDispose]()
})

async function newKey(input: CreateKeyCommandInput): Promise<string> {
  return (await kms.send(new CreateKeyCommand(input))).KeyMetadata?.KeyId ?? ''
}

async function publicKeyOf(KeyId: string) {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }))
  return createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' })
}

const Plaintext = Buffer.from('a secret of the customer')

describe('keys of RSA', () => {
  it.each([
    ['RSAES_OAEP_SHA_1', 'sha1', 214],
    ['RSAES_OAEP_SHA_256', 'sha256', 190],
  ] as const)('encrypt and decrypt by %s', async (EncryptionAlgorithm, oaepHash, most) => {
    const asked = { KeyId: rsa, EncryptionAlgorithm }
    const sealed = await kms.send(new EncryptCommand({ ...asked, Plaintext: Buffer.alloc(most, 7) }))
    expect(sealed).toMatchObject({
      EncryptionAlgorithm,
      KeyId: expect.stringContaining(`key/${rsa}`) as string,
    })
    expect(sealed.CiphertextBlob).toHaveLength(256)
    const opened = await kms.send(new DecryptCommand({ ...asked, CiphertextBlob: sealed.CiphertextBlob }))
    expect(opened).toMatchObject({ EncryptionAlgorithm, Plaintext: new Uint8Array(Buffer.alloc(most, 7)) })
    expect(opened.KeyMaterialId).toBeUndefined()
    // Of somebody who has the public key alone.
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const CiphertextBlob = publicEncrypt({ key: await publicKeyOf(rsa), padding, oaepHash }, Plaintext)
    const fromOutside = await kms.send(new DecryptCommand({ ...asked, CiphertextBlob }))
    expect(Buffer.from(fromOutside.Plaintext ?? [])).toEqual(Plaintext)
    const longer = kms.send(new EncryptCommand({ ...asked, Plaintext: Buffer.alloc(most + 1) }))
    await expect(longer).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('are told of by GetPublicKey', async () => {
    const { PublicKey, ...told } = await kms.send(new GetPublicKeyCommand({ KeyId: rsa }))
    expect(createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' })).toMatchObject(
      {
        asymmetricKeyType: 'rsa',
        asymmetricKeyDetails: { modulusLength: 2048 },
      },
    )
    expect(told).toMatchObject({
      KeyId: `arn:aws:kms:us-east-1:100000000001:key/${rsa}`,
      KeySpec: 'RSA_2048',
      CustomerMasterKeySpec: 'RSA_2048',
      KeyUsage: 'ENCRYPT_DECRYPT',
      EncryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'],
    })
    const none = kms.send(new GetPublicKeyCommand({ KeyId: symmetric }))
    await expect(none).rejects.toMatchObject({ name: 'UnsupportedOperationException' })
  })

  it.each([
    ['InvalidCiphertextException', { CiphertextBlob: Buffer.alloc(256, 1) }],
    ['InvalidCiphertextException', { CiphertextBlob: Buffer.alloc(20, 1) }],
    ['ValidationException', { KeyId: undefined, CiphertextBlob: Buffer.alloc(256, 1) }],
    ['ValidationException', { EncryptionContext: { a: 'b' }, CiphertextBlob: Buffer.alloc(256, 1) }],
    ['ValidationException', { EncryptionAlgorithm: 'AES' as never, CiphertextBlob: Buffer.alloc(256, 1) }],
    ['InvalidKeyUsageException', { EncryptionAlgorithm: 'SM2PKE', CiphertextBlob: Buffer.alloc(256, 1) }],
    ['InvalidKeyUsageException', { EncryptionAlgorithm: undefined, CiphertextBlob: Buffer.alloc(256, 1) }],
  ] as const)('answer Decrypt with %s where it is about %j', async (name, asked) => {
    const input = { KeyId: rsa, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256', ...asked } as const
    await expect(kms.send(new DecryptCommand(input))).rejects.toMatchObject({ name })
  })

  it('take no context, and no algorithm but theirs', async () => {
    const encrypting = (input: object) => kms.send(new EncryptCommand({ KeyId: rsa, Plaintext, ...input }))
    const context = { EncryptionAlgorithm: 'RSAES_OAEP_SHA_256', EncryptionContext: { a: 'b' } }
    await expect(encrypting(context)).rejects.toMatchObject({ name: 'ValidationException' })
    await expect(encrypting({})).rejects.toMatchObject({
      name: 'InvalidKeyUsageException',
      message: 'Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.',
    })
    const other = { KeyId: symmetric, EncryptionAlgorithm: 'RSAES_OAEP_SHA_1' }
    await expect(encrypting(other)).rejects.toMatchObject({ name: 'InvalidKeyUsageException' })
    const dataKey = kms.send(new GenerateDataKeyCommand({ KeyId: rsa, KeySpec: 'AES_256' }))
    await expect(dataKey).rejects.toMatchObject({ name: 'InvalidKeyUsageException' })
  })

  it('are encrypted from and to', async () => {
    const algorithm = 'RSAES_OAEP_SHA_256'
    const EncryptionContext = { a: 'b' }
    const sealed = await kms.send(new EncryptCommand({ KeyId: symmetric, Plaintext, EncryptionContext }))
    const there = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob: sealed.CiphertextBlob,
        SourceEncryptionContext: EncryptionContext,
        DestinationKeyId: rsa,
        DestinationEncryptionAlgorithm: algorithm,
      }),
    )
    expect(there).toMatchObject({
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationEncryptionAlgorithm: algorithm,
    })
    const back = {
      CiphertextBlob: there.CiphertextBlob,
      SourceKeyId: rsa,
      SourceEncryptionAlgorithm: algorithm,
      DestinationKeyId: symmetric,
    } as const
    const again = await kms.send(new ReEncryptCommand(back))
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob: again.CiphertextBlob }))
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
    const unnamed = kms.send(new ReEncryptCommand({ ...back, SourceKeyId: undefined }))
    await expect(unnamed).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('seal no objects of S3', async () => {
    await rawRequest(server, { method: 'PUT', path: '/sealed' })
    const headers = {
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': rsa,
    }
    const answer = await rawRequest(server, { method: 'PUT', path: '/sealed/a', headers, body: 'a' })
    expect([answer.status, answer.text]).toEqual([
      400,
      expect.stringContaining('KMS.InvalidKeyUsageException'),
    ])
  })
})

describe('pairs of data keys', () => {
  const SPECS: DataKeyPairSpec[] = [
    'RSA_2048',
    'ECC_NIST_P256',
    'ECC_NIST_P384',
    'ECC_NIST_P521',
    'ECC_SECG_P256K1',
    'ECC_NIST_EDWARDS25519',
    'ML_KEM_512',
    'ML_KEM_1024',
  ]

  it.each(SPECS)('are of %s', async (KeyPairSpec) => {
    const EncryptionContext = { for: 'backups' }
    const asked = { KeyId: symmetric, KeyPairSpec, EncryptionContext }
    const pair = await kms.send(new GenerateDataKeyPairCommand(asked))
    expect(pair).toMatchObject({ KeyPairSpec, KeyId: expect.stringContaining(`key/${symmetric}`) as string })
    const privateKey = createPrivateKey({
      key: Buffer.from(pair.PrivateKeyPlaintext ?? []),
      format: 'der',
      type: 'pkcs8',
    })
    const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
    expect(publicKey).toEqual(Buffer.from(pair.PublicKey ?? []))
    const CiphertextBlob = pair.PrivateKeyCiphertextBlob
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))
    expect(opened.Plaintext).toEqual(pair.PrivateKeyPlaintext)
    const without = await kms.send(new GenerateDataKeyPairWithoutPlaintextCommand(asked))
    expect(without).toMatchObject({ KeyPairSpec, KeyMaterialId: pair.KeyMaterialId })
    expect('PrivateKeyPlaintext' in without).toBe(false)
    expect(without.PublicKey).not.toEqual(pair.PublicKey)
  })

  it.each([
    ['InvalidKeyUsageException', 'rsa', 'ECC_NIST_P256'],
    ['ValidationException', 'symmetric', 'ML_DSA_44' as never],
    ['ValidationException', 'symmetric', undefined],
  ] as const)('are refused with %s for a key of %s and pairs of %s', async (name, kind, KeyPairSpec) => {
    const input = { KeyPairSpec, KeyId: kind === 'rsa' ? rsa : symmetric }
    await expect(kms.send(new GenerateDataKeyPairCommand(input))).rejects.toMatchObject({ name })
  })
})

describe('HMAC', () => {
  const Message = Buffer.from('what is to be told apart')

  it.each([224, 256, 384, 512] as const)('is made and verified with HMAC_%s', async (bits) => {
    const KeyId = await newKey({ KeySpec: `HMAC_${bits}`, KeyUsage: 'GENERATE_VERIFY_MAC' })
    const asked = { KeyId, Message, MacAlgorithm: `HMAC_SHA_${bits}` } as const
    const { Mac = new Uint8Array(), ...made } = await kms.send(new GenerateMacCommand(asked))
    expect(Mac).toHaveLength(bits / 8)
    expect(made).toMatchObject({ MacAlgorithm: asked.MacAlgorithm })
    const again = await kms.send(new GenerateMacCommand(asked))
    expect(again.Mac).toEqual(Mac)
    expect(await kms.send(new VerifyMacCommand({ ...asked, Mac }))).toMatchObject({ MacValid: true })
    for (const wrong of [
      { Message: Buffer.from('other') },
      { Mac: createHmac('sha256', 'other').update(Message).digest() },
      { Mac: Mac.subarray(1) },
    ])
      await expect(kms.send(new VerifyMacCommand({ ...asked, Mac, ...wrong }))).rejects.toMatchObject({
        name: 'KMSInvalidMacException',
      })
    const other = bits === 256 ? 'HMAC_SHA_512' : 'HMAC_SHA_256'
    const making = kms.send(new GenerateMacCommand({ ...asked, MacAlgorithm: other }))
    await expect(making).rejects.toMatchObject({ name: 'InvalidKeyUsageException' })
  })

  it('takes no key of another use', async () => {
    const asked = { KeyId: symmetric, Message, MacAlgorithm: 'HMAC_SHA_256' } as const
    await expect(kms.send(new GenerateMacCommand(asked))).rejects.toMatchObject({
      name: 'InvalidKeyUsageException',
    })
  })
})

/** SubjectPublicKeyInfo of the same curve whose point is the one at infinity. */
function infinity(publicKey: Buffer): Buffer {
  const header = publicKey[1] === 0x81 ? 3 : 2
  const algorithm = publicKey.subarray(header, header + 2 + (publicKey[header + 1] ?? 0))
  const body = Buffer.concat([algorithm, Buffer.from([0x03, 2, 0, 0])])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}

describe('DeriveSharedSecret', () => {
  it.each([
    ['ECC_NIST_P256', 'prime256v1'],
    ['ECC_NIST_P384', 'secp384r1'],
    ['ECC_NIST_P521', 'secp521r1'],
  ] as const)('comes to the same on both sides of %s', async (KeySpec, namedCurve) => {
    const KeyId = await newKey({ KeySpec, KeyUsage: 'KEY_AGREEMENT' })
    const own = generateKeyPairSync('ec', { namedCurve })
    const PublicKey = own.publicKey.export({ format: 'der', type: 'spki' })
    const asked = { KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey } as const
    const derived = await kms.send(new DeriveSharedSecretCommand(asked))
    expect(derived).toMatchObject({ KeyAgreementAlgorithm: 'ECDH', KeyOrigin: 'AWS_KMS' })
    const expected = diffieHellman({ privateKey: own.privateKey, publicKey: await publicKeyOf(KeyId) })
    expect(Buffer.from(derived.SharedSecret ?? [])).toEqual(expected)
    const ofCurve = (other: string) =>
      generateKeyPairSync('ec', { namedCurve: other }).publicKey.export({ format: 'der', type: 'spki' })
    const offCurve = Buffer.from(PublicKey)
    offCurve[offCurve.length - 1] = (offCurve.at(-1) ?? 0) ^ 1
    for (const wrong of [
      ofCurve('secp256k1'),
      ofCurve(namedCurve === 'prime256v1' ? 'secp384r1' : 'prime256v1'),
      generateKeyPairSync('x25519').publicKey.export({ format: 'der', type: 'spki' }),
      own.privateKey.export({ format: 'der', type: 'pkcs8' }),
      Buffer.from(own.publicKey.export({ format: 'pem', type: 'spki' })),
      Buffer.concat([PublicKey, Buffer.alloc(1)]),
      offCurve,
      infinity(PublicKey),
      Buffer.from('x'),
    ])
      await expect(
        kms.send(new DeriveSharedSecretCommand({ ...asked, PublicKey: wrong })),
      ).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('takes no key that signs', async () => {
    const KeyId = await newKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const PublicKey = publicKey.export({ format: 'der', type: 'spki' })
    const asked = { KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey } as const
    await expect(kms.send(new DeriveSharedSecretCommand(asked))).rejects.toMatchObject({
      name: 'InvalidKeyUsageException',
    })
  })
})

describe('what only symmetric keys have', () => {
  it('is rotation', async () => {
    for (const command of [
      new EnableKeyRotationCommand({ KeyId: rsa }),
      new DisableKeyRotationCommand({ KeyId: rsa }),
      new RotateKeyOnDemandCommand({ KeyId: rsa }),
      new ListKeyRotationsCommand({ KeyId: rsa }),
    ])
      await expect(kms.send(command as never)).rejects.toMatchObject({
        name: 'UnsupportedOperationException',
      })
    const status = await kms.send(new GetKeyRotationStatusCommand({ KeyId: rsa }))
    expect(status.KeyRotationEnabled).toBe(false)
  })

  const SIGNER = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } as const
  const RSA = { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' } as const
  const HMAC = { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' } as const
  const granting = async (
    kind: CreateKeyCommandInput,
    Operations: GrantOperation[],
    Constraints?: object,
  ) => {
    const GranteePrincipal = `arn:aws:iam::${mainAccount.id}:root`
    const KeyId = await newKey(kind)
    return kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal, Operations, Constraints }))
  }

  it.each<[CreateKeyCommandInput, GrantOperation[]]>([
    [{}, ['Encrypt', 'GenerateDataKeyPair', 'DescribeKey']],
    [RSA, ['Decrypt', 'GetPublicKey', 'CreateGrant']],
    [SIGNER, ['Sign', 'Verify', 'GetPublicKey']],
    [HMAC, ['GenerateMac', 'VerifyMac']],
  ])('is not what a grant on %j of %j takes', async (kind, operations) => {
    expect((await granting(kind, operations)).GrantId).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each<[CreateKeyCommandInput, GrantOperation[], object?]>([
    [{}, ['Sign']],
    [{}, ['GetPublicKey']],
    [RSA, ['GenerateDataKey']],
    [SIGNER, ['DeriveSharedSecret']],
    [HMAC, ['GenerateMac'], { EncryptionContextSubset: { a: 'b' } }],
  ])('is why a grant on %j of %j is refused', async (kind, operations, constraints) => {
    await expect(granting(kind, operations, constraints)).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })

  it('is not what other accounts need to use a key', async () => {
    const Statement = {
      Effect: 'Allow',
      Principal: { AWS: [mainAccount.id, otherAccount.id] },
      Action: 'kms:*',
      Resource: '*',
    }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    const KeyId = `arn:aws:kms:us-east-1:${mainAccount.id}:key/${await newKey({ ...SIGNER, Policy })}`
    const other = kmsClient(server, otherCredentials)
    const asked = { KeyId, Message: Plaintext, SigningAlgorithm: 'ECDSA_SHA_256' } as const
    const { Signature } = await other.send(new SignCommand(asked))
    expect(await kms.send(new VerifyCommand({ ...asked, Signature }))).toMatchObject({ SignatureValid: true })
    expect((await other.send(new GetPublicKeyCommand({ KeyId }))).KeySpec).toBe('ECC_NIST_P256')
  })
})

it('keeps a key of each kind over a restart', async () => {
  await using folder = await temporaryDirectory()
  const message = { Message: Plaintext, SigningAlgorithm: 'ED25519_SHA_512' } as const
  const options = { dataDirectory: folder.path }
  let KeyId: string | undefined
  let Signature: Uint8Array | undefined
  {
    await using first = await startTestServer(options)
    const client = kmsClient(first)
    const kind = { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' } as const
    KeyId = (await client.send(new CreateKeyCommand(kind))).KeyMetadata?.KeyId
    Signature = (await client.send(new SignCommand({ KeyId, ...message }))).Signature
  }
  await using second = await startTestServer(options)
  const verified = await kmsClient(second).send(new VerifyCommand({ KeyId, Signature, ...message }))
  expect(verified.SignatureValid).toBe(true)
})
