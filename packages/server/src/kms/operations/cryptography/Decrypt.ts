import {
  assertNoDryRun,
  dryRun,
  dryRunModifiers,
  encryptionAlgorithm,
  encryptionContext,
  ignoresCiphertext,
  keyName,
  wouldSucceed,
} from '../../shared/common-inputs.ts'
import { decryptUnder, keyToDecrypt } from '../../shared/encrypt-under.ts'
import { grantTokens } from '../../shared/grant-tokens.ts'
import { SYMMETRIC_DEFAULT } from '../../shared/key-specs.ts'
import { defineOperation } from '../../shared/operation.ts'
import { blob, members, optional, present, unsupported } from '../../shared/read-input.ts'

const input = members({
  CiphertextBlob: optional(blob()),
  KeyId: optional(keyName),
  EncryptionContext: encryptionContext,
  EncryptionAlgorithm: encryptionAlgorithm,
  GrantTokens: grantTokens,
  DryRun: dryRun,
  DryRunModifiers: dryRunModifiers,
  Recipient: unsupported,
})

export const Decrypt = defineOperation('Decrypt', {
  input,
  async handle(input, context) {
    const { EncryptionAlgorithm: algorithm } = input
    const asked = {
      algorithm,
      operation: 'Decrypt',
      encryptionContext: input.EncryptionContext ?? {},
      keyName: input.KeyId,
    } as const
    if (ignoresCiphertext(input)) {
      await keyToDecrypt(context, asked)
      throw wouldSucceed()
    }
    const ciphertext = present(input.CiphertextBlob, 'ciphertextBlob')
    const { key, plaintext, materialId } = await decryptUnder(context, { ...asked, ciphertext })
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
