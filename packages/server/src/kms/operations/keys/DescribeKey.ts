import { grantTokens, keyName } from '../../shared/common-inputs.ts'
import { keyMetadata } from '../../shared/key-metadata.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'

const input = members({ KeyId: keyName, GrantTokens: grantTokens })

export const DescribeKey = defineKeyOperation('DescribeKey', {
  input,
  acceptsAlias: true,
  usable: 'any state',
  handle: (_input, key) => Promise.resolve({ KeyMetadata: keyMetadata(key) }),
})
