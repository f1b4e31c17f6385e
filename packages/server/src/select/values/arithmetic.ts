import { S3Error } from '../../model/s3-error.ts'
import { Decimal } from './decimal.ts'
import { isInt64, type NumberValue } from './read-number.ts'

/** An operation on each type of number: an int beside a decimal is a decimal, either beside a float is a float. */
interface Operation {
  readonly ints: (left: bigint, right: bigint) => bigint
  readonly floats: (left: number, right: number) => number
  readonly decimals: (left: Decimal, right: Decimal) => Decimal
}

export type Calculation = (left: NumberValue, right: NumberValue) => NumberValue

/** Ints are divided without a rest. By 0 only floats are divided, as IEEE 754 has it. */
export const calculations: Readonly<Record<'+' | '-' | '*' | '/' | '%', Calculation>> = {
  '+': calculation({
    ints: (left, right) => left + right,
    floats: (left, right) => left + right,
    decimals: (left, right) => left.add(right),
  }),
  '-': calculation({
    ints: (left, right) => left - right,
    floats: (left, right) => left - right,
    decimals: (left, right) => left.subtract(right),
  }),
  '*': calculation({
    ints: (left, right) => left * right,
    floats: (left, right) => left * right,
    decimals: (left, right) => left.multiply(right),
  }),
  '/': calculation({
    ints: (left, right) => left / nonZero(right),
    floats: (left, right) => left / right,
    decimals: (left, right) => left.divide(nonZeroDecimal(right)),
  }),
  '%': calculation({
    ints: (left, right) => left % nonZero(right),
    floats: (left, right) => left % right,
    decimals: (left, right) => left.remainder(nonZeroDecimal(right)),
  }),
}

export function negate(value: NumberValue): NumberValue {
  if (typeof value === 'bigint') return checkedInt(-value)
  return typeof value === 'number' ? -value : value.negate()
}

export function toDecimal(value: bigint | Decimal): Decimal {
  return typeof value === 'bigint' ? new Decimal(value, 0) : value
}

/** Throws IntegerOverflow. */
export function checkedInt(value: bigint): bigint {
  if (!isInt64(value)) throw new S3Error('IntegerOverflow')
  return value
}

function calculation({ ints, floats, decimals }: Operation): Calculation {
  return (left, right) => {
    if (typeof left === 'bigint' && typeof right === 'bigint') return checkedInt(ints(left, right))
    if (typeof left === 'number' || typeof right === 'number') return floats(toFloat(left), toFloat(right))
    return decimals(toDecimal(left), toDecimal(right))
  }
}

export function toFloat(value: NumberValue): number {
  return value instanceof Decimal ? value.toNumber() : Number(value)
}

function nonZero(value: bigint): bigint {
  if (value === 0n) throw divisionByZero()
  return value
}

function nonZeroDecimal(value: Decimal): Decimal {
  if (value.coefficient === 0n) throw divisionByZero()
  return value
}

function divisionByZero(): S3Error {
  return new S3Error(
    'ExternalEvalException',
    {},
    { message: 'The query cannot be evaluated: it divides by zero.' },
  )
}
