import { readJson } from '../../base/read-json.ts'
import { type Elements, isElements, statementElements } from './elements.ts'

/** The condition keys that a statement looks at, as it spells them. */
export interface StatementKeys {
  /** Those of variables in its resources. */
  readonly resource: readonly string[]
  /** Those of its conditions, and of variables in their values. */
  readonly condition: readonly string[]
}

/** Of each statement of a policy, by its text, which has to be one that was taken for a policy. */
export function statementKeys(text: string): readonly StatementKeys[] {
  const document = readJson(text) as Elements
  const variables = document['Version'] === '2012-10-17' ? variablesOf : () => []
  return statementElements(document).map(({ Resource, NotResource, Condition }) => ({
    resource: variables([Resource, NotResource]),
    condition: conditionsOf(Condition).flatMap(([key, values]) => [key, ...variables(values)]),
  }))
}

/** Each key under each operator. */
function conditionsOf(condition: unknown): readonly (readonly [key: string, values: unknown])[] {
  if (!isElements(condition)) return []
  return Object.values(condition).flatMap((keys) => (isElements(keys) ? Object.entries(keys) : []))
}

/** The name stands before a default value, if there is one. */
const VARIABLE = /\$\{([^},]*)[,}]/g

/** `*`, `?` and `$` stand for themselves. */
function variablesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(variablesOf)
  if (typeof value !== 'string') return []
  const names = Array.from(value.matchAll(VARIABLE), ([, name = '']) => name.trim())
  return names.filter((name) => !/^[*?$]?$/.test(name))
}
