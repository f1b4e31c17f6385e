import { S3Error } from '../../../model/s3-error.ts'
import type { Tag } from '../../../model/types.gen.ts'

/** Source: S3 API Reference, PutBucketReplication and ReplicationRule; S3 User Guide, "Categorizing your storage using tags". */
const MOST_PREFIX_CHARACTERS = 1024
const MOST_TAG_KEY_CHARACTERS = 128
const MOST_TAG_VALUE_CHARACTERS = 256

/** How many of a document's parts are there. */
export function countGiven(...parts: readonly unknown[]): number {
  return parts.filter((part) => part !== undefined).length
}

/** Throws InvalidRequest for a prefix that no key can have. */
export function checkFilterPrefix(prefix: string): void {
  if (prefix.length > MOST_PREFIX_CHARACTERS)
    throw invalidRequest(`The maximum size of a prefix is ${MOST_PREFIX_CHARACTERS}.`)
}

/** Throws MalformedXML or InvalidRequest for tags that no object can have. */
export function checkFilterTags(tags: readonly Tag[]): void {
  for (const { Key, Value } of tags) {
    const isLong = Key.length > MOST_TAG_KEY_CHARACTERS || Value.length > MOST_TAG_VALUE_CHARACTERS
    if (Key === '' || isLong) throw new S3Error('MalformedXML')
  }
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length)
    throw invalidRequest('Duplicate Tag Keys are not allowed.')
}

function invalidRequest(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
