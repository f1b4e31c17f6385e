import { encapsulated } from '../../shared/asymmetric/encapsulation.ts'
import { secretOf } from '../../shared/asymmetric/secret-of.ts'
import { encapsulationMembers } from '../../shared/encapsulation-input.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'

const input = members(encapsulationMembers)

export const Encapsulate = defineKeyOperation('Encapsulate', {
  input,
  acceptsAlias: true,
  usable: 'enabled',
  async handle({ EncapsulationAlgorithm: algorithm }, key, { service }) {
    const use = { operation: 'Encapsulate', usage: 'ENCAPSULATE_DECAPSULATE', algorithm } as const
    const { sharedKey, ciphertext } = encapsulated(await secretOf(service, key, use))
    return {
      KeyId: key.arn,
      SharedSecret: sharedKey.toString('base64'),
      SharedSecretCiphertextBlob: ciphertext.toString('base64'),
      EncapsulationAlgorithm: algorithm,
    }
  },
})
