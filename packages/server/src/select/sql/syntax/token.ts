import type { Value } from '../../values/value.ts'

export interface Token {
  readonly kind: 'word' | 'quotedName' | 'literal' | 'symbol' | 'end'
  /** As it stands in the query; of a quoted name what is in the quotes. */
  readonly text: string
  /** Of a word in upper case, for keywords; else the text. */
  readonly upper: string
  /** Of a literal. */
  readonly value: Value
  /** The position of its first character in the query, from 0. */
  readonly at: number
}
