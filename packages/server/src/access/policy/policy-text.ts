import type { RequestContext } from '../request-context.ts'
import { compileGlobs } from './glob.ts'
import { ANY, type GlobPart, STAR } from './glob-part.ts'
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
  return compileTexts([text], options)
}

/** Texts of which one has to match. Those without variables are compiled, and matched, together. */
export function compileTexts(texts: readonly string[], options: TextOptions): PolicyText {
  const parsed = texts.map((text) => parse(text, options))
  const fold = options.ignoreCase ? (value: string) => value.toLowerCase() : undefined
  const globs = parsed.filter((parts) => parts.every(isGlobPart))
  const fixed = compileGlobs(globs.map((parts) => folded(parts, fold)))
  const varying = parsed.filter((parts) => !parts.every(isGlobPart))
  if (varying.length === 0) return { keys: [], matches: fold ? (value) => fixed(fold(value)) : fixed }
  const keys = varying.flatMap((parts) => parts.filter(isVariable).map(({ key }) => key))
  return {
    keys,
    matches(value, context) {
      const text = fold ? fold(value) : value
      if (fixed(text)) return true
      return varying.some((parts) => {
        const resolved = resolve(parts, context)
        return resolved ? matchesResolved(resolved, text, fold) : options.whenUnresolved
      })
    },
  }
}

/** What variables stand for is literal, stars included. `undefined` where one has no value. */
function resolve(parts: readonly Part[], context: RequestContext): readonly GlobPart[] | undefined {
  const resolved: GlobPart[] = []
  for (const part of parts) {
    const value = isVariable(part) ? valueOf(part, context) : part
    if (value === undefined) return undefined
    resolved.push(value)
  }
  return resolved
}

/** What is longer than the text is never put together: a long header, named again and again, would make it huge. */
function matchesResolved(
  parts: readonly GlobPart[],
  text: string,
  fold: ((value: string) => string) | undefined,
): boolean {
  let least = 0
  for (const part of parts) if (typeof part === 'string') least += part.length
  return least <= text.length && compileGlobs([folded(parts, fold)])(text)
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
