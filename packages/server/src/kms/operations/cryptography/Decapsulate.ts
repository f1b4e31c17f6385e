import { decapsulated } from '../../shared/asymmetric/encapsulation.ts'
import { secretOf } from '../../shared/asymmetric/secret-of.ts'
import { encapsulationMembers } from '../../shared/encapsulation-input.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { blob, members } from '../../shared/read-input.ts'

const input = members({ ...encapsulationMembers, SharedSecretCiphertextBlob: blob() })

export const Decapsulate = defineKeyOperation('Decapsulate', {
  input,
  acceptsAlias: true,
  usable: 'enabled',
  async handle({ EncapsulationAlgorithm: algorithm, SharedSecretCiphertextBlob }, key, { service }) {
    const use = { operation: 'Decapsulate', usage: 'ENCAPSULATE_DECAPSULATE', algorithm } as const
    const sharedKey = decapsulated(await secretOf(service, key, use), SharedSecretCiphertextBlob)
    return {
      KeyId: key.arn,
      SharedSecret: sharedKey.toString('base64'),
      EncapsulationAlgorithm: algorithm,
    }
  },
})
