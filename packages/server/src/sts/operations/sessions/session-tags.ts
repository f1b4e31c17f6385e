import type { TagPairs } from '../../../metadata/tables/iam-tables.ts'
import type { StsInputs } from '../../../model/sts-types.gen.ts'
import { QueryError } from '../../../model/query-error.ts'

export interface SessionTags {
  readonly tags: TagPairs
  readonly transitiveTagKeys: readonly string[]
}

/** Source: IAM User Guide, "Pass session tags in AWS STS", "Things to know". */
const MOST_TAGS = 50

const DUPLICATES = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.'
const CONFLICT =
  "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session."
const NO_TAG = 'The specified transitive tag key must be included in the requested tags.'

/**
 * The tags of a session that another may begin: what is transitive of that one's goes on, and cannot be put otherwise.
 * Throws InvalidParameterValue and ValidationError. Source: the page above, "Chaining roles with session tags".
 */
export function sessionTags(
  { Tags = [], TransitiveTagKeys = [] }: Pick<StsInputs['AssumeRole'], 'Tags' | 'TransitiveTagKeys'>,
  inherited: TagPairs = [],
): SessionTags {
  const given = Tags.map(({ Key, Value }) => [Key, Value] as const)
  const tags = [...inherited, ...given]
  const names = namesOf(tags)
  if (new Set(namesOf(given)).size < given.length) throw wrongTags(DUPLICATES)
  if (new Set(names).size < names.length) throw wrongTags(CONFLICT)
  if (names.some((name) => name.startsWith('aws:'))) throw invalid('Tag keys must not begin with aws:.')
  if (tags.length > MOST_TAGS) throw invalid(`A session has at most ${MOST_TAGS} tags.`)
  if (TransitiveTagKeys.some((key) => !names.includes(key.toLowerCase()))) throw wrongTags(NO_TAG)
  return { tags, transitiveTagKeys: [...inherited.map(([key]) => key), ...TransitiveTagKeys] }
}

function namesOf(tags: TagPairs): readonly string[] {
  return tags.map(([key]) => key.toLowerCase())
}

function wrongTags(message: string): QueryError {
  return new QueryError('InvalidParameterValue', message)
}

function invalid(message: string): QueryError {
  return new QueryError('ValidationError', message)
}
