import { sign } from '../../shared/asymmetric/signatures.ts'
import { secretOf } from '../../shared/asymmetric/secret-of.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'
import { signableOf, signingKeys, signingMembers } from '../../shared/signing-input.ts'

const input = members(signingMembers)

export const Sign = defineKeyOperation('Sign', {
  input,
  acceptsAlias: true,
  usable: 'enabled',
  keys: (asked) => signingKeys(asked),
  async handle(input, key, { service }) {
    const { SigningAlgorithm: algorithm } = input
    const secret = await secretOf(service, key, { operation: 'Sign', usage: 'SIGN_VERIFY', algorithm })
    const signature = await sign(secret, signableOf(input), service.random)
    return { KeyId: key.arn, Signature: signature.toString('base64'), SigningAlgorithm: algorithm }
  },
})
