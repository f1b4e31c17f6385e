import { keyName } from '../common-inputs.ts'
import { defineKeyOperation } from '../operation.ts'
import { members } from '../read-input.ts'
import { pageInput } from '../page.ts'

const input = members({ KeyId: keyName, ...pageInput })

export const ListKeyPolicies = defineKeyOperation('ListKeyPolicies', {
  input,
  usable: 'any state',
  handle: () => Promise.resolve({ PolicyNames: ['default'], Truncated: false }),
})
