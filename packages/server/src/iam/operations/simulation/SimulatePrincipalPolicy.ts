import { defineOperation } from '../../shared/operation.ts'
import { excludesBoundary, exclusionOf } from './excluded-policies.ts'
import { inputBoundary, inputPolicies } from './input-policies.ts'
import { policiesOfSource } from './policies-of-source.ts'
import { callerOfArn } from './simulated-caller.ts'
import { simulation } from './simulation.ts'

export const SimulatePrincipalPolicy = defineOperation('SimulatePrincipalPolicy', {
  resource: ({ PolicySourceArn }) => PolicySourceArn,
  async handle(input, context) {
    const { PolicySourceArn, CallerArn = PolicySourceArn, PolicyExclusionList } = input
    const isExcluded = exclusionOf(PolicyExclusionList)
    const source = await policiesOfSource(PolicySourceArn, context)
    const attached = excludesBoundary(PolicyExclusionList) ? undefined : source.boundary
    const boundary = inputBoundary(input.PermissionsBoundaryPolicyInputList) ?? attached
    const own = source.identity.filter((policy) => !isExcluded(policy))
    const identity = [...own, ...inputPolicies(input.PolicyInputList)]
    return simulation(input, await callerOfArn(CallerArn, context), { identity, boundary })
  },
})
