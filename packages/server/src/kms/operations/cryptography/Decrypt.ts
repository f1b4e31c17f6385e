import {
  algorithm,
  assertNoDryRun,
  dryRun,
  encryptionContext,
  keyName,
  requireSymmetric,
} from '../../shared/common-inputs.ts'
import { grantTokens } from '../../shared/grant-tokens.ts'
import { defineOperation } from '../../shared/operation.ts'
import { blob, members, optional, unsupported } from '../../shared/read-input.ts'
import { openUnderItsKey } from '../../shared/use-key.ts'

const input = members({
  CiphertextBlob: blob(),
  KeyId: optional(keyName),
  EncryptionContext: encryptionContext,
  EncryptionAlgorithm: algorithm,
  GrantTokens: grantTokens,
  DryRun: dryRun,
  DryRunModifiers: unsupported,
  Recipient: unsupported,
})

export const Decrypt = defineOperation('Decrypt', {
  input,
  async handle(input, context) {
    requireSymmetric(input.EncryptionAlgorithm)
    const { key, plaintext, materialId } = await openUnderItsKey(context, {
      operation: 'Decrypt',
      ciphertext: input.CiphertextBlob,
      encryptionContext: input.EncryptionContext ?? {},
      keyName: input.KeyId,
    })
    assertNoDryRun(input)
    return {
      KeyId: key.arn,
      Plaintext: plaintext.toString('base64'),
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      KeyMaterialId: materialId,
    }
  },
})
