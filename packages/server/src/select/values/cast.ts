import { S3Error } from '../../model/s3-error.ts'
import { checkedInt, toFloat as floatOfNumber } from './arithmetic.ts'
import { Decimal } from './decimal.ts'
import { isNumber } from './kind.ts'
import { readNumber, readShortNumber, type NumberValue } from './read-number.ts'
import { Timestamp } from './timestamp.ts'
import type { Value } from './value.ts'

/** What CAST makes of a value. */
export type CastType =
  | { readonly kind: 'bool' | 'int' | 'float' | 'timestamp' }
  /** Digits beyond the precision are rounded. */
  | { readonly kind: 'decimal'; readonly precision: number | undefined }
  /** Characters beyond the length are cut off. */
  | { readonly kind: 'string'; readonly length: number | undefined }

type Scalar = boolean | NumberValue | string | Timestamp

const integer = /^[+-]?\d+$/

/**
 * A function of any value; null and MISSING stay what they are. It throws CastFailed where a text does not read as the
 * type, InvalidCast where no value of the one type is one of the other.
 */
export function castTo(type: CastType): (value: Value) => Value {
  const cast = castOfScalars(type)
  return (value) => {
    if (value === undefined || value === null) return value
    if (!isScalar(value)) throw new S3Error('InvalidCast')
    try {
      return cast(value)
    } catch (error) {
      throw error instanceof S3Error && error.code === 'CastFailed' ? castFailed(value, type) : error
    }
  }
}

/** As S3 tells it (Hadoop, "S3 Select"). Of other types all values can be cast, or none. */
function castFailed(value: Scalar, { kind }: CastType): S3Error {
  const types = `${typeof value === 'number' ? 'FLOAT' : 'STRING'} to ${kind.toUpperCase()}`
  const message = `An attempt to convert from one data type to another failed: cast from ${types}.`
  return new S3Error('CastFailed', {}, { message })
}

function textOf(value: Scalar): string {
  return String(value)
}

function castOfScalars(type: CastType): (value: Scalar) => Value {
  switch (type.kind) {
    case 'bool':
      return toBool
    case 'int':
      return toInt
    case 'float':
      return toFloat
    case 'timestamp':
      return toTimestamp
    case 'decimal': {
      const { precision } = type
      return precision === undefined ? toDecimal : (value) => toDecimal(value).withPrecision(precision)
    }
    case 'string': {
      const { length } = type
      return length === undefined ? textOf : (value) => firstCharacters(textOf(value), length)
    }
  }
}

function isScalar(value: Value): value is Scalar {
  return (
    typeof value === 'string' || typeof value === 'boolean' || isNumber(value) || value instanceof Timestamp
  )
}

/** A text that reads as a boolean, in any case. */
export function readBool(text: string): boolean | undefined {
  if (text.length < 4) return undefined
  const lower = text.trim().toLowerCase()
  if (lower === 'true') return true
  return lower === 'false' ? false : undefined
}

function toBool(value: Scalar): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return readBool(value) ?? failed()
  if (value instanceof Timestamp) throw new S3Error('InvalidCast')
  return value instanceof Decimal ? value.coefficient !== 0n : Number(value) !== 0
}

function toInt(value: Scalar): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (value instanceof Timestamp) throw new S3Error('InvalidCast')
  return checkedInt(typeof value === 'string' ? integerOf(value.trim()) : truncated(value))
}

function integerOf(text: string): bigint {
  if (!integer.test(text)) return failed()
  const value = readNumber(text)
  return typeof value === 'bigint' ? value : overflow()
}

function truncated(value: number | Decimal): bigint {
  if (value instanceof Decimal) return value.toInteger() ?? overflow()
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : failed()
}

function toFloat(value: Scalar): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Timestamp) throw new S3Error('InvalidCast')
  return typeof value === 'string' ? floatOf(value) : floatOfNumber(value)
}

function floatOf(text: string): number {
  const short = readShortNumber(text)
  return Number.isNaN(short) ? floatOfNumber(readNumber(text) ?? failed()) : short
}

function toDecimal(value: Scalar): Decimal {
  if (value instanceof Decimal) return value
  if (typeof value === 'bigint') return new Decimal(value, 0)
  if (typeof value === 'boolean') return new Decimal(value ? 1n : 0n, 0)
  if (value instanceof Timestamp) throw new S3Error('InvalidCast')
  if (typeof value === 'string') return Decimal.parse(value.trim()) ?? failed()
  return Number.isFinite(value) ? Decimal.ofNumber(value) : failed()
}

function toTimestamp(value: Scalar): Timestamp {
  if (value instanceof Timestamp) return value
  if (typeof value !== 'string') throw new S3Error('InvalidCast')
  return Timestamp.parse(value.trim()) ?? failed()
}

function firstCharacters(text: string, count: number): string {
  return text.length <= count
    ? text
    : Array.from(text.slice(0, 2 * count))
        .slice(0, count)
        .join('')
}

function failed(): never {
  throw new S3Error('CastFailed')
}

function overflow(): never {
  throw new S3Error('IntegerOverflow')
}
