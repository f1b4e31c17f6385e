import { checkBucketStatement, type PolicyPlace } from './bucket-policy-rules.ts'
import { checkDirectoryBucketStatement, isDirectoryBucketAction } from './directory-bucket-policy-rules.ts'
import { compileCondition, type CompiledCondition } from './conditions.ts'
import { eitherOf, type Elements, isElements, refuseUnknown, textsOf } from './elements.ts'
import { parsePrincipal, type PrincipalExists } from './parse-principal.ts'
import type { ActionPattern, Effect, PolicyKind, ResourcePattern, Statement } from './policy.ts'
import { PolicyError, syntaxError } from './policy-error.ts'
import { compileTexts } from './policy-text.ts'
import { emptyContext } from '../request-context.ts'
import type { PrincipalPattern } from './principal-pattern.ts'

/** What statements need to know of the policy they are in. */
export interface StatementSetting {
  readonly kind: PolicyKind
  /** Of policies of buckets and access points: whose. */
  readonly attachedTo: PolicyPlace | undefined
  readonly variables: boolean
  readonly principalExists: PrincipalExists | undefined
}

export interface ParsedStatement {
  readonly statement: Statement
  /** The condition keys it looks at, in lower case. */
  readonly keys: readonly string[]
}

const ELEMENTS: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])

export function parseStatement(elements: unknown, setting: StatementSetting): ParsedStatement {
  if (!isElements(elements)) throw syntaxError()
  refuseUnknown(elements, ELEMENTS)
  const effect = parseEffect(elements['Effect'])
  const principal = parsePrincipalElement(elements, effect, setting)
  const action = parseActions(elements, setting)
  const resource = parseResources(elements, effect, setting)
  const conditions = parseConditions(elements['Condition'], effect, setting.variables)
  if (setting.attachedTo && resource) {
    const conditionKeys = conditions.map(({ condition }) => condition.key)
    const [actions, notActions] = [action.texts, action.negated]
    const [resources, notResources] = [resource.texts, resource.negated]
    const texts = { actions, notActions, resources, notResources, conditionKeys }
    const { attachedTo } = setting
    if (attachedTo.directoryBucket === undefined) checkBucketStatement(texts, attachedTo)
    else checkDirectoryBucketStatement(texts, attachedTo.directoryBucket)
  }
  return {
    statement: {
      sid: parseSid(elements['Sid']),
      effect,
      principal,
      action: action.pattern,
      resource: resource?.pattern,
      conditions: conditions.map(({ condition }) => condition),
    },
    keys: [...conditions.flatMap(({ keys }) => keys), ...(resource?.keys ?? [])],
  }
}

function parseSid(value: unknown): string | undefined {
  if (value !== undefined && typeof value !== 'string') throw syntaxError()
  return value
}

function parseEffect(value: unknown): Effect {
  if (value === undefined) throw new PolicyError('Missing required field Effect')
  if (value !== 'Allow' && value !== 'Deny')
    throw new PolicyError(`Invalid effect: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return value
}

function parsePrincipalElement(
  elements: Elements,
  effect: Effect,
  { kind, principalExists }: StatementSetting,
): PrincipalPattern | undefined {
  if (kind === 'identity') {
    if (elements['Principal'] === undefined && elements['NotPrincipal'] === undefined) return undefined
    throw new PolicyError('Policy document should not specify a principal.')
  }
  const { value, negated } = eitherOf(elements, 'Principal')
  if (negated && effect === 'Allow') throw new PolicyError('Allow with NotPrincipal is not allowed.')
  return parsePrincipal(value, negated, principalExists)
}

interface ParsedTexts<Pattern> {
  readonly texts: readonly string[]
  readonly negated: boolean
  readonly pattern: Pattern
  readonly keys: readonly string[]
}

function parseActions(elements: Elements, { attachedTo }: StatementSetting): ParsedTexts<ActionPattern> {
  const { value, negated } = eitherOf(elements, 'Action')
  const texts = textsOf(value)
  if (texts?.length === 0) throw new PolicyError('Missing required field Action cannot be empty!')
  if (!texts?.every((text) => isAction(text, attachedTo))) throw new PolicyError('Policy has invalid action')
  const lower = texts.map((text) => text.toLowerCase())
  const actions = compileTexts(lower, ACTION_TEXT)
  const pattern: ActionPattern = { matches: (action) => actions.matches(action, emptyContext) !== negated }
  return { texts, negated, pattern, keys: [] }
}

const ACTION_TEXT = { wildcards: true, variables: false, whenUnresolved: false }

function isAction(text: string, attachedTo: PolicyPlace | undefined): boolean {
  if (text === '*') return true
  if (attachedTo?.directoryBucket !== undefined) return isDirectoryBucketAction(text)
  return (attachedTo ? /^s3:[\w*?]+$/i : /^[\w-]+:[\w*?]+$/).test(text)
}

function parseResources(
  elements: Elements,
  effect: Effect,
  { kind, variables }: StatementSetting,
): ParsedTexts<ResourcePattern> | undefined {
  const absent = elements['Resource'] === undefined && elements['NotResource'] === undefined
  if (kind === 'trust') {
    if (absent) return undefined
    throw new PolicyError('Has prohibited field Resource')
  }
  const { value, negated } = eitherOf(elements, 'Resource')
  const texts = textsOf(value)
  if (texts?.length === 0) throw new PolicyError('Missing required field Resource cannot be empty!')
  if (!texts?.every((text) => text === '*' || text.startsWith('arn:'))) {
    throw new PolicyError('Policy has invalid resource')
  }
  const whenUnresolved = negated && effect === 'Allow'
  const resources = compileTexts(texts, { wildcards: true, variables, whenUnresolved })
  const pattern: ResourcePattern = {
    matches: (resource, context) => resources.matches(resource, context) !== negated,
  }
  return { texts, negated, pattern, keys: resources.keys }
}

function parseConditions(value: unknown, effect: Effect, variables: boolean): readonly CompiledCondition[] {
  if (value === undefined) return []
  if (!isElements(value)) throw syntaxError()
  return Object.entries(value).flatMap(([operator, keys]) => {
    if (!isElements(keys)) throw syntaxError()
    return Object.entries(keys).map(([key, values]) => {
      const texts = textsOf(values, true)
      if (!texts || texts.length === 0 || key === '') throw syntaxError()
      return compileCondition(operator, key, texts, { effect, variables })
    })
  })
}
