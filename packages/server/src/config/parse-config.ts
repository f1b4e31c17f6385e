import { jsonPath } from '../base/read-json.ts'
import { type Config, completeConfig } from './config.ts'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { configSchema } from './config-schema.ts'
import { findContradictions } from './find-contradictions.ts'
import { findDoubles } from './find-doubles.ts'
import { parseJson } from './parse-json.ts'

/**
 * Reads a config from JSON. Throws {@link ConfigError} with every mistake at once: the line and column of a mistake in
 * the JSON, or the path of each mistake in its content. `source` is the name used in the message.
 */
export function parseConfig(json: string, source: string): Config {
  return checkConfig(parseJson(json, source), source)
}

/** The same of a config that is no text, as a program makes one. */
export function checkConfig(value: unknown, source: string): Config {
  const result = configSchema.safeParse(value)
  const shape = result.success ? [] : result.error.issues.flatMap(problemsOf)
  const problems = [...shape, ...findDoubles(value), ...findContradictions(value)]
  if (!result.success || problems.length > 0) throw new ConfigError(source, problems)
  return completeConfig(result.data)
}

interface Issue {
  readonly code?: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** The unknown keys, where that is the mistake. */
  readonly keys?: readonly string[]
  /** What is wrong by each of the forms that a value may have, with paths from there on. */
  readonly errors?: readonly (readonly Issue[])[]
  /** What is wrong with a name in an object of any names. */
  readonly issues?: readonly Issue[]
}

function problemsOf(issue: Issue): ConfigProblem[] {
  const within = meantForm(issue) ?? (issue.code === 'invalid_key' ? issue.issues : undefined)
  if (within) return within.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }))
  const paths = issue.keys ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
  return paths.map((path) => ({ path: jsonPath(path), message: issue.message }))
}

/** What is wrong by the only form whose kind of value this is, so that a mistake within an object is told of and not the object. */
function meantForm({ errors = [] }: Issue): readonly Issue[] | undefined {
  const meant = errors.filter((issues) => !issues.some(isOfAnotherKind))
  return meant.length === 1 ? meant[0] : undefined
}

function isOfAnotherKind({ code = '', path }: Issue): boolean {
  return path.length === 0 && ['invalid_type', 'invalid_value', 'invalid_union'].includes(code)
}
