import { isUtf8 } from 'node:buffer'
import { DAY_MILLISECONDS } from '../../../base/day.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { Decimal } from '../../values/decimal.ts'
import { Timestamp } from '../../values/timestamp.ts'
import type { Value } from '../../values/value.ts'
import type { PhysicalType, Raw } from './physical.ts'
import { intOf, structOf, type ThriftStruct } from './thrift.ts'

type Reader = (raw: Raw) => Value

/** Numbers of ConvertedType and of the fields of LogicalType. Source: the Parquet format, parquet.thrift. */
const converted = {
  utf8: 0,
  enum: 4,
  decimal: 5,
  date: 6,
  timeMillis: 7,
  timeMicros: 8,
  timestampMillis: 9,
  timestampMicros: 10,
  uint8: 11,
  uint64: 14,
  json: 19,
} as const
const logical = {
  string: 1,
  enum: 4,
  decimal: 5,
  date: 6,
  time: 7,
  timestamp: 8,
  integer: 10,
  json: 12,
  uuid: 14,
  float16: 15,
} as const

/** What the values of a column are. Source: S3 User Guide, "Data types", and the Parquet format, "Logical Types". */
export function valueReader(element: ThriftStruct, type: PhysicalType): Reader {
  const annotation = structOf(element, 10)
  const kind = intOf(element, 6) ?? -1
  const isA = (field: number, ...kinds: readonly number[]) =>
    annotation?.has(field) === true || kinds.includes(kind)
  if (type === 'INT96') return (raw) => ofInt96(bytes(raw))
  if (type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY') {
    if (isA(logical.decimal, converted.decimal)) {
      const scale = decimalScale(element, annotation)
      return (raw) => decimalOf(signedOf(bytes(raw)), scale)
    }
    if (
      isA(logical.string, converted.utf8) ||
      isA(logical.json, converted.json) ||
      isA(logical.enum, converted.enum)
    ) {
      return (raw) => text(bytes(raw))
    }
    if (isA(logical.uuid)) return (raw) => uuid(bytes(raw))
    if (isA(logical.float16)) return (raw) => float16(bytes(raw))
    return (raw) => textOrBase64(bytes(raw))
  }
  return type === 'INT32' || type === 'INT64' ? integerReader(element, annotation, isA) : (raw) => plain(raw)
}

function integerReader(
  element: ThriftStruct,
  annotation: ThriftStruct | undefined,
  isA: (field: number, ...kinds: readonly number[]) => boolean,
): Reader {
  const kind = intOf(element, 6) ?? -1
  if (isA(logical.decimal, converted.decimal)) {
    const scale = decimalScale(element, annotation)
    return (raw) => decimalOf(integer(raw), scale)
  }
  if (isA(logical.date, converted.date)) return (raw) => dateOf(Number(integer(raw)))
  if (isA(logical.timestamp, converted.timestampMillis, converted.timestampMicros)) {
    const digits =
      fractionDigits(annotation, logical.timestamp) ?? (kind === converted.timestampMillis ? 3 : 6)
    return (raw) => timestampOf(integer(raw), digits)
  }
  if (isA(logical.time, converted.timeMillis, converted.timeMicros)) {
    const digits = fractionDigits(annotation, logical.time) ?? (kind === converted.timeMillis ? 3 : 6)
    return (raw) => timeOf(integer(raw), digits)
  }
  const integers = annotation === undefined ? undefined : structOf(annotation, logical.integer)
  if (integers?.get(2) === false || (kind >= converted.uint8 && kind <= converted.uint64)) {
    return (raw) => unsigned(raw)
  }
  return integer
}

function plain(raw: Raw): Value {
  return Buffer.isBuffer(raw) ? textOrBase64(raw) : raw
}

function bytes(raw: Raw): Buffer {
  if (!Buffer.isBuffer(raw)) throw new Error('parquet: a value that is no bytes')
  return raw
}

function integer(raw: Raw): bigint {
  if (typeof raw === 'bigint') return raw
  if (typeof raw !== 'number') throw new Error('parquet: a value that is no integer')
  return BigInt(raw)
}

/** Ints have 64 bits, of which one is the sign. */
function unsigned(raw: Raw): Value {
  if (typeof raw !== 'bigint') return BigInt.asUintN(32, integer(raw))
  const value = BigInt.asUintN(64, raw)
  return value >> 63n === 0n ? value : new Decimal(value, 0)
}

function decimalScale(element: ThriftStruct, annotation: ThriftStruct | undefined): number {
  const fields = annotation === undefined ? undefined : structOf(annotation, logical.decimal)
  const scale = (fields === undefined ? undefined : intOf(fields, 1)) ?? intOf(element, 7) ?? 0
  if (!(scale >= 0 && scale <= 1000)) throw new Error('parquet: a decimal of a broken scale')
  return scale
}

function decimalOf(coefficient: bigint, scale: number): Decimal {
  return Decimal.parse(`${coefficient}e${-scale}`) ?? Decimal.zero
}

function signedOf(raw: Buffer): bigint {
  if (raw.length === 0) return 0n
  if (raw.length > 64) throw new S3Error('NumberFormatError')
  return BigInt.asIntN(raw.length * 8, BigInt(`0x${raw.toString('hex')}`))
}

function text(raw: Buffer): string {
  if (!isUtf8(raw)) throw new S3Error('InvalidTextEncoding')
  return raw.toString('utf8')
}

/** Older writers say of texts only that they are bytes. */
function textOrBase64(raw: Buffer): string {
  return isUtf8(raw) ? raw.toString('utf8') : raw.toString('base64')
}

function uuid(raw: Buffer): string {
  return raw.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function float16(raw: Buffer): number {
  const bits = raw.readUInt16LE()
  const sign = bits >> 15 === 0 ? 1 : -1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}

function dateOf(days: number): Timestamp {
  return new Timestamp({
    milliseconds: days * DAY_MILLISECONDS,
    precision: 'day',
    fraction: '',
    offsetMinutes: undefined,
  })
}

function fractionDigits(annotation: ThriftStruct | undefined, field: number): number | undefined {
  const fields = annotation === undefined ? undefined : structOf(annotation, field)
  const unit = fields === undefined ? undefined : structOf(fields, 2)
  if (unit === undefined) return undefined
  if (unit.has(3)) return 9
  return unit.has(2) ? 6 : 3
}

/** Of a count since 1970 of 10^-`digits` seconds. */
function timestampOf(count: bigint, digits: number): Timestamp {
  const perSecond = 10n ** BigInt(digits)
  const rest = ((count % perSecond) + perSecond) % perSecond
  const fraction = rest.toString().padStart(digits, '0')
  return new Timestamp({
    milliseconds: Number((count - rest) / perSecond) * 1000 + Number(fraction.slice(0, 3)),
    precision: 'second',
    fraction,
    offsetMinutes: 0,
  })
}

function timeOf(count: bigint, digits: number): string {
  const perSecond = 10n ** BigInt(digits)
  const seconds = Number(count / perSecond)
  const two = (value: number) => String(value).padStart(2, '0')
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':')
  return `${clock}.${(count % perSecond).toString().padStart(digits, '0')}`
}

const JULIAN_DAY_OF_1970 = 2_440_588n
const DAY_NANOSECONDS = 86_400_000_000_000n

/** Nanoseconds of a Julian day, as Hive and Impala write timestamps. */
function ofInt96(raw: Buffer): Timestamp {
  const days = BigInt(raw.readInt32LE(8)) - JULIAN_DAY_OF_1970
  return timestampOf(days * DAY_NANOSECONDS + raw.readBigInt64LE(0), 9)
}
