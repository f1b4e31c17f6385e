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
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** The unknown keys, where that is the mistake. */
  readonly keys?: readonly string[]
}

function problemsOf(issue: Issue): ConfigProblem[] {
  const paths = issue.keys ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
  return paths.map((path) => ({ path: jsonPath(path), message: issue.message }))
}
