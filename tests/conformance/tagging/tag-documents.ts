import { expect } from 'vitest'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'

export type Tags = readonly (readonly [key: string, value: string])[]

export function tagDocument(tags: Tags): string {
  const items = tags.map(
    ([key, value]) => `<Tag><Key>${escape(key)}</Key><Value>${escape(value)}</Value></Tag>`,
  )
  return `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${items.join('')}</TagSet></Tagging>`
}

export function tagsOf(answer: RawAnswer): Tags {
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
  const values = xmlTexts(answer.text, 'Value')
  return xmlTexts(answer.text, 'Key').map((key, at) => [key, values[at] ?? ''] as const)
}

export function numbered(count: number): Tags {
  return Array.from({ length: count }, (_, at) => [`key-${at}`, `value-${at}`] as const)
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

export interface TagCase {
  readonly what: string
  readonly tags: Tags
}

/** Source: S3 User Guide, "Categorizing your objects using tags" and "Using cost allocation S3 bucket tags". */
export const validTags: readonly TagCase[] = [
  { what: 'a key of 128 characters', tags: [['k'.repeat(128), 'v']] },
  { what: 'a value of 256 characters', tags: [['k', 'v'.repeat(256)]] },
  { what: 'an empty value', tags: [['k', '']] },
  { what: 'all signs that are allowed', tags: [['a+b-c=d.e_f:g/h@i j', '+-=._:/@ 9']] },
  { what: 'letters of other scripts', tags: [['Größe', '東京 большой']] },
  {
    what: 'keys that differ in case alone',
    tags: [
      ['Key', 'a'],
      ['key', 'b'],
    ],
  },
]

/** Each is InvalidTag. */
export const invalidTags: readonly TagCase[] = [
  { what: 'a key of 129 characters', tags: [['k'.repeat(129), 'v']] },
  { what: 'a value of 257 characters', tags: [['k', 'v'.repeat(257)]] },
  { what: 'an empty key', tags: [['', 'v']] },
  { what: 'an ampersand', tags: [['a&b', 'v']] },
  { what: 'a question mark in a value', tags: [['a', 'v?']] },
  { what: 'a line break', tags: [['a', 'v\nw']] },
  { what: 'a key of the system', tags: [['aws:mine', 'v']] },
]
