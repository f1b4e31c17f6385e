import {
  algorithm,
  dryRun,
  encryptionContext,
  keyName,
  requireSymmetric,
} from '../../shared/common-inputs.ts'
import { grantTokens } from '../../shared/grant-tokens.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members, blob } from '../../shared/read-input.ts'
import { sealUnder } from '../../shared/use-key.ts'

const input = members({
  KeyId: keyName,
  Plaintext: blob({ most: 4096 }),
  EncryptionContext: encryptionContext,
  EncryptionAlgorithm: algorithm,
  GrantTokens: grantTokens,
  DryRun: dryRun,
})

export const Encrypt = defineKeyOperation('Encrypt', {
  input,
  acceptsAlias: true,
  usable: 'enabled',
  async handle({ Plaintext, EncryptionContext = {}, EncryptionAlgorithm }, key, { service }) {
    requireSymmetric(EncryptionAlgorithm)
    const { ciphertext } = await sealUnder(service, key, Plaintext, EncryptionContext)
    return {
      CiphertextBlob: ciphertext.toString('base64'),
      KeyId: key.arn,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    }
  },
})
