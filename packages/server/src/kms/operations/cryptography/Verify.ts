import { secretOf } from '../../shared/asymmetric/secret-of.ts'
import { verify } from '../../shared/asymmetric/signatures.ts'
import { KmsError } from '../../shared/kms-error.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { blob, members } from '../../shared/read-input.ts'
import { signableOf, signingKeys, signingMembers } from '../../shared/signing-input.ts'

const input = members({ ...signingMembers, Signature: blob({ most: 6144 }) })

export const Verify = defineKeyOperation('Verify', {
  input,
  acceptsAlias: true,
  usable: 'enabled',
  keys: (asked) => signingKeys(asked),
  async handle(input, key, { service }) {
    const { SigningAlgorithm: algorithm, Signature } = input
    const secret = await secretOf(service, key, { operation: 'Verify', usage: 'SIGN_VERIFY', algorithm })
    // Never false: a signature that does not verify is an error. Source: AWS KMS API Reference, Verify.
    if (!(await verify(secret, signableOf(input), Signature)))
      throw new KmsError('KMSInvalidSignatureException')
    return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: algorithm }
  },
})
