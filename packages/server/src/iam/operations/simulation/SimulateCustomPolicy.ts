import { defineOperation } from '../../shared/operation.ts'
import { inputBoundary, inputPolicies } from './input-policies.ts'
import { callerOfArn, someUser } from './simulated-caller.ts'
import { simulation } from './simulation.ts'

export const SimulateCustomPolicy = defineOperation('SimulateCustomPolicy', {
  resource: () => '*',
  // There are no organizations.
  unsupported: ['OrderedOrganizationPolicyInputList'],
  async handle(input, context) {
    const { CallerArn, PolicyInputList, PermissionsBoundaryPolicyInputList } = input
    const identity = inputPolicies(PolicyInputList)
    const boundary = inputBoundary(PermissionsBoundaryPolicyInputList)
    const caller =
      CallerArn === undefined ? someUser(context.caller.account) : await callerOfArn(CallerArn, context)
    return simulation(input, caller, { identity, boundary })
  },
})
