import { grantTokens, keyName } from '../common-inputs.ts'
import { keyMetadata } from '../key-metadata.ts'
import { defineKeyOperation } from '../operation.ts'
import { members } from '../read-input.ts'

const input = members({ KeyId: keyName, GrantTokens: grantTokens })

export const DescribeKey = defineKeyOperation('DescribeKey', {
  input,
  acceptsAlias: true,
  usable: 'any state',
  handle: (_input, key) => Promise.resolve({ KeyMetadata: keyMetadata(key) }),
})
