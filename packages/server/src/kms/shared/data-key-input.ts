import { dryRun, encryptionContext, keyName } from './common-inputs.ts'
import { grantTokens } from './grant-tokens.ts'
import { KmsError } from './kms-error.ts'
import { members, oneOf, optional, unsupported, whole } from './read-input.ts'

export const dataKeyInput = members({
  KeyId: keyName,
  KeySpec: optional(oneOf('AES_256', 'AES_128')),
  NumberOfBytes: optional(whole({ least: 1, most: 1024 })),
  EncryptionContext: encryptionContext,
  GrantTokens: grantTokens,
  DryRun: dryRun,
  Recipient: unsupported,
})

/** Throws unless exactly one of the two ways to say it is used. */
export function dataKeySize(input: {
  readonly KeySpec?: 'AES_256' | 'AES_128' | undefined
  readonly NumberOfBytes?: number | undefined
}): number {
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) {
    throw new KmsError('ValidationException', 'Please specify either number of bytes or key spec.')
  }
  return input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32)
}
