import { defineOperation } from '../../shared/operation.ts'
import { contextKeyNames } from './context-key-names.ts'
import { inputPolicies } from './input-policies.ts'
import { policiesOfSource } from './policies-of-source.ts'

export const GetContextKeysForPrincipalPolicy = defineOperation('GetContextKeysForPrincipalPolicy', {
  resource: ({ PolicySourceArn }) => PolicySourceArn,
  async handle({ PolicySourceArn, PolicyInputList }, context) {
    const { identity, boundary } = await policiesOfSource(PolicySourceArn, context)
    return { ContextKeyNames: contextKeyNames([...identity, boundary, ...inputPolicies(PolicyInputList)]) }
  },
})
