import { S3Error } from '../../../model/s3-error.ts'
import { readBool } from '../../values/cast.ts'
import { isNumber } from '../../values/kind.ts'
import { readNumber, type NumberValue } from '../../values/read-number.ts'
import { Timestamp } from '../../values/timestamp.ts'
import type { Value } from '../../values/value.ts'
import type { Compiled, Known } from './compiled.ts'

/** A field's text as what it is beside `other`: where it does not read as that it stays a text. */
export function readBeside(text: string, other: Value): Value {
  if (isNumber(other)) return readNumber(text) ?? text
  if (typeof other === 'boolean') return readBool(text) ?? text
  return other instanceof Timestamp ? (Timestamp.parse(text.trim()) ?? text) : text
}

/** A field's text as a number; a value that is none as it is. Throws CastFailed. */
export function numberIn({ isUntyped }: Pick<Compiled<never>, 'isUntyped'>): (value: Known) => Known {
  return isUntyped
    ? (value) => (typeof value === 'string' ? (readNumber(value) ?? castFailed()) : value)
    : itself
}

/** A timestamp, also of a field's text. Throws where it is none. */
export function timestampIn({ isUntyped }: Pick<Compiled<never>, 'isUntyped'>): (value: Known) => Timestamp {
  return (value) => {
    if (value instanceof Timestamp) return value
    if (!isUntyped || typeof value !== 'string') throw new S3Error('IncorrectSqlFunctionArgumentType')
    return Timestamp.parse(value.trim()) ?? castFailed()
  }
}

/** The same of a whole number. */
export function intIn(operand: Pick<Compiled<never>, 'isUntyped'>): (value: Known) => bigint {
  const read = numberIn(operand)
  return (value) => {
    const number = read(value)
    if (typeof number !== 'bigint') throw new S3Error('IncorrectSqlFunctionArgumentType')
    return number
  }
}

export function textIn(value: Known): string {
  if (typeof value !== 'string') throw new S3Error('IncorrectSqlFunctionArgumentType')
  return value
}

/** Of numbers alone. */
export function checkedNumber(
  value: Known,
  code: 'UnsupportedSqlOperation' | 'IncorrectSqlFunctionArgumentType',
): NumberValue {
  if (!isNumber(value)) throw new S3Error(code)
  return value
}

export function castFailed(): never {
  throw new S3Error('CastFailed')
}

function itself(value: Known): Known {
  return value
}
