import { timingSafeEqual } from 'node:crypto'
import { KmsError } from '../../shared/kms-error.ts'
import { macKeys, macMembers, macOf } from '../../shared/mac.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { blob, members } from '../../shared/read-input.ts'

const input = members({ ...macMembers, Mac: blob({ most: 6144 }) })

export const VerifyMac = defineKeyOperation('VerifyMac', {
  input,
  acceptsAlias: true,
  usable: 'enabled',
  keys: (asked) => macKeys(asked),
  async handle(input, key, { service }) {
    const mac = await macOf(service, key, 'VerifyMac', input)
    // Never false. Source: AWS KMS API Reference, VerifyMac.
    if (mac.length !== input.Mac.length || !timingSafeEqual(mac, input.Mac))
      throw new KmsError('KMSInvalidMacException')
    return { KeyId: key.arn, MacValid: true, MacAlgorithm: input.MacAlgorithm }
  },
})
