import { constants, createHash, createPublicKey, verify } from 'node:crypto'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DisableKeyCommand,
  GetPublicKeyCommand,
  type KMSClient,
  type MessageType,
  ScheduleKeyDeletionCommand,
  SignCommand,
  type SigningAlgorithmSpec,
  VerifyCommand,
} from '@aws-sdk/client-kms'
import { ed25519ph } from '@noble/curves/ed25519.js'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'

let server: TestServer
let kms: KMSClient
beforeAll(async () => {
  server = await startTestServer()
  kms = kmsClient(server)
  return () => server[Symbol.asyncDispose]()
})

type Spec = NonNullable<CreateKeyCommandInput['KeySpec']>

const keys = new Map<Spec, Promise<string>>()

/** One key of each kind serves all tests that leave it as it is. */
function keyOf(KeySpec: Spec): Promise<string> {
  const known = keys.get(KeySpec) ?? newKey({ KeySpec, KeyUsage: 'SIGN_VERIFY' })
  keys.set(KeySpec, known)
  return known
}

async function newKey(input: CreateKeyCommandInput): Promise<string> {
  return (await kms.send(new CreateKeyCommand(input))).KeyMetadata?.KeyId ?? ''
}

const RSA_ALGORITHMS = (['PKCS1_V1_5', 'PSS'] as const).flatMap((scheme) =>
  ([256, 384, 512] as const).map((bits): SigningAlgorithmSpec => `RSASSA_${scheme}_SHA_${bits}`),
)
/** Those whose digest may be there already. */
const DIGESTED: [Spec, SigningAlgorithmSpec][] = [
  ...RSA_ALGORITHMS.map((algorithm): [Spec, SigningAlgorithmSpec] => ['RSA_2048', algorithm]),
  ['RSA_3072', 'RSASSA_PSS_SHA_384'],
  ['ECC_NIST_P256', 'ECDSA_SHA_256'],
  ['ECC_NIST_P384', 'ECDSA_SHA_384'],
  ['ECC_NIST_P521', 'ECDSA_SHA_512'],
  ['ECC_SECG_P256K1', 'ECDSA_SHA_256'],
]
const WHOLE: [Spec, SigningAlgorithmSpec][] = [
  ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512'],
  ['ML_DSA_44', 'ML_DSA_SHAKE_256'],
  ['ML_DSA_65', 'ML_DSA_SHAKE_256'],
  ['ML_DSA_87', 'ML_DSA_SHAKE_256'],
]

const message = Buffer.from('what is to be signed')
const hashOf = (algorithm: string): string | null => {
  const [, bits] = /_SHA_(\d+)$/.exec(algorithm) ?? []
  return bits === undefined || algorithm.startsWith('ED') ? null : `sha${bits}`
}
const digestOf = (algorithm: string, bytes = message): Buffer =>
  createHash(hashOf(algorithm) ?? 'sha512')
    .update(bytes)
    .digest()

async function signed(spec: Spec, SigningAlgorithm: SigningAlgorithmSpec, MessageType?: MessageType) {
  const Message = MessageType === 'DIGEST' ? digestOf(SigningAlgorithm) : message
  const input = { KeyId: await keyOf(spec), Message, MessageType, SigningAlgorithm }
  return kms.send(new SignCommand(input))
}

/** By the public key alone, as who has no key service does it. */
async function verifies(
  spec: Spec,
  algorithm: SigningAlgorithmSpec,
  signature: Uint8Array,
): Promise<boolean> {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: await keyOf(spec) }))
  const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' })
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  return verify(hashOf(algorithm), message, { key, ...(algorithm.includes('PSS') && pss) }, signature)
}

async function verified(
  spec: Spec,
  SigningAlgorithm: SigningAlgorithmSpec,
  Signature: Uint8Array | undefined,
  { Message = message, MessageType }: { Message?: Uint8Array; MessageType?: MessageType } = {},
) {
  const input = { KeyId: await keyOf(spec), Message, MessageType, Signature, SigningAlgorithm }
  return kms.send(new VerifyCommand(input))
}

describe('Sign', () => {
  it.each([...DIGESTED, ...WHOLE])('signs a message with %s by %s', async (spec, algorithm) => {
    const { Signature = new Uint8Array(), ...answer } = await signed(spec, algorithm)
    expect(answer).toMatchObject({
      KeyId: `arn:aws:kms:us-east-1:100000000001:key/${await keyOf(spec)}`,
      SigningAlgorithm: algorithm,
    })
    expect(await verifies(spec, algorithm, Signature)).toBe(true)
    expect(await verified(spec, algorithm, Signature)).toMatchObject({
      SignatureValid: true,
      SigningAlgorithm: algorithm,
    })
  })

  it.each(DIGESTED)('signs a digest with %s by %s as the message that it is of', async (spec, algorithm) => {
    const { Signature = new Uint8Array() } = await signed(spec, algorithm, 'DIGEST')
    expect(await verifies(spec, algorithm, Signature)).toBe(true)
    expect((await verified(spec, algorithm, Signature)).SignatureValid).toBe(true)
    const { Signature: ofMessage } = await signed(spec, algorithm, 'RAW')
    const digested = { Message: digestOf(algorithm), MessageType: 'DIGEST' } as const
    expect((await verified(spec, algorithm, ofMessage, digested)).SignatureValid).toBe(true)
  })

  it.each(DIGESTED)('takes no digest of another length with %s by %s', async (spec, SigningAlgorithm) => {
    const input = {
      KeyId: await keyOf(spec),
      Message: message,
      MessageType: 'DIGEST',
      SigningAlgorithm,
    } as const
    await expect(kms.send(new SignCommand(input))).rejects.toMatchObject({
      name: 'ValidationException',
      message: `Digest is invalid length for algorithm ${SigningAlgorithm}.`,
    })
  })

  it.each(WHOLE)('takes no digest at all with %s by %s', async (spec, algorithm) => {
    await expect(signed(spec, algorithm, 'DIGEST')).rejects.toMatchObject({ name: 'ValidationException' })
  })

  // Source: AWS KMS API Reference, Sign, MessageType: the digest is hashed once more.
  it('signs a digest by Ed25519ph, and takes nothing but digests of 64 bytes', async () => {
    const algorithm = 'ED25519_PH_SHA_512'
    const KeyId = await keyOf('ECC_NIST_EDWARDS25519')
    const { PublicKey = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId }))
    const { Signature = new Uint8Array() } = await signed('ECC_NIST_EDWARDS25519', algorithm, 'DIGEST')
    const digest = createHash('sha512').update(message).digest()
    expect(ed25519ph.verify(Signature, digest, PublicKey.subarray(-32))).toBe(true)
    const ofDigest = { Message: digest, MessageType: 'DIGEST' } as const
    const answer = await verified('ECC_NIST_EDWARDS25519', algorithm, Signature, ofDigest)
    expect(answer).toMatchObject({ SignatureValid: true, SigningAlgorithm: algorithm })
    for (const bytes of [Buffer.from('x'), Buffer.alloc(64), Signature.subarray(1)])
      await expect(verified('ECC_NIST_EDWARDS25519', algorithm, bytes, ofDigest)).rejects.toMatchObject({
        name: 'KMSInvalidSignatureException',
      })
    const { Signature: ofMessage } = await signed('ECC_NIST_EDWARDS25519', 'ED25519_SHA_512')
    await expect(verified('ECC_NIST_EDWARDS25519', algorithm, ofMessage, ofDigest)).rejects.toMatchObject({
      name: 'KMSInvalidSignatureException',
    })
    for (const asked of [
      {},
      { MessageType: 'RAW' },
      { Message: digest.subarray(1), MessageType: 'DIGEST' },
    ] as const) {
      const input = { KeyId, Message: digest, SigningAlgorithm: algorithm, ...asked } as const
      await expect(kms.send(new SignCommand(input))).rejects.toMatchObject({ name: 'ValidationException' })
      await expect(kms.send(new VerifyCommand({ ...input, Signature }))).rejects.toMatchObject({
        name: 'ValidationException',
      })
    }
  })

  it('takes up to 4096 bytes, and an alias', async () => {
    const KeyId = await keyOf('ECC_NIST_P256')
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/signer', TargetKeyId: KeyId }))
    const input = { KeyId: 'alias/signer', SigningAlgorithm: 'ECDSA_SHA_256' } as const
    const most = await kms.send(new SignCommand({ ...input, Message: Buffer.alloc(4096) }))
    expect(most.Signature?.length).toBeGreaterThan(60)
    for (const size of [0, 4097]) {
      const signing = kms.send(new SignCommand({ ...input, Message: Buffer.alloc(size) }))
      await expect(signing).rejects.toMatchObject({ name: 'ValidationException' })
    }
  })

  it.each<[CreateKeyCommandInput, SigningAlgorithmSpec, string]>([
    [{}, 'RSASSA_PSS_SHA_256', 'key usage is ENCRYPT_DECRYPT which is not valid for Sign.'],
    [
      { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' },
      'RSASSA_PSS_SHA_256',
      'key usage is ENCRYPT_DECRYPT which is not valid for Sign.',
    ],
    [
      { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
      'ECDSA_SHA_256',
      'key usage is GENERATE_VERIFY_MAC which is not valid for Sign.',
    ],
    [
      { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
      'ECDSA_SHA_384',
      'Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.',
    ],
    [
      { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
      'ED25519_PH_SHA_512',
      'Algorithm ED25519_PH_SHA_512 is incompatible with key spec ECC_NIST_P256.',
    ],
  ])('refuses a key of %j by %s', async (input, SigningAlgorithm, said) => {
    const signing = kms.send(
      new SignCommand({ KeyId: await newKey(input), Message: message, SigningAlgorithm }),
    )
    await expect(signing).rejects.toMatchObject({
      name: 'InvalidKeyUsageException',
      message: expect.stringContaining(said) as string,
    })
  })

  it('refuses a key that is disabled or pending deletion, and does nothing in a dry run', async () => {
    const KeyId = await newKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const input = { KeyId, Message: message, SigningAlgorithm: 'ECDSA_SHA_256' } as const
    const attempt = (DryRun = false) => kms.send(new SignCommand({ ...input, DryRun }))
    await expect(attempt(true)).rejects.toMatchObject({ name: 'DryRunOperationException' })
    await kms.send(new DisableKeyCommand({ KeyId }))
    await expect(attempt()).rejects.toMatchObject({ name: 'DisabledException' })
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId }))
    await expect(attempt()).rejects.toMatchObject({ name: 'KMSInvalidStateException' })
  })
})

describe('Verify', () => {
  it.each(DIGESTED)('tells what is no signature with %s by %s', async (spec, algorithm) => {
    const { Signature = new Uint8Array() } = await signed(spec, algorithm)
    const other = Buffer.from('what was not signed')
    const broken = Buffer.from(Signature)
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
    const digest = { Message: digestOf(algorithm), MessageType: 'DIGEST' } as const
    const otherDigest = { Message: digestOf(algorithm, other), MessageType: 'DIGEST' } as const
    for (const [bytes, of] of [
      [Signature, { Message: other }],
      [Signature, otherDigest],
      [broken, {}],
      [broken, digest],
      [Buffer.alloc(Signature.length), digest],
      [Buffer.alloc(Signature.length, 255), digest],
      [Buffer.from('x'), digest],
      [Buffer.from('x'), {}],
    ] as const)
      await expect(verified(spec, algorithm, bytes, of)).rejects.toMatchObject({
        name: 'KMSInvalidSignatureException',
      })
  })

  it.each(WHOLE)('tells what is no signature with %s by %s', async (spec, algorithm) => {
    const { Signature } = await signed(spec, algorithm)
    const Message = Buffer.from('what was not signed')
    await expect(verified(spec, algorithm, Signature, { Message })).rejects.toMatchObject({
      name: 'KMSInvalidSignatureException',
    })
  })

  it('takes a signature of one scheme for none of another', async () => {
    const { Signature } = await signed('RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256')
    for (const MessageType of ['RAW', 'DIGEST'] as const) {
      const Message = MessageType === 'RAW' ? message : digestOf('RSASSA_PSS_SHA_256')
      const verifying = verified('RSA_2048', 'RSASSA_PSS_SHA_256', Signature, { Message, MessageType })
      await expect(verifying).rejects.toMatchObject({ name: 'KMSInvalidSignatureException' })
    }
  })
})
