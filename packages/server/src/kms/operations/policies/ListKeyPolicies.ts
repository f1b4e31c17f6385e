import { keyName } from '../../shared/common-inputs.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'
import { LONG_PAGE } from '../../shared/page.ts'

const input = members({ KeyId: keyName, ...LONG_PAGE })

export const ListKeyPolicies = defineKeyOperation('ListKeyPolicies', {
  input,
  usable: 'any state',
  handle: () => Promise.resolve({ PolicyNames: ['default'], Truncated: false }),
})
