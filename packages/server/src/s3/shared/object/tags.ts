import type { AccessRule } from '../../../access/access-rule.ts'
import type { TagsRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { Tag } from '../../../model/types.gen.ts'

export const GET_OBJECT_TAGGING: AccessRule = {
  action: 's3:GetObjectTagging',
  versionedAction: 's3:GetObjectVersionTagging',
  on: 'object',
}

/** What PutObjectTagging asks for, and every upload that brings tags along. */
export const PUT_OBJECT_TAGGING: AccessRule = {
  action: 's3:PutObjectTagging',
  versionedAction: 's3:PutObjectVersionTagging',
  on: 'object',
}

/** Source: S3 User Guide, "Categorizing your storage using tags" and "Using cost allocation S3 bucket tags". */
export const MOST_OBJECT_TAGS = 10
export const MOST_BUCKET_TAGS = 50
// In UTF-16 units. Source: the same pages: "up to 128 Unicode characters (represented as 1 or 2 UTF-16 characters)".
const MOST_KEY_CHARACTERS = 128
const MOST_VALUE_CHARACTERS = 256

/** Source: the same pages: letters, spaces and numbers of UTF-8, and + - = . _ : / @ */
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** Checks a set of tags; throws InvalidTag, or BadRequest for too many. */
export function checkTags(tags: TagsRow, most: number): TagsRow {
  if (tags.length > most) {
    throw new S3Error(
      'BadRequest',
      {},
      { message: `${most === MOST_OBJECT_TAGS ? 'Object' : 'Bucket'} tags cannot be greater than ${most}` },
    )
  }
  const keys = new Set<string>()
  for (const [key, value] of tags) {
    if (key === '' || key.length > MOST_KEY_CHARACTERS || !ALLOWED.test(key)) {
      throw invalidTag('The TagKey you have provided is invalid', key)
    }
    if (value.length > MOST_VALUE_CHARACTERS || !ALLOWED.test(value)) {
      throw invalidTag('The TagValue you have provided is invalid', key, value)
    }
    if (key.toLowerCase().startsWith('aws:'))
      throw invalidTag('System tags cannot be added/updated by requester', key)
    if (keys.has(key)) throw invalidTag('Cannot provide multiple Tags with the same key', key)
    keys.add(key)
  }
  return tags
}

function invalidTag(message: string, TagKey: string, TagValue?: string): S3Error {
  const fields = { TagKey, ...(TagValue !== undefined && { TagValue }) }
  return new S3Error('InvalidTag', fields, { message })
}

/**
 * The tags of `x-amz-tagging`, which is a query string: an empty parameter is none, and the first `=` ends a name. Source:
 * WHATWG URL, section 5.1; the pages of S3 say no more than "URL Query parameters".
 */
export function tagsOfHeader(header: string): TagsRow {
  const parameters = header.split('&').filter((parameter) => parameter !== '')
  const tags = parameters.map(tagOfParameter)
  if (new Set(tags.map(([key]) => key)).size < tags.length) throw invalidHeader(header)
  return checkTags(tags, MOST_OBJECT_TAGS)
}

function tagOfParameter(parameter: string): readonly [string, string] {
  const mark = parameter.indexOf('=')
  const [key, value] = mark < 0 ? [parameter, ''] : [parameter.slice(0, mark), parameter.slice(mark + 1)]
  return [decode(key), decode(value)]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    throw invalidHeader(text, cause)
  }
}

function invalidHeader(text: string, cause?: unknown): S3Error {
  const fields = { ArgumentName: 'x-amz-tagging', ArgumentValue: text }
  const message =
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates."
  return new S3Error('InvalidArgument', fields, { message, cause })
}

export function tagsOfElements(tags: readonly Tag[], most: number): TagsRow {
  return checkTags(
    tags.map(({ Key, Value }) => [Key, Value] as const),
    most,
  )
}

export function elementsOfTags(tags: TagsRow | undefined): Tag[] {
  return (tags ?? []).map(([Key, Value]) => ({ Key, Value }))
}
