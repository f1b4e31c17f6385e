import type { RequestContext } from '../request-context.ts'
import { ANY, compileGlob, type GlobMatcher, type GlobPart, STAR } from './glob.ts'
import { syntaxError } from './policy-error.ts'

export interface TextOptions {
  /** Whether `*` and `?` stand for others. */
  readonly wildcards: boolean
  /** Whether `${…}` is a variable: from language version 2012-10-17 on, where the element allows it. */
  readonly variables: boolean
  readonly ignoreCase?: boolean
  /** What a text counts as that has a variable without a value. */
  readonly whenUnresolved: boolean
}

/** A text of a policy that values of requests are held against. */
export interface PolicyText {
  /** The condition keys of its variables, in lower case. */
  readonly keys: readonly string[]
  matches(value: string, context: RequestContext): boolean
}

interface Variable {
  readonly key: string
  readonly defaultValue: string | undefined
}

type Part = GlobPart | Variable

export function compileText(text: string, options: TextOptions): PolicyText {
  const parts = parse(text, options)
  const keys = parts.filter(isVariable).map(({ key }) => key)
  const fold = options.ignoreCase ? (value: string) => value.toLowerCase() : undefined
  if (keys.length === 0) {
    const glob = compileGlob(folded(parts.filter(isGlobPart), fold))
    return { keys, matches: fold ? (value) => glob(fold(value)) : glob }
  }
  return {
    keys,
    matches(value, context) {
      const glob = resolve(parts, context, fold)
      return glob ? glob(fold ? fold(value) : value) : options.whenUnresolved
    },
  }
}

/** What variables stand for is literal, stars included. */
function resolve(
  parts: readonly Part[],
  context: RequestContext,
  fold: ((value: string) => string) | undefined,
): GlobMatcher | undefined {
  const resolved: GlobPart[] = []
  for (const part of parts) {
    const value = isVariable(part) ? valueOf(part, context) : part
    if (value === undefined) return undefined
    resolved.push(value)
  }
  return compileGlob(folded(resolved, fold))
}

function valueOf({ key, defaultValue }: Variable, context: RequestContext): string | undefined {
  const values = context.get(key)
  return values?.length === 1 ? values[0] : defaultValue
}

function folded(
  parts: readonly GlobPart[],
  fold: ((value: string) => string) | undefined,
): readonly GlobPart[] {
  return fold ? parts.map((part) => (typeof part === 'string' ? fold(part) : part)) : parts
}

function isVariable(part: Part): part is Variable {
  return typeof part === 'object'
}

function isGlobPart(part: Part): part is GlobPart {
  return !isVariable(part)
}

function parse(text: string, { wildcards, variables }: TextOptions): Part[] {
  const parts: Part[] = []
  let literalStart = 0
  let position = 0
  const add = (part: Part | undefined, end: number): void => {
    if (position > literalStart) parts.push(text.slice(literalStart, position))
    if (part !== undefined) parts.push(part)
    position = literalStart = end
  }
  while (position < text.length) {
    const character = text[position]
    if (wildcards && character === '*') add(STAR, position + 1)
    else if (wildcards && character === '?') add(ANY, position + 1)
    else if (variables && text.startsWith('${', position)) {
      const end = endOfVariable(text, position)
      add(parseVariable(text.slice(position + 2, end - 1)), end)
    } else position++
  }
  add(undefined, text.length)
  return parts
}

/** Just behind the closing brace, which may stand quoted in the default value. */
function endOfVariable(text: string, start: number): number {
  const brace = text.indexOf('}', start)
  const quote = text.indexOf("'", start)
  if (quote === -1 || quote > brace) return brace + 1 || fail()
  const closingQuote = text.indexOf("'", quote + 1)
  return (closingQuote === -1 ? 0 : text.indexOf('}', closingQuote) + 1) || fail()
}

/** `*`, `?` and `$` stand for themselves. Source: IAM User Guide, "IAM policy elements: Variables and tags". */
function parseVariable(body: string): Variable | string {
  if (body === '*' || body === '?' || body === '$') return body
  const comma = body.indexOf(',')
  const key = (comma === -1 ? body : body.slice(0, comma)).trim().toLowerCase()
  if (key === '') return fail()
  return { key, defaultValue: comma === -1 ? undefined : parseDefault(body.slice(comma + 1).trim()) }
}

function parseDefault(text: string): string {
  return text.length >= 2 && text.startsWith("'") && text.endsWith("'") ? text.slice(1, -1) : fail()
}

function fail(): never {
  throw syntaxError()
}
