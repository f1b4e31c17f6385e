import { stringAt } from './json-place.ts'
import { POLICY_ACTIONS, POLICY_KEYS, POLICY_OPERATORS } from './policy-words.gen.ts'

/** What may stand at a place of a policy, in place of `start` to `end` of its text. */
export interface Completion {
  readonly start: number
  readonly end: number
  readonly words: readonly string[]
}

/** What differs from policy to policy. */
export interface PolicyPlaces {
  readonly resources: readonly string[]
  readonly principals: readonly string[]
  /** Where not every action may stand. */
  readonly actions?: readonly string[] | undefined
}

const MOST_WORDS = 12

const DOCUMENT_MEMBERS = ['Version', 'Id', 'Statement']
const STATEMENT_MEMBERS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]

/** `undefined` where nothing is known that could stand at `caret`. */
export function completePolicy(text: string, caret: number, places: PolicyPlaces): Completion | undefined {
  const place = stringAt(text, caret)
  if (!place) return undefined
  const { start, end } = place
  const typed = text.slice(start, caret).toLowerCase()
  const known = place.isKey ? membersAt(place.path) : valuesAt(place.path, places)
  const words = known.filter((word) => word.toLowerCase().includes(typed) && word !== text.slice(start, end))
  const isStart = (word: string): boolean => word.toLowerCase().startsWith(typed)
  const sorted = [...words.filter(isStart), ...words.filter((word) => !isStart(word))]
  return sorted.length === 0 ? undefined : { start, end, words: sorted.slice(0, MOST_WORDS) }
}

function membersAt(path: readonly string[]): readonly string[] {
  const [statement, condition, operator] = path
  if (statement === undefined) return DOCUMENT_MEMBERS
  if (statement !== 'Statement') return []
  if (condition === undefined) return STATEMENT_MEMBERS
  if (/^(Not)?Principal$/.test(condition)) return ['AWS', 'Service', 'Federated', 'CanonicalUser']
  if (condition !== 'Condition') return []
  return operator === undefined ? POLICY_OPERATORS : POLICY_KEYS
}

function valuesAt(
  path: readonly string[],
  { resources, principals, actions }: PolicyPlaces,
): readonly string[] {
  const [, member, of] = path
  switch (member ?? path[0] ?? '') {
    case 'Version':
      return ['2012-10-17']
    case 'Effect':
      return ['Allow', 'Deny']
    case 'Action':
    case 'NotAction':
      return actions ?? ['s3:*', 's3express:*', ...POLICY_ACTIONS]
    case 'Resource':
    case 'NotResource':
      return resources
    case 'Principal':
    case 'NotPrincipal':
      return of === undefined ? ['*'] : of === 'AWS' ? principals : []
    default:
      return []
  }
}
