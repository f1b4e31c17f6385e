import { createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import { privateKeyOf } from '../../shared/asymmetric/key-secrets.ts'
import { secretOf } from '../../shared/asymmetric/secret-of.ts'
import { dryRun, keyName } from '../../shared/common-inputs.ts'
import { grantTokens } from '../../shared/grant-tokens.ts'
import { KmsError } from '../../shared/kms-error.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { blob, members, oneOf, unsupported } from '../../shared/read-input.ts'

const input = members({
  KeyId: keyName,
  KeyAgreementAlgorithm: oneOf('ECDH'),
  PublicKey: blob({ most: 8192 }),
  GrantTokens: grantTokens,
  DryRun: dryRun,
  Recipient: unsupported,
})

export const DeriveSharedSecret = defineKeyOperation('DeriveSharedSecret', {
  input,
  acceptsAlias: true,
  usable: 'enabled',
  keys: ({ KeyAgreementAlgorithm }) => ({ 'kms:KeyAgreementAlgorithm': KeyAgreementAlgorithm }),
  async handle({ KeyAgreementAlgorithm: algorithm, PublicKey }, key, { service }) {
    const use = { operation: 'DeriveSharedSecret', usage: 'KEY_AGREEMENT', algorithm } as const
    const secret = agreedSecret(privateKeyOf(await secretOf(service, key, use)), PublicKey)
    return {
      KeyId: key.arn,
      SharedSecret: secret.toString('base64'),
      KeyAgreementAlgorithm: algorithm,
      KeyOrigin: 'AWS_KMS',
    }
  },
})

/**
 * Throws ValidationException for what is no public key of the same curve, the point at infinity too. Source: AWS KMS API Reference,
 * DeriveSharedSecret, PublicKey: SubjectPublicKeyInfo in DER.
 */
function agreedSecret(privateKey: KeyObject, bytes: Buffer): Buffer {
  const own = privateKey.asymmetricKeyDetails?.namedCurve
  try {
    const publicKey = createPublicKey({ key: bytes, ...SPKI })
    // OpenSSL does not look at what comes behind the key.
    const isWhole = publicKey.export(SPKI).equals(bytes)
    const isOfCurve = own !== undefined && publicKey.asymmetricKeyDetails?.namedCurve === own
    if (isWhole && isOfCurve) return diffieHellman({ privateKey, publicKey })
  } catch {
    // Told below.
  }
  throw new KmsError('ValidationException', 'PublicKey is no public key of the curve of the key, in DER.')
}

const SPKI = { format: 'der', type: 'spki' } as const
