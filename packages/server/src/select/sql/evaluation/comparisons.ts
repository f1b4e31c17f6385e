import { areEqual, orderOf } from '../../values/compare-values.ts'
import { isNumber } from '../../values/kind.ts'
import { readShortNumber, shortNumberOf } from '../../values/read-number.ts'
import type { Value } from '../../values/value.ts'
import type { ComparisonOperator } from '../syntax/syntax-tree.ts'
import type { Compiled, Evaluate, Known } from './compiled.ts'
import type { Truth } from './conditions.ts'
import { readBeside } from './untyped.ts'

type Comparison = (left: Value, right: Value) => Truth

/** Values between which there is no order are neither below nor above each other; and they are not equal. */
const tests: Readonly<Record<ComparisonOperator, (left: Known, right: Known) => Truth>> = {
  '=': areEqual,
  '<>': (left, right) => !areEqual(left, right),
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
}
const floatTests: Readonly<Record<ComparisonOperator, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '<>': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
}
const mirrored = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

/** Of two values; a text of an untyped one is taken as what the other is. */
export function comparison(
  operator: ComparisonOperator,
  left: Pick<Compiled<never>, 'isUntyped'>,
  right: Pick<Compiled<never>, 'isUntyped'>,
): Comparison {
  const compare = ofKnown(tests[operator])
  if (!left.isUntyped && !right.isUntyped) return compare
  return (one, other) => {
    const isText = typeof one === 'string'
    if (isText === (typeof other === 'string')) return compare(one, other)
    if (isText) return compare(left.isUntyped ? readBeside(one, other) : one, other)
    return compare(one, right.isUntyped && typeof other === 'string' ? readBeside(other, one) : other)
  }
}

export function compileComparison<Row>(
  operator: ComparisonOperator,
  left: Compiled<Row>,
  right: Compiled<Row>,
): Evaluate<Row> {
  if (left.constant !== undefined && right.constant === undefined) {
    return compileComparison(mirrored[operator], right, left)
  }
  const compare = comparison(operator, left, right)
  const { evaluate } = left
  if (right.constant === undefined) {
    const other = right.evaluate
    return (row) => compare(evaluate(row), other(row))
  }
  const { value } = right.constant
  if (!left.isUntyped || !isNumber(value)) return (row) => compare(evaluate(row), value)
  return fieldAndNumber(evaluate, floatTests[operator], shortNumberOf(value), (text) => compare(text, value))
}

/** Most fields are numbers so short that they need not be made values. `number` may be NaN: then each is made one. */
function fieldAndNumber<Row>(
  field: Evaluate<Row>,
  test: (left: number, right: number) => boolean,
  number: number,
  otherwise: (value: Value) => Truth,
): Evaluate<Row> {
  if (Number.isNaN(number)) return (row) => otherwise(field(row))
  return (row) => {
    const value = field(row)
    if (typeof value !== 'string') return otherwise(value)
    const short = readShortNumber(value)
    return Number.isNaN(short) ? otherwise(value) : test(short, number)
  }
}

function ofKnown(test: (left: Known, right: Known) => Truth): Comparison {
  return (left, right) => {
    if (left === undefined || right === undefined) return undefined
    return left === null || right === null ? null : test(left, right)
  }
}

function ordered(test: (order: number) => boolean): (left: Known, right: Known) => Truth {
  return (left, right) => {
    const order = orderOf(left, right)
    return order === undefined ? undefined : test(order)
  }
}
