import type { Tag } from '../../../model/types.gen.ts'
import type { ContextKeys } from '../../../access/request-context.ts'
import { tagEntries } from '../../../access/tag-entries.ts'

/** The condition keys of the tags that a request gives an object. Source: Service Authorization Reference, Amazon S3. */
export function tagConditionKeys(tags: readonly Tag[]): ContextKeys {
  const values = tagEntries('s3:RequestObjectTag', pairsOf(tags))
  return { ...Object.fromEntries(values), 's3:RequestObjectTagKeys': tags.map(({ Key }) => Key) }
}

/** The same, of `x-amz-tagging`, which is a query string. */
export function requestTagConditionKeys(tagging: string | undefined): ContextKeys {
  if (tagging === undefined) return {}
  return tagConditionKeys([...new URLSearchParams(tagging)].map(([Key, Value]) => ({ Key, Value })))
}

/** Those of the tags that a request gives a bucket. Source: the same page: the keys of CreateBucket and TagResource. */
export function bucketTagKeys(tags: readonly Tag[] = []): ContextKeys {
  if (tags.length === 0) return {}
  const values = tagEntries('aws:RequestTag', pairsOf(tags))
  return { ...Object.fromEntries(values), 'aws:TagKeys': tags.map(({ Key }) => Key) }
}

function pairsOf(tags: readonly Tag[]): [key: string, value: string][] {
  return tags.map(({ Key, Value }) => [Key, Value])
}
