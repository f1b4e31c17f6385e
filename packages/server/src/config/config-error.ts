/** One mistake in a config. */
export interface ConfigProblem {
  /** Where: `accounts[0].id`, or `line 3, column 7`. Empty for the file as a whole. */
  readonly path: string
  /** What was expected and what to do. */
  readonly message: string
}

/** A config that cannot be used, with every mistake in it. Never holds a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly ConfigProblem[]

  /** `source` is what the person knows it by: the file's name, or the environment. */
  constructor(source: string, problems: readonly ConfigProblem[], options?: { cause?: unknown }) {
    const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`
    super([`${source} has ${count}:`, ...problems.map(describeProblem)].join('\n'), options)
    this.problems = problems
  }
}

function describeProblem(problem: ConfigProblem): string {
  return problem.path === '' ? `  ${problem.message}` : `  ${problem.path}: ${problem.message}`
}
