import type { TagPairs } from '../../../metadata/tables/iam-tables.ts'
import type { StsInputs } from '../../../model/sts-types.gen.ts'
import { QueryError } from '../../../model/query-error.ts'

export interface SessionTags {
  readonly tags: TagPairs
  readonly transitiveTagKeys: readonly string[]
}

/** Source: IAM User Guide, "Pass session tags in AWS STS", "Things to know". */
const MOST_TAGS = 50

/**
 * The tags of a session that another may begin: what is transitive of that one's goes on, and cannot be put otherwise.
 * Throws ValidationError. Source: the page above, "Chaining roles with session tags".
 */
export function sessionTags(
  { Tags = [], TransitiveTagKeys = [] }: Pick<StsInputs['AssumeRole'], 'Tags' | 'TransitiveTagKeys'>,
  inherited: TagPairs = [],
): SessionTags {
  const given = Tags.map(({ Key, Value }) => [Key, Value] as const)
  const tags = [...inherited, ...given]
  const names = tags.map(([key]) => key.toLowerCase())
  if (new Set(names).size < names.length) {
    throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  }
  if (names.some((name) => name.startsWith('aws:'))) throw invalid('Tag keys must not begin with aws:.')
  if (tags.length > MOST_TAGS) throw invalid(`A session has at most ${MOST_TAGS} tags.`)
  const strange = TransitiveTagKeys.find((key) => !names.includes(key.toLowerCase()))
  if (strange !== undefined) throw invalid(`The transitive tag key ${strange} is none of the session's tags.`)
  return { tags, transitiveTagKeys: [...inherited.map(([key]) => key), ...TransitiveTagKeys] }
}

function invalid(message: string): QueryError {
  return new QueryError('ValidationError', message)
}
