import { keyPairInput, keyPairKeys, newKeyPair } from '../../shared/data-key-pair.ts'
import { defineKeyOperation } from '../../shared/operation.ts'

export const GenerateDataKeyPairWithoutPlaintext = defineKeyOperation('GenerateDataKeyPairWithoutPlaintext', {
  input: keyPairInput,
  acceptsAlias: true,
  usable: 'enabled',
  keys: keyPairKeys,
  handle: async (input, key, { service }) => (await newKeyPair(service, key, input)).answer,
})
