import { S3Error } from '../../../model/s3-error.ts'
import type { TrimSide } from '../syntax/syntax-tree.ts'

/** S3's limit of a record: no value of one is longer. */
const MAX_LENGTH = 1024 * 1024
const surrogate = /[\ud800-\udfff]/

/** In characters, not in code units. */
export function characterLength(text: string): number {
  if (!surrogate.test(text)) return text.length
  let length = 0
  for (let at = 0; at < text.length; at += isPairAt(text, at) ? 2 : 1) length++
  return length
}

/**
 * From the character `start`, from 1; one below 1 counts towards `length`. Source: S3 User Guide, "String functions",
 * SUBSTRING.
 */
export function substring(text: string, start: bigint, length: bigint | undefined): string {
  if (length !== undefined && length < 0n) throw new S3Error('IllegalSqlFunctionArgument')
  const from = Math.max(0, Number(start) - 1)
  const to = length === undefined ? text.length : Math.max(from, Number(start) - 1 + Number(length))
  if (!surrogate.test(text)) return text.slice(from, to)
  return Array.from(text).slice(from, to).join('')
}

/** Without those of `characters` that it begins or ends with. */
export function trim(text: string, side: TrimSide, characters: string): string {
  const set = new Set(characters)
  let [start, end] = [0, text.length]
  if (side !== 'TRAILING')
    while (start < end && set.has(characterAt(text, start))) start += characterAt(text, start).length
  if (side !== 'LEADING')
    while (end > start && set.has(characterBefore(text, end))) end -= characterBefore(text, end).length
  return text.slice(start, end)
}

export function concatenation(texts: readonly string[]): string {
  let length = 0
  for (const text of texts) length += text.length
  if (length > MAX_LENGTH) throw new S3Error('OverMaxRecordSize')
  return texts.join('')
}

function isPairAt(text: string, at: number): boolean {
  return (text.codePointAt(at) ?? 0) > 0xffff
}

function characterAt(text: string, at: number): string {
  return isPairAt(text, at) ? text.slice(at, at + 2) : text.charAt(at)
}

function characterBefore(text: string, end: number): string {
  return end > 1 && isPairAt(text, end - 2) ? text.slice(end - 2, end) : text.charAt(end - 1)
}
