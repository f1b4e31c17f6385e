import { areEqual } from '../../values/compare-values.ts'
import {
  addToDate,
  dateDifference,
  extractFromDate,
  type DatePart,
  type ExtractPart,
} from '../../values/date-parts.ts'
import { timestampReader } from '../../values/timestamp-format/read-timestamp.ts'
import { timestampWriter } from '../../values/timestamp-format/write-timestamp.ts'
import { Timestamp } from '../../values/timestamp.ts'
import type { Value } from '../../values/value.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { violated } from '../../../base/assert.ts'
import type { CallExpression, TrimSide } from '../syntax/syntax-tree.ts'
import { comparison } from './comparisons.ts'
import { strict, strictOfTwo, type Compiled, type Evaluate, type Known } from './compiled.ts'
import { characterLength, substring, trim } from './strings.ts'
import { intIn, textIn, timestampIn } from './untyped.ts'

/** What a function gives. Of a text function of untyped text, so is the text. */
interface CompiledCall<Row> {
  readonly evaluate: Evaluate<Row>
  readonly isUntyped: boolean
}

export function compileCall<Row>(
  call: CallExpression,
  operands: readonly Compiled<Row>[],
  now: Timestamp,
): CompiledCall<Row> {
  switch (call.name) {
    case 'UTCNOW':
      return typed(() => now)
    case 'COALESCE':
      return coalesce(operands)
    case 'NULLIF':
      return nullIf(operandAt(operands, 0), operandAt(operands, 1))
    case 'CHAR_LENGTH':
      return typed(strict(operandAt(operands, 0).evaluate, (value) => BigInt(characterLength(textIn(value)))))
    case 'LOWER':
      return text(operandAt(operands, 0), (value) => value.toLowerCase())
    case 'UPPER':
      return text(operandAt(operands, 0), (value) => value.toUpperCase())
    case 'SUBSTRING':
      return compileSubstring(operandAt(operands, 0), operandAt(operands, 1), operands[2])
    case 'TRIM':
      return compileTrim(operandAt(operands, 0), operands[1], call.side)
    case 'TO_STRING':
      return toText(operandAt(operands, 0), operandAt(operands, 1))
    case 'TO_TIMESTAMP':
      return toTimestamp(operandAt(operands, 0), operands[1])
    case 'DATE_ADD':
      return dateAdd(call.part, operandAt(operands, 0), operandAt(operands, 1))
    case 'DATE_DIFF':
      return dateDiff(call.part, operandAt(operands, 0), operandAt(operands, 1))
    case 'EXTRACT':
      return extract(call.part, operandAt(operands, 0))
  }
}

/** The parser has counted them. */
function operandAt<Row>(operands: readonly Compiled<Row>[], at: number): Compiled<Row> {
  return operands[at] ?? violated('a function without its arguments')
}

function typed<Row>(evaluate: Evaluate<Row>): CompiledCall<Row> {
  return { evaluate, isUntyped: false }
}

function text<Row>(
  { evaluate, isUntyped }: Compiled<Row>,
  change: (text: string) => string,
): CompiledCall<Row> {
  return { evaluate: strict(evaluate, (value) => change(textIn(value))), isUntyped }
}

function dateAdd<Row>(part: DatePart, quantity: Compiled<Row>, date: Compiled<Row>): CompiledCall<Row> {
  const [quantityIn, dateIn] = [intIn(quantity), timestampIn(date)]
  return typed(
    strictOfTwo(quantity.evaluate, date.evaluate, (count, value) =>
      addToDate(part, quantityIn(count), dateIn(value)),
    ),
  )
}

function dateDiff<Row>(part: DatePart, from: Compiled<Row>, to: Compiled<Row>): CompiledCall<Row> {
  const [fromIn, toIn] = [timestampIn(from), timestampIn(to)]
  return typed(
    strictOfTwo(from.evaluate, to.evaluate, (one, other) => dateDifference(part, fromIn(one), toIn(other))),
  )
}

function extract<Row>(part: ExtractPart, date: Compiled<Row>): CompiledCall<Row> {
  const dateIn = timestampIn(date)
  return typed(strict(date.evaluate, (value) => extractFromDate(part, dateIn(value))))
}

/** Null where none is known, were all of them MISSING. */
function coalesce<Row>(operands: readonly Compiled<Row>[]): CompiledCall<Row> {
  const evaluations = operands.map(({ evaluate }) => evaluate)
  return {
    isUntyped: operands.some(({ isUntyped }) => isUntyped),
    evaluate: (row) => {
      for (const evaluate of evaluations) {
        const value = evaluate(row)
        if (value !== undefined && value !== null) return value
      }
      return null
    },
  }
}

/** Unlike `=` it takes null and MISSING as the same value. Source: S3 User Guide, "Conditional functions", NULLIF. */
function nullIf<Row>(first: Compiled<Row>, second: Compiled<Row>): CompiledCall<Row> {
  const isEqual = comparison('=', first, second)
  return {
    isUntyped: first.isUntyped,
    evaluate: (row) => {
      const [value, other] = [first.evaluate(row), second.evaluate(row)]
      const isSame = areEqual(value ?? null, other ?? null) || isEqual(value, other) === true
      return isSame ? null : value
    },
  }
}

function compileSubstring<Row>(
  source: Compiled<Row>,
  start: Compiled<Row>,
  length: Compiled<Row> | undefined,
): CompiledCall<Row> {
  const { evaluate, isUntyped } = source
  const startIn = intIn(start)
  if (length === undefined) {
    const apply = (value: Known, from: Known): Value => substring(textIn(value), startIn(from), undefined)
    return { evaluate: strictOfTwo(evaluate, start.evaluate, apply), isUntyped }
  }
  const lengthIn = intIn(length)
  return {
    isUntyped,
    evaluate: (row) => {
      const [value, from, count] = [evaluate(row), start.evaluate(row), length.evaluate(row)]
      if (value === undefined || from === undefined || count === undefined) return undefined
      if (value === null || from === null || count === null) return null
      return substring(textIn(value), startIn(from), lengthIn(count))
    },
  }
}

function compileTrim<Row>(
  source: Compiled<Row>,
  characters: Compiled<Row> | undefined,
  side: TrimSide,
): CompiledCall<Row> {
  if (characters === undefined) return text(source, (value) => trim(value, side, ' '))
  const apply = (value: Known, set: Known): Value => trim(textIn(value), side, textIn(set))
  return { evaluate: strictOfTwo(source.evaluate, characters.evaluate, apply), isUntyped: source.isUntyped }
}

function toText<Row>(date: Compiled<Row>, pattern: Compiled<Row>): CompiledCall<Row> {
  const dateIn = timestampIn(date)
  const writerOf = rememberingLast(pattern, timestampWriter)
  return typed(
    strictOfTwo(date.evaluate, pattern.evaluate, (value, format) => writerOf(textIn(format))(dateIn(value))),
  )
}

function toTimestamp<Row>(source: Compiled<Row>, pattern: Compiled<Row> | undefined): CompiledCall<Row> {
  if (pattern === undefined) return typed(strict(source.evaluate, (value) => parseTimestamp(textIn(value))))
  const readerOf = rememberingLast(pattern, timestampReader)
  return typed(
    strictOfTwo(source.evaluate, pattern.evaluate, (value, format) =>
      readerOf(textIn(format))(textIn(value)),
    ),
  )
}

function parseTimestamp(value: string): Timestamp {
  const timestamp = Timestamp.parse(value.trim())
  if (timestamp === undefined) throw new S3Error('ValueParseFailure')
  return timestamp
}

/** A pattern is compiled once for the rows in which it is the same; a constant one at once, with its errors. */
function rememberingLast<Result>(
  { constant }: Compiled<never>,
  compile: (pattern: string) => Result,
): (pattern: string) => Result {
  const make = (pattern: string): { readonly pattern: string; readonly result: Result } => ({
    pattern,
    result: compile(pattern),
  })
  let last = typeof constant?.value === 'string' ? make(constant.value) : undefined
  return (pattern) => {
    if (last === undefined || last.pattern !== pattern) last = make(pattern)
    return last.result
  }
}
