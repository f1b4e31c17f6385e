import type { ContextKeys } from '../../access/request-context.ts'
import type { TagPairs } from '../../metadata/tables/iam-tables.ts'
import type { Tag } from '../../model/iam-types.gen.ts'
import { QueryError } from '../../model/query-error.ts'
import { tagEntries } from '../../access/tag-entries.ts'

/** Source: IAM User Guide, "IAM and AWS STS quotas". */
const MOST_TAGS = 50

/** A list that may be empty: so AWS answers where it tells of one thing alone, other than a user or a role, and in GetAccountAuthorizationDetails. */
export function shownTags(tags: TagPairs = []): readonly Tag[] {
  return tags.map(([Key, Value]) => ({ Key, Value }))
}

/** The member of other answers; left out where there are none. */
export function tagsOf(tags: TagPairs = []): { readonly Tags?: readonly Tag[] } {
  return tags.length === 0 ? {} : { Tags: shownTags(tags) }
}

/**
 * Whether keys that differ in upper and lower case alone are one key: `same` of users and roles, `different` of all else. Source: IAM
 * User Guide, "Rules for tagging in IAM and AWS STS", "Case sensitivity".
 */
export type KeyCases = 'same' | 'different'

const DUPLICATES: Readonly<Record<KeyCases, string>> = {
  same: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  different: 'Duplicate tag keys found.',
}

/** The tags with what is new among them; a key that was there keeps its place, with its new spelling. */
export function withTags(before: TagPairs, added: readonly Tag[], cases: KeyCases): TagPairs {
  const tags = new Map(before.map((pair) => [keyOf(pair[0], cases), pair]))
  const keys = added.map(({ Key }) => keyOf(Key, cases))
  if (new Set(keys).size < keys.length) throw new QueryError('InvalidInput', DUPLICATES[cases])
  if (keys.some((key) => key.toLowerCase().startsWith('aws:'))) {
    throw new QueryError('InvalidInput', 'System tags cannot be added, updated or deleted by the user.')
  }
  for (const { Key, Value } of added) tags.set(keyOf(Key, cases), [Key, Value])
  if (tags.size <= MOST_TAGS) return [...tags.values()]
  throw new QueryError('LimitExceeded', `The number of tags has reached the maximum limit of ${MOST_TAGS}.`)
}

export function withoutTags(before: TagPairs, keys: readonly string[], cases: KeyCases): TagPairs {
  const gone = new Set(keys.map((key) => keyOf(key, cases)))
  return before.filter(([key]) => !gone.has(keyOf(key, cases)))
}

function keyOf(key: string, cases: KeyCases): string {
  return cases === 'same' ? key.toLowerCase() : key
}

/** The condition keys of a request that brings tags. */
export function requestTagKeys(tags: readonly Tag[] = []): ContextKeys {
  if (tags.length === 0) return {}
  const pairs = tags.map(({ Key, Value }): [string, string] => [Key, Value])
  return {
    ...Object.fromEntries(tagEntries('aws:RequestTag', pairs)),
    'aws:TagKeys': tags.map(({ Key }) => Key),
  }
}

/** The condition keys of a user, role or policy that has tags; IAM has two names for each. */
export function resourceTagKeys(tags: TagPairs = []): ContextKeys {
  return Object.fromEntries([...tagEntries('aws:ResourceTag', tags), ...tagEntries('iam:ResourceTag', tags)])
}
