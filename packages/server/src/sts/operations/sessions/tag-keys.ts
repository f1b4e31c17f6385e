import type { ContextKeys } from '../../../access/request-context.ts'
import type { TagPairs } from '../../../metadata/tables/iam-tables.ts'
import { tagEntries } from '../../../access/tag-entries.ts'

/** Condition keys of the tags that a session is asked for with. */
export function keysOfTags(tags: TagPairs): ContextKeys {
  return {
    ...(tags.length > 0 && { 'aws:TagKeys': tags.map(([key]) => key) }),
    ...Object.fromEntries(tagEntries('aws:RequestTag', tags)),
  }
}
