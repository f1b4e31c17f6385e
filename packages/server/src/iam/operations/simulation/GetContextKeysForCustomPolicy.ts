import { defineOperation } from '../../shared/operation.ts'
import { contextKeyNames } from './context-key-names.ts'
import { inputPolicies } from './input-policies.ts'

export const GetContextKeysForCustomPolicy = defineOperation('GetContextKeysForCustomPolicy', {
  resource: () => '*',
  handle: async ({ PolicyInputList }) => ({
    ContextKeyNames: contextKeyNames(inputPolicies(PolicyInputList)),
  }),
})
