import type { CallersPolicies } from '../../../access/caller.ts'
import type { Policy } from '../../../access/policy/policy.ts'
import { accountOf } from '../../../access/principal.ts'
import { type ContextKeys, RequestContext } from '../../../access/request-context.ts'
import { simulate } from '../../../access/simulate.ts'
import { Turns } from '../../../base/turns.ts'
import type { IamInputs, IamOutputs } from '../../../model/iam-types.gen.ts'
import { pageOfList } from '../../shared/page.ts'
import { contextOf } from './context-entries.ts'
import { evaluationResult } from './evaluation-result.ts'
import { resourcePolicyOf } from './input-policies.ts'
import { invalidInput } from '../../shared/invalid-input.ts'
import { policySources } from './policy-sources.ts'
import { checkScenario } from './scenarios.ts'
import type { SimulatedCaller } from './simulated-caller.ts'

/** What both simulations take. */
export type SimulationInput = Pick<
  IamInputs['SimulateCustomPolicy'],
  | 'ActionNames'
  | 'ResourceArns'
  | 'ResourcePolicy'
  | 'ResourceOwner'
  | 'ContextEntries'
  | 'ResourceHandlingOption'
  | 'Marker'
  | 'MaxItems'
>

/** In one answer; "IAM might return fewer results, even when there are more results available". */
const MOST_DECISIONS = 10_000
const DEFAULT_ITEMS = 100
/** Statements and missing condition keys in one answer, each of which takes some 200 bytes of it. */
const MOST_DETAILS = 50_000

/** A policy of 64 KB against a resource of 100 characters is about a millisecond. */
const turns = new Turns(8 * 1024 * 1024)
/** What a condition key of the request costs, in the same measure. */
const WEIGHT_OF_ENTRY = 2000

/** Throws InvalidInput for what cannot be simulated. */
export async function simulation(
  input: SimulationInput,
  caller: SimulatedCaller,
  policies: CallersPolicies,
): Promise<IamOutputs['SimulateCustomPolicy']> {
  const { ResourceArns: resources = ['*'], MaxItems = DEFAULT_ITEMS } = input
  checkNames(input.ActionNames, resources)
  checkScenario(input.ResourceHandlingOption, resources)
  const resourcePolicy = resourcePolicyFor(input, caller, resources)
  const given = contextOf(input.ContextEntries)
  const asked: Asked = {
    input,
    caller,
    policies,
    resources,
    resourcePolicy,
    given,
    detailsLeft: MOST_DETAILS,
  }
  const most = Math.max(1, Math.min(MaxItems, Math.floor(MOST_DECISIONS / resources.length)))
  const { items, rest } = pageOfList(input.ActionNames, { Marker: input.Marker, MaxItems: most })
  const EvaluationResults = []
  for (const action of items) EvaluationResults.push(await resultOf(asked, action))
  return { EvaluationResults, ...rest }
}

interface Asked {
  readonly input: SimulationInput
  readonly caller: SimulatedCaller
  readonly policies: CallersPolicies
  readonly resources: readonly string[]
  readonly resourcePolicy: Policy | undefined
  readonly given: ContextKeys
  /** Of the answer. */
  detailsLeft: number
}

async function resultOf(asked: Asked, action: string) {
  const { input, caller, policies, resources, resourcePolicy, given } = asked
  const { identity, boundary } = policies
  const entriesWeight = WEIGHT_OF_ENTRY * (input.ContextEntries?.length ?? 0)
  const sources = policySources([...identity, boundary], resourcePolicy)
  const sizeBytes = [...sources.keys()].reduce((sum, policy) => sum + policy.sizeBytes, 0)
  const outcomes = []
  for (const resource of resources) {
    await turns.take(sizeBytes * resource.length + entriesWeight)
    const ownerAccountId = ownerOf(resource, input.ResourceOwner)
    const outcome = simulate({
      caller: { principal: caller.principal, policies, traits: {} },
      action,
      resource,
      ownerAccountId: ownerAccountId ?? accountOf(caller.principal)?.id ?? '',
      resourcePolicy,
      context: RequestContext.of({ ...caller.keys, 'aws:ResourceAccount': ownerAccountId, ...given }),
    })
    asked.detailsLeft -= outcome.matched.length + outcome.missingKeys.length
    if (asked.detailsLeft < 0) throw invalidInput('More statements match than one answer can tell of.')
    outcomes.push({ resource, outcome })
  }
  return evaluationResult(action, outcomes, sources)
}

/** Wildcards stand for no action: a simulation is of one request. */
function checkNames(actions: readonly string[], resources: readonly string[]): void {
  const action = actions.find((name) => !/^[\w-]+:\w+$/.test(name))
  if (action !== undefined) throw invalidInput(`It is no name of an action: ${action}`)
  const resource = resources.find((arn) => arn !== '*' && !/^arn:[\w-]+:[\w-]+:[^:]*:[^:]*:./.test(arn))
  if (resource !== undefined) throw invalidInput(`It is no ARN of a resource: ${resource}`)
  if (actions.length === 0 || resources.length === 0) throw invalidInput('There is nothing to simulate.')
}

function resourcePolicyFor(
  { ResourcePolicy }: SimulationInput,
  { principal, isNamed }: SimulatedCaller,
  resources: readonly string[],
): Policy | undefined {
  if (ResourcePolicy === undefined) return undefined
  if (!isNamed) throw invalidInput('CallerArn is required where there is a ResourcePolicy.')
  if (principal.kind === 'assumed-role') {
    throw invalidInput("Simulation of resource-based policies isn't supported for IAM roles.")
  }
  return resourcePolicyOf(ResourcePolicy, resources)
}

/** Whose a resource is: its ARN goes before what is said of it. `undefined`: nobody says. */
function ownerOf(resource: string, said: string | undefined): string | undefined {
  const own = resource.split(':')[4] ?? ''
  if (/^\d{12}$/.test(own)) return own
  if (said === undefined) return undefined
  const [, id] = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(said) ?? []
  if (id !== undefined) return id
  throw invalidInput(`ResourceOwner has to be arn:aws:iam::ACCOUNT:root, not ${said}`)
}
