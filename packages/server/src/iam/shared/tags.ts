import type { ContextKeys } from '../../access/request-context.ts'
import type { TagPairs } from '../../metadata/tables/iam-tables.ts'
import type { Tag } from '../../model/iam-types.gen.ts'
import { QueryError } from '../../model/query-error.ts'

/** Source: IAM User Guide, "IAM and AWS STS quotas". */
const MOST_TAGS = 50

export function shownTags(tags: TagPairs): readonly Tag[] {
  return tags.map(([Key, Value]) => ({ Key, Value }))
}

/** The member of answers; left out where there are none. */
export function tagsOf(tags: TagPairs = []): { readonly Tags?: readonly Tag[] } {
  return tags.length === 0 ? {} : { Tags: shownTags(tags) }
}

/**
 * The tags with what is new among them; a key that differs in upper and lower case alone is the same, and keeps its place with
 * its new spelling. Source: IAM User Guide, "Rules for tagging in IAM and AWS STS".
 */
export function withTags(before: TagPairs, added: readonly Tag[]): TagPairs {
  const tags = new Map(before.map((pair) => [pair[0].toLowerCase(), pair]))
  const names = added.map(({ Key }) => Key.toLowerCase())
  if (new Set(names).size < names.length) {
    const message = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.'
    throw new QueryError('InvalidInput', message)
  }
  if (names.some((name) => name.startsWith('aws:'))) {
    throw new QueryError('InvalidInput', 'System tags cannot be added, updated or deleted by the user.')
  }
  for (const { Key, Value } of added) tags.set(Key.toLowerCase(), [Key, Value])
  if (tags.size <= MOST_TAGS) return [...tags.values()]
  throw new QueryError('LimitExceeded', `The number of tags has reached the maximum limit of ${MOST_TAGS}.`)
}

export function withoutTags(before: TagPairs, keys: readonly string[]): TagPairs {
  const gone = new Set(keys.map((key) => key.toLowerCase()))
  return before.filter(([key]) => !gone.has(key.toLowerCase()))
}

/** The condition keys of a request that brings tags. */
export function requestTagKeys(tags: readonly Tag[] = []): ContextKeys {
  if (tags.length === 0) return {}
  const pairs = tags.map(({ Key, Value }): [string, string] => [`aws:RequestTag/${Key}`, Value])
  return { ...Object.fromEntries(pairs), 'aws:TagKeys': tags.map(({ Key }) => Key) }
}

/** The condition keys of a user, role or policy that has tags; IAM has two names for each. */
export function resourceTagKeys(tags: TagPairs = []): ContextKeys {
  return Object.fromEntries(
    tags.flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  )
}
