import { toDecimal, toFloat } from '../../values/arithmetic.ts'
import { Decimal } from '../../values/decimal.ts'
import { isList, isNumber } from '../../values/kind.ts'
import { readNumber, type NumberValue } from '../../values/read-number.ts'
import type { Value } from '../../values/value.ts'
import { comparison } from './comparisons.ts'
import type { Compiled, Evaluate } from './compiled.ts'
import type { Truth } from './conditions.ts'

/** operand IN (element, …) */
export function compileIn<Row>(operand: Compiled<Row>, elements: readonly Compiled<Row>[]): Evaluate<Row> {
  const constants = elements.flatMap(({ constant }) => (constant === undefined ? [] : [constant.value]))
  const isIn = constants.length === elements.length ? inConstants(operand, constants) : undefined
  const { evaluate } = operand
  if (isIn !== undefined) return (row) => isIn(evaluate(row))
  const tests = elements.map((element) => ({
    element: element.evaluate,
    isEqual: comparison('=', operand, element),
  }))
  return (row) => {
    const value = evaluate(row)
    let result: Truth = false
    for (const { element, isEqual } of tests) {
      const truth = isEqual(value, element(row))
      if (truth === true) return true
      if (truth !== false) result = null
    }
    return value === undefined ? undefined : result
  }
}

/** operand IN list, where the list is a value of the data. What is no list has no elements. */
export function compileInList<Row>(operand: Compiled<Row>, list: Compiled<Row>): Evaluate<Row> {
  const isEqual = comparison('=', operand, list)
  return (row) => {
    const value = operand.evaluate(row)
    const elements = list.evaluate(row)
    if (!isList(elements)) return undefined
    let result: Truth = false
    for (const element of elements) {
      const truth = isEqual(value, element)
      if (truth === true) return true
      if (truth !== false) result = null
    }
    return value === undefined ? undefined : result
  }
}

/** However many there are, a record costs no more. */
function inConstants<Row>(
  { isUntyped }: Compiled<Row>,
  constants: readonly Value[],
): (value: Value) => Truth {
  const texts = new Set(constants.filter((value) => typeof value === 'string'))
  const numbers = new NumberSet(constants.filter((value) => isNumber(value)))
  const others = constants.filter((value) => typeof value !== 'string' && !isNumber(value))
  const isEqual = comparison('=', { isUntyped }, { isUntyped: false })
  const otherwise = constants.includes(null) || constants.includes(undefined) ? null : false
  return (value) => {
    if (value === undefined || value === null) return value
    if (typeof value === 'string') {
      if (texts.has(value)) return true
      const number = isUntyped && !numbers.isEmpty ? readNumber(value) : undefined
      if (number !== undefined && numbers.has(number)) return true
    } else if (isNumber(value)) return numbers.has(value) || otherwise
    return others.some((other) => isEqual(value, other) === true) || otherwise
  }
}

/** Numbers of any type, found in the same time however many are nearly the same: as those of `=` are equal (`orderOfNumbers`). */
class NumberSet {
  readonly #floats = new Set<number>()
  /** What decimals are beside a float. */
  readonly #floatsOfDecimals = new Set<number>()
  readonly #exact = new Set<string>()

  constructor(values: readonly NumberValue[]) {
    for (const value of values) {
      if (typeof value === 'number') this.#floats.add(value)
      else this.#exact.add(exactText(value))
      if (value instanceof Decimal) this.#floatsOfDecimals.add(value.toNumber())
    }
  }

  get isEmpty(): boolean {
    return this.#floats.size === 0 && this.#exact.size === 0
  }

  has(value: NumberValue): boolean {
    if (typeof value !== 'number') {
      if (this.#exact.has(exactText(value))) return true
      const float = toFloat(value)
      return this.#floats.has(float) && (value instanceof Decimal || value === BigInt(float))
    }
    if (Number.isNaN(value)) return false
    if (this.#floats.has(value) || this.#floatsOfDecimals.has(value)) return true
    return Number.isInteger(value) && this.#exact.has(exactText(BigInt(value)))
  }
}

/** The same for all ints and decimals that are equal. */
function exactText(value: bigint | Decimal): string {
  const { coefficient, scale } = toDecimal(value)
  const digits = String(coefficient)
  const significant = digits.replace(/0+$/, '')
  return significant === '' ? '0' : `${significant}e${digits.length - significant.length - scale}`
}
