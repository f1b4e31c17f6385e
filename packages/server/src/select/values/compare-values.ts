import { Decimal } from './decimal.ts'
import { isList, isNumber, isStruct } from './kind.ts'
import type { NumberValue } from './read-number.ts'
import { Timestamp } from './timestamp.ts'
import type { Struct, Value } from './value.ts'

/** Whether two values are the same; of different types they never are, but a number is one whatever its type. */
export function areEqual(left: Value, right: Value): boolean {
  if (left === right) return true
  if (typeof left === 'string') return false
  if (isList(left)) return isList(right) && areListsEqual(left, right)
  if (isStruct(left)) return isStruct(right) && areStructsEqual(left, right)
  return orderOf(left, right) === 0
}

/** Below 0, 0 or above 0; `undefined` where there is no order: between types, lists, structs and for NaN. */
export function orderOf(left: Value, right: Value): number | undefined {
  if (isNumber(left)) return isNumber(right) ? orderOfNumbers(left, right) : undefined
  if (typeof left === 'string') return typeof right === 'string' ? orderOfPrimitives(left, right) : undefined
  if (typeof left === 'boolean') return typeof right === 'boolean' ? Number(left) - Number(right) : undefined
  return left instanceof Timestamp && right instanceof Timestamp ? left.compare(right) : undefined
}

/** Beside a float a decimal is one too; an int is compared with either exactly. */
export function orderOfNumbers(left: NumberValue, right: NumberValue): number | undefined {
  if (left instanceof Decimal) {
    if (typeof right === 'number') return orderOfPrimitives(left.toNumber(), right)
    return left.compare(typeof right === 'bigint' ? new Decimal(right, 0) : right)
  }
  if (!(right instanceof Decimal)) return orderOfPrimitives(left, right)
  return typeof left === 'number'
    ? orderOfPrimitives(left, right.toNumber())
    : new Decimal(left, 0).compare(right)
}

function orderOfPrimitives(
  left: string | number | bigint,
  right: string | number | bigint,
): number | undefined {
  if (left < right) return -1
  if (left > right) return 1
  // NaN is none of the three. An int and a float may be the same and yet not identical.
  return left >= right ? 0 : undefined
}

function areListsEqual(left: readonly Value[], right: readonly Value[]): boolean {
  return left.length === right.length && left.every((value, at) => areEqual(value, right[at]))
}

function areStructsEqual(left: Struct, right: Struct): boolean {
  if (left.size !== right.size) return false
  for (const [name, value] of left) if (!right.has(name) || !areEqual(value, right.get(name))) return false
  return true
}
