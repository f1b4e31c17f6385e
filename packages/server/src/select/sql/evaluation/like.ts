import { S3Error } from '../../../model/s3-error.ts'
import type { Value } from '../../values/value.ts'
import type { Compiled, Evaluate } from './compiled.ts'
import { likePattern, type Matches } from './like-pattern.ts'

export function compileLike<Row>(
  operand: Compiled<Row>,
  pattern: Compiled<Row>,
  escape: Compiled<Row> | undefined,
): Evaluate<Row> {
  const matcher = matcherOf(pattern, escape)
  const { evaluate } = operand
  return (row) => {
    const text = evaluate(row)
    const matches = matcher(row)
    if (text === undefined || matches === undefined) return undefined
    if (text === null || matches === null) return null
    return matches(checkedText(text))
  }
}

/** A pattern that is the same for many rows is compiled once for them. */
function matcherOf<Row>(
  pattern: Compiled<Row>,
  escape: Compiled<Row> | undefined,
): (row: Row) => Matches | null | undefined {
  if (pattern.constant !== undefined && (escape === undefined || escape.constant !== undefined)) {
    const matches = compilePattern(pattern.constant.value, escape?.constant)
    return () => matches
  }
  let last:
    | { readonly text: Value; readonly sign: Value; readonly matches: Matches | null | undefined }
    | undefined
  return (row) => {
    const text = pattern.evaluate(row)
    const sign = escape?.evaluate(row)
    if (last === undefined || last.text !== text || last.sign !== sign) {
      const matches = compilePattern(text, escape === undefined ? undefined : { value: sign })
      last = { text, sign, matches }
    }
    return last.matches
  }
}

function compilePattern(
  pattern: Value,
  escape: { readonly value: Value } | undefined,
): Matches | null | undefined {
  if (escape === undefined) return withKnown(pattern, (text) => likePattern(text, undefined))
  return withKnown(escape.value, (sign) => withKnown(pattern, (text) => likePattern(text, sign)))
}

function withKnown<Result>(value: Value, use: (text: string) => Result): Result | null | undefined {
  return value === undefined || value === null ? value : use(checkedText(value))
}

function checkedText(value: Value): string {
  if (typeof value !== 'string') throw new S3Error('LikeInvalidInputs')
  return value
}
