import type { RequestContext } from '../request-context.ts'
import { CONDITION_OPERATORS, type ValueOptions } from './condition-operators.ts'
import type { Condition } from './policy.ts'
import { PolicyError, syntaxError } from './policy-error.ts'

/** The parts of an operator's name. */
interface OperatorName {
  readonly name: string
  readonly qualifier: string | undefined
  readonly ifExists: boolean
}

/** How the values of one key are held against those of the request. */
type Hold = (values: readonly string[] | undefined, context: RequestContext) => boolean

/** A condition, and the keys it looks at, its variables' too. */
export interface CompiledCondition {
  readonly condition: Condition
  readonly keys: readonly string[]
}

/**
 * One key under one operator. `effect`: a variable that the request has no value for keeps an Allow from matching, and
 * a Deny with a negated operator from being escaped.
 */
export function compileCondition(
  operator: string,
  key: string,
  values: readonly string[],
  how: { readonly effect: 'Allow' | 'Deny'; readonly variables: boolean },
): CompiledCondition {
  const name = parseOperator(operator)
  const lowerKey = key.toLowerCase()
  const { hold, keys } = name.name === 'Null' ? compileNull(values) : compile(name, values, how)
  const condition: Condition = {
    operator,
    key,
    values,
    holds: (context) => hold(context.get(lowerKey), context),
  }
  return { condition, keys: [lowerKey, ...keys] }
}

function parseOperator(operator: string): OperatorName {
  const [, qualifier, name = '', suffix] =
    /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(operator) ?? []
  const isNull = name === 'Null' && suffix === undefined
  if (!isNull && !CONDITION_OPERATORS.has(name)) throw new PolicyError(`Invalid Condition type : ${operator}`)
  return { name, qualifier, ifExists: suffix !== undefined }
}

/** `true`: the key is absent; `false`: it is there. */
function compileNull(values: readonly string[]): { hold: Hold; keys: readonly string[] } {
  const wanted = new Set(values.map((value) => value.toLowerCase()))
  if ([...wanted].some((value) => value !== 'true' && value !== 'false')) throw syntaxError()
  return { hold: (values) => wanted.has(String(isAbsent(values))), keys: [] }
}

function compile(
  { name, qualifier, ifExists }: OperatorName,
  texts: readonly string[],
  { effect, variables }: { readonly effect: 'Allow' | 'Deny'; readonly variables: boolean },
): { hold: Hold; keys: readonly string[] } {
  const operator = CONDITION_OPERATORS.get(name)
  if (!operator) throw new PolicyError(`Invalid Condition type : ${name}`)
  const { negated } = operator
  const options: ValueOptions = { variables, whenUnresolved: negated && effect === 'Allow' }
  const test = operator.compile(texts, options)
  const holdsFor = (value: string, context: RequestContext): boolean =>
    test.matches(value, context) !== negated
  return { hold: qualified(qualifier, ifExists, negated, holdsFor), keys: test.keys }
}

/** Sources: IAM User Guide, "Multivalued context keys" and the note on absent keys in "Condition operators". */
function qualified(
  qualifier: string | undefined,
  ifExists: boolean,
  negated: boolean,
  holdsFor: (value: string, context: RequestContext) => boolean,
): Hold {
  const all: Hold = (values, context) => values?.every((value) => holdsFor(value, context)) ?? true
  const any: Hold = (values, context) => values?.some((value) => holdsFor(value, context)) ?? false
  if (qualifier === 'ForAllValues') return (values, context) => isNothing(values) || all(values, context)
  if (qualifier === 'ForAnyValue') {
    return (values, context) => (isAbsent(values) ? ifExists : !isNothing(values) && any(values, context))
  }
  const whenAbsent = ifExists || negated
  const hold = negated ? all : any
  return (values, context) => (isAbsent(values) ? whenAbsent : hold(values, context))
}

function isAbsent(values: readonly string[] | undefined): boolean {
  return values === undefined || values.length === 0
}

/** "An empty data set (for example, an empty string)". */
function isNothing(values: readonly string[] | undefined): boolean {
  return values === undefined || values.every((value) => value === '')
}
