import { keyName } from '../common-inputs.ts'
import { defineKeyOperation } from '../operation.ts'
import { members } from '../read-input.ts'
import { LONG_PAGE } from '../page.ts'

const input = members({ KeyId: keyName, ...LONG_PAGE })

export const ListKeyPolicies = defineKeyOperation('ListKeyPolicies', {
  input,
  usable: 'any state',
  handle: () => Promise.resolve({ PolicyNames: ['default'], Truncated: false }),
})
