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

/** A set of tags, and the error that it is refused with; `undefined` where it is taken. */
export interface TagCase {
  readonly what: string
  readonly tags: Tags
  readonly code?: 'InvalidTag' | undefined
}

/** Source: S3 User Guide, "Categorizing your objects using tags" and "Using cost allocation S3 bucket tags". */
export const tagCases: readonly TagCase[] = [
  { what: 'a key of 128 characters', tags: [['k'.repeat(128), 'v']] },
  { what: 'a key of 129 characters', tags: [['k'.repeat(129), 'v']], code: 'InvalidTag' },
  { what: 'a value of 256 characters', tags: [['k', 'v'.repeat(256)]] },
  { what: 'a value of 257 characters', tags: [['k', 'v'.repeat(257)]], code: 'InvalidTag' },
  { what: 'an empty value', tags: [['k', '']] },
  { what: 'an empty key', tags: [['', 'v']], code: 'InvalidTag' },
  { what: 'all signs that are allowed', tags: [['a+b-c=d.e_f:g/h@i j', '+-=._:/@ 9']] },
  { what: 'letters of other scripts', tags: [['Größe', '東京 большой']] },
  { what: 'an ampersand', tags: [['a&b', 'v']], code: 'InvalidTag' },
  { what: 'a question mark in a value', tags: [['a', 'v?']], code: 'InvalidTag' },
  { what: 'a line break', tags: [['a', 'v\nw']], code: 'InvalidTag' },
  { what: 'a key of the system', tags: [['aws:mine', 'v']], code: 'InvalidTag' },
  {
    what: 'keys that differ in case alone',
    tags: [
      ['Key', 'a'],
      ['key', 'b'],
    ],
  },
]
