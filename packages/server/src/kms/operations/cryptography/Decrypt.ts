import {
  assertNoDryRun,
  dryRun,
  encryptionAlgorithm,
  encryptionContext,
  keyName,
} from '../../shared/common-inputs.ts'
import { decryptUnder } from '../../shared/encrypt-under.ts'
import { grantTokens } from '../../shared/grant-tokens.ts'
import { SYMMETRIC_DEFAULT } from '../../shared/key-specs.ts'
import { defineOperation } from '../../shared/operation.ts'
import { blob, members, optional, unsupported } from '../../shared/read-input.ts'

const input = members({
  CiphertextBlob: blob(),
  KeyId: optional(keyName),
  EncryptionContext: encryptionContext,
  EncryptionAlgorithm: encryptionAlgorithm,
  GrantTokens: grantTokens,
  DryRun: dryRun,
  DryRunModifiers: unsupported,
  Recipient: unsupported,
})

export const Decrypt = defineOperation('Decrypt', {
  input,
  async handle(input, context) {
    const { EncryptionAlgorithm: algorithm } = input
    const { key, plaintext, materialId } = await decryptUnder(context, {
      algorithm,
      operation: 'Decrypt',
      ciphertext: input.CiphertextBlob,
      encryptionContext: input.EncryptionContext ?? {},
      keyName: input.KeyId,
    })
    assertNoDryRun(input)
    context.service.keyUses.note(key.id, 'Decrypt', context.caller.requestId)
    return {
      KeyId: key.arn,
      Plaintext: plaintext.toString('base64'),
      EncryptionAlgorithm: algorithm ?? SYMMETRIC_DEFAULT,
      KeyMaterialId: materialId,
    }
  },
})
