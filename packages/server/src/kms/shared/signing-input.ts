import type { ContextKeys } from '../../access/request-context.ts'
import { dryRun, keyName } from './common-inputs.ts'
import { grantTokens } from './grant-tokens.ts'
import { SIGNING_ALGORITHMS } from './key-specs.ts'
import { KmsError } from './kms-error.ts'
import { blob, type InputOf, oneOf, optional } from './read-input.ts'
import type { Signable } from './asymmetric/signatures.ts'

/** What Sign and Verify have in common. */
export const signingMembers = {
  KeyId: keyName,
  Message: blob({ most: 4096 }),
  MessageType: optional(oneOf('RAW', 'DIGEST', 'EXTERNAL_MU')),
  SigningAlgorithm: oneOf(...SIGNING_ALGORITHMS),
  GrantTokens: grantTokens,
  DryRun: dryRun,
}

type Signing = {
  readonly [Name in 'Message' | 'MessageType' | 'SigningAlgorithm']: InputOf<(typeof signingMembers)[Name]>
}

/** Source: AWS KMS Developer Guide, "kms:MessageType" and "kms:SigningAlgorithm". */
export function signingKeys({ MessageType = 'RAW', SigningAlgorithm }: Signing): ContextKeys {
  return { 'kms:MessageType': MessageType, 'kms:SigningAlgorithm': SigningAlgorithm }
}

export function signableOf({ Message, MessageType, SigningAlgorithm }: Signing): Signable {
  if (MessageType === 'EXTERNAL_MU' && !SigningAlgorithm.startsWith('ML_DSA'))
    throw new KmsError(
      'ValidationException',
      'MessageType EXTERNAL_MU is for the algorithms of ML-DSA alone.',
    )
  if (MessageType === 'EXTERNAL_MU')
    throw new KmsError('UnsupportedOperationException', 'MessageType EXTERNAL_MU is not supported here.')
  return { algorithm: SigningAlgorithm, bytes: Message, isDigest: MessageType === 'DIGEST' }
}
