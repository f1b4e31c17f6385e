import { policyTexts } from '../texts/policy.ts'
import { POLICY_ACTIONS, POLICY_KEYS, POLICY_OPERATORS } from './policy-words.gen.ts'

/** Whom a policy belongs to: a bucket, somebody, or a role that it lets people into. */
export type PolicyKind = 'bucket' | 'identity' | 'trust'

/** What is wrong with a policy, or is most likely not meant so, in words; the server has the last one. Nothing of what is no JSON. */
export function policyProblems(text: string, kind: PolicyKind): readonly string[] {
  if (text.trim() === '') return []
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    return []
  }
  if (!isObject(policy) || policy['Statement'] === undefined) return [policyTexts.noStatement]
  return listOf(policy['Statement']).flatMap((statement, index) =>
    isObject(statement)
      ? statementProblems(statement, kind).map((problem) => policyTexts.inStatement(index + 1, problem))
      : [policyTexts.inStatement(index + 1, policyTexts.noObject)],
  )
}

function statementProblems(statement: JsonObject, kind: PolicyKind): string[] {
  const problems: string[] = []
  const has = (name: string): boolean =>
    statement[name] !== undefined || statement[`Not${name}`] !== undefined
  if (!['Allow', 'Deny'].includes(String(statement['Effect']))) problems.push(policyTexts.effect)
  if (!has('Action')) problems.push(policyTexts.noAction)
  if (kind !== 'trust' && !has('Resource')) problems.push(policyTexts.noResource)
  if (kind === 'identity' && has('Principal')) problems.push(policyTexts.noPrincipalHere)
  if (kind !== 'identity' && !has('Principal')) problems.push(policyTexts.noPrincipal)
  const actions = [...listOf(statement['Action']), ...listOf(statement['NotAction'])]
  return [...problems, ...actions.flatMap(actionProblem), ...conditionProblems(statement['Condition'])]
}

function actionProblem(action: unknown): string[] {
  const pattern = String(action)
  const matches = new RegExp(`^${pattern.split('*').map(partOf).join('.*')}$`, 'i')
  return pattern === '*' || POLICY_ACTIONS.some((known) => matches.test(known))
    ? []
    : [policyTexts.unknownAction(pattern)]
}

function partOf(text: string): string {
  return text
    .split('?')
    .map((part) => RegExp.escape(part))
    .join('.')
}

function conditionProblems(conditions: unknown): string[] {
  if (!isObject(conditions)) return []
  return Object.entries(conditions).flatMap(([operator, keys]) => [
    ...(isOperator(operator) ? [] : [policyTexts.unknownOperator(operator)]),
    ...(isObject(keys) ? Object.keys(keys) : [])
      .filter((key) => !isKey(key))
      .map((key) => policyTexts.unknownKey(key)),
  ])
}

function isOperator(name: string): boolean {
  return POLICY_OPERATORS.includes(name.replace(/^For(AnyValue|AllValues):/, '').replace(/IfExists$/, ''))
}

/** Those of identity providers and services besides S3 are theirs to know. */
function isKey(name: string): boolean {
  const lower = name.toLowerCase()
  if (!/^(s3|s3express|aws):/.test(lower)) return true
  return POLICY_KEYS.some((key) =>
    key.endsWith('/') ? lower.startsWith(key.toLowerCase()) : lower === key.toLowerCase(),
  )
}

type JsonObject = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}
