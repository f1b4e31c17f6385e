import { keyPairInput, keyPairKeys, newKeyPair } from '../../shared/data-key-pair.ts'
import { defineKeyOperation } from '../../shared/operation.ts'

export const GenerateDataKeyPair = defineKeyOperation('GenerateDataKeyPair', {
  input: keyPairInput,
  acceptsAlias: true,
  usable: 'enabled',
  keys: keyPairKeys,
  async handle(input, key, { service }) {
    const { privateKey, answer } = await newKeyPair(service, key, input)
    return { ...answer, PrivateKeyPlaintext: Buffer.from(privateKey).toString('base64') }
  },
})
