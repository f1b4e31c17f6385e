import type { ContextKeys } from '../../access/request-context.ts'
import { authorizeCall } from '../../identities/authorize-call.ts'
import type { IamInputs, IamOperationName, IamOutputs } from '../../model/iam-types.gen.ts'
import type { IamContext } from './iam-service.ts'
import { findPolicy, type ManagedPolicy, noSuchPolicy } from './managed-policies.ts'
import type { IamOperation } from './operation.ts'
import { resourceTagKeys } from './tags.ts'

type NamesPolicy<Name extends IamOperationName> = IamInputs[Name] extends { readonly PolicyArn: string }
  ? Name
  : never

interface PolicyDeclaration<Name extends IamOperationName> {
  /** Condition keys that the request brings, its tags say. */
  keys?(input: IamInputs[Name]): ContextKeys
  handle(policy: ManagedPolicy, input: IamInputs[Name], context: IamContext): Promise<IamOutputs[Name]>
}

/**
 * Declares an operation on the managed policy that `PolicyArn` names. Whoever may not do it learns nothing of whether there is
 * such a policy.
 */
export function definePolicyOperation<Name extends IamOperationName>(
  name: NamesPolicy<Name>,
  declaration: PolicyDeclaration<Name>,
): IamOperation {
  const action = `iam:${name}` as const
  const run = async (given: Readonly<Record<string, unknown>>, context: IamContext) => {
    const input = given as unknown as IamInputs[Name]
    const { service, caller } = context
    const resource = String(given['PolicyArn'])
    const policy = await findPolicy(service.metadata, caller.account.id, resource)
    const keys = { ...resourceTagKeys(policy?.tags), ...declaration.keys?.(input) }
    authorizeCall(service, caller, { action, resource, keys })
    if (!policy) throw noSuchPolicy(resource)
    const output = await declaration.handle(policy, input, context)
    return output as unknown as Readonly<Record<string, unknown>>
  }
  return { name, action, run }
}
