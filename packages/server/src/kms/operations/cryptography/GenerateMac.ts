import { macKeys, macMembers, macOf } from '../../shared/mac.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'

const input = members(macMembers)

export const GenerateMac = defineKeyOperation('GenerateMac', {
  input,
  acceptsAlias: true,
  usable: 'enabled',
  keys: (asked) => macKeys(asked),
  async handle(input, key, { service }) {
    const mac = await macOf(service, key, 'GenerateMac', input)
    return { Mac: mac.toString('base64'), MacAlgorithm: input.MacAlgorithm, KeyId: key.arn }
  },
})
