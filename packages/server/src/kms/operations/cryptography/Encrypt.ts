import { dryRun, encryptionAlgorithm, encryptionContext, keyName } from '../../shared/common-inputs.ts'
import { algorithmKeys, encryptUnder } from '../../shared/encrypt-under.ts'
import { grantTokens } from '../../shared/grant-tokens.ts'
import { SYMMETRIC_DEFAULT } from '../../shared/key-specs.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members, blob } from '../../shared/read-input.ts'

const input = members({
  KeyId: keyName,
  Plaintext: blob({ most: 4096 }),
  EncryptionContext: encryptionContext,
  EncryptionAlgorithm: encryptionAlgorithm,
  GrantTokens: grantTokens,
  DryRun: dryRun,
})

export const Encrypt = defineKeyOperation('Encrypt', {
  input,
  acceptsAlias: true,
  usable: 'enabled',
  keys: ({ EncryptionAlgorithm }) => algorithmKeys(EncryptionAlgorithm),
  async handle(
    { Plaintext: plaintext, EncryptionContext, EncryptionAlgorithm: algorithm },
    key,
    { service },
  ) {
    const asked = { algorithm, plaintext, encryptionContext: EncryptionContext }
    const { ciphertext } = await encryptUnder(service, key, asked)
    return {
      CiphertextBlob: ciphertext.toString('base64'),
      KeyId: key.arn,
      EncryptionAlgorithm: algorithm ?? SYMMETRIC_DEFAULT,
    }
  },
})
