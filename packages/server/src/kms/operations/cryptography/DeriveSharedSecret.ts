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
    const privateKey = privateKeyOf(await secretOf(service, key, use))
    const secret = diffieHellman({ privateKey, publicKey: peerKey(PublicKey, privateKey) })
    return {
      KeyId: key.arn,
      SharedSecret: secret.toString('base64'),
      KeyAgreementAlgorithm: algorithm,
      KeyOrigin: 'AWS_KMS',
    }
  },
})

/** SubjectPublicKeyInfo in DER, of the same curve. Source: AWS KMS API Reference, DeriveSharedSecret, PublicKey. */
function peerKey(bytes: Buffer, { asymmetricKeyDetails: own }: KeyObject): KeyObject {
  try {
    const key = createPublicKey({ key: bytes, format: 'der', type: 'spki' })
    if (own?.namedCurve !== undefined && key.asymmetricKeyDetails?.namedCurve === own.namedCurve) return key
  } catch {
    // Told below.
  }
  throw new KmsError('ValidationException', 'PublicKey is no public key of the curve of the key, in DER.')
}
