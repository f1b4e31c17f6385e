import { Decimal } from './decimal.ts'
import type { NumberValue } from './read-number.ts'
import type { Struct, Value } from './value.ts'

export function isNumber(value: Value): value is NumberValue {
  return typeof value === 'bigint' || typeof value === 'number' || value instanceof Decimal
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

export function isStruct(value: Value): value is Struct {
  return value instanceof Map
}
