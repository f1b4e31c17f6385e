import { dataKeyInput, dataKeySize } from '../../shared/data-key-input.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { sealUnder } from '../../shared/use-key.ts'

export const GenerateDataKeyWithoutPlaintext = defineKeyOperation('GenerateDataKeyWithoutPlaintext', {
  input: dataKeyInput,
  acceptsAlias: true,
  usable: 'enabled',
  async handle(input, key, { service }) {
    const plaintext = service.random.bytes(dataKeySize(input))
    const sealed = await sealUnder(service, key, plaintext, input.EncryptionContext ?? {})
    return {
      CiphertextBlob: sealed.ciphertext.toString('base64'),
      KeyId: key.arn,
      KeyMaterialId: sealed.materialId,
    }
  },
})
