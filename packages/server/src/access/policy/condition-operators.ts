import type { RequestContext } from '../request-context.ts'
import { parseIpRange } from './ip-range.ts'
import { syntaxError } from './policy-error.ts'
import { compileText, compileTexts, type PolicyText, type TextOptions } from './policy-text.ts'

/** How a policy's value is compiled: with variables or not, and what an unresolved one counts as. */
export type ValueOptions = Pick<TextOptions, 'variables' | 'whenUnresolved'>

/** The values of one key in a policy, to hold the request's values against: one has to match. */
export type ValueTest = Pick<PolicyText, 'keys' | 'matches'>

export interface ConditionOperator {
  /** Holds where none of the policy's values matches. */
  readonly negated: boolean
  /** Throws a PolicyError for a value that is not of the operator's type. */
  compile(values: readonly string[], options: ValueOptions): ValueTest
}

type Compile = ConditionOperator['compile']

const NO_KEYS: readonly string[] = []

/** Source: IAM User Guide, "IAM JSON policy elements: Condition operators". `Null` is another matter. */
export const CONDITION_OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map([
  ...both('StringEquals', 'StringNotEquals', text({ wildcards: false })),
  ...both(
    'StringEqualsIgnoreCase',
    'StringNotEqualsIgnoreCase',
    text({ wildcards: false, ignoreCase: true }),
  ),
  ...both('StringLike', 'StringNotLike', text({ wildcards: true })),
  ...both(
    'NumericEquals',
    'NumericNotEquals',
    ordered(parseNumber, (order) => order === 0),
  ),
  ...one(
    'NumericLessThan',
    ordered(parseNumber, (order) => order < 0),
  ),
  ...one(
    'NumericLessThanEquals',
    ordered(parseNumber, (order) => order <= 0),
  ),
  ...one(
    'NumericGreaterThan',
    ordered(parseNumber, (order) => order > 0),
  ),
  ...one(
    'NumericGreaterThanEquals',
    ordered(parseNumber, (order) => order >= 0),
  ),
  ...both(
    'DateEquals',
    'DateNotEquals',
    ordered(parseMilliseconds, (order) => order === 0),
  ),
  ...one(
    'DateLessThan',
    ordered(parseMilliseconds, (order) => order < 0),
  ),
  ...one(
    'DateLessThanEquals',
    ordered(parseMilliseconds, (order) => order <= 0),
  ),
  ...one(
    'DateGreaterThan',
    ordered(parseMilliseconds, (order) => order > 0),
  ),
  ...one(
    'DateGreaterThanEquals',
    ordered(parseMilliseconds, (order) => order >= 0),
  ),
  ...one('Bool', text({ wildcards: false, ignoreCase: true })),
  ...one('BinaryEquals', binary),
  ...both('IpAddress', 'NotIpAddress', ipAddress),
  ...both('ArnEquals', 'ArnNotEquals', arn),
  ...both('ArnLike', 'ArnNotLike', arn),
])

function one(name: string, compile: Compile): [string, ConditionOperator][] {
  return [[name, { negated: false, compile }]]
}

function both(name: string, negatedName: string, compile: Compile): [string, ConditionOperator][] {
  return [...one(name, compile), [negatedName, { negated: true, compile }]]
}

function text(how: Pick<TextOptions, 'wildcards' | 'ignoreCase'>): Compile {
  return (values, options) => compileTexts(values, { ...how, ...options })
}

/** Compares the request's number with the policy's; one that is no number matches nothing. */
function ordered(parse: (text: string) => number | undefined, holds: (order: number) => boolean): Compile {
  return (values) => {
    const limits = values.map((value) => parse(value) ?? fail())
    return {
      keys: NO_KEYS,
      matches(text) {
        const number = parse(text)
        return number !== undefined && limits.some((limit) => holds(number - limit))
      },
    }
  }
}

function binary(values: readonly string[]): ValueTest {
  const all = values.map((value) => decodeBase64(value) ?? fail())
  const matches = (text: string): boolean => {
    const bytes = decodeBase64(text)
    return bytes !== undefined && all.some((value) => value.equals(bytes))
  }
  return { keys: NO_KEYS, matches }
}

function ipAddress(values: readonly string[]): ValueTest {
  const ranges = values.map((value) => parseIpRange(value) ?? fail())
  const matches = (text: string): boolean => {
    for (const range of ranges) if (range.contains(text)) return true
    return false
  }
  return { keys: NO_KEYS, matches }
}

/** Each of the six components by itself, so that no star reaches over a colon before the last. */
function arn(values: readonly string[], options: ValueOptions): ValueTest {
  const arns = values.map((value) =>
    splitArn(value, options.variables).map((component) =>
      compileText(component, { wildcards: true, ...options }),
    ),
  )
  const matches = (text: string, context: RequestContext): boolean => {
    const parts = splitArn(text, false)
    return arns.some(
      (components) =>
        parts.length === components.length &&
        components.every((component, index) => component.matches(parts[index] ?? '', context)),
    )
  }
  return { keys: arns.flatMap((components) => components.flatMap(({ keys }) => keys)), matches }
}

/** Six components at most; the colons of variables are theirs. */
function splitArn(text: string, variables: boolean): string[] {
  const components: string[] = []
  let start = 0
  for (let position = 0; position < text.length && components.length < 5; position++) {
    if (variables && text.startsWith('${', position)) {
      position = Math.max(position, text.indexOf('}', position))
    } else if (text[position] === ':') {
      components.push(text.slice(start, position))
      start = position + 1
    }
  }
  return [...components, text.slice(start)]
}

function parseNumber(text: string): number | undefined {
  return /^[+-]?(\d{1,30}\.?\d{0,30}|\.\d{1,30})$/.test(text) ? Number(text) : undefined
}

const ISO_DATE = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?)?)?$/

/** A W3C form of ISO 8601, or seconds since 1970; four digits are a year. */
function parseMilliseconds(text: string): number | undefined {
  const milliseconds = ISO_DATE.test(text) ? Date.parse(text) : (parseNumber(text) ?? Number.NaN) * 1000
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}

function decodeBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0
    ? Buffer.from(text, 'base64')
    : undefined
}

function fail(): never {
  throw syntaxError()
}
