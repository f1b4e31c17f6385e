import { S3Error } from '../../../model/s3-error.ts'
import { checkedInt } from '../../values/arithmetic.ts'
import { orderOf } from '../../values/compare-values.ts'
import { Decimal } from '../../values/decimal.ts'
import { isNumber } from '../../values/kind.ts'
import {
  readNumber,
  readShortDigits,
  readShortNumber,
  scaleOf,
  shortNumberOf,
  type NumberValue,
} from '../../values/read-number.ts'
import type { Value } from '../../values/value.ts'
import type { AggregateFunction } from '../syntax/syntax-tree.ts'
import { MAX_RECORD_BYTES, recordTooLong } from '../../records/record-size.ts'
import type { Known } from './compiled.ts'
import { castFailed, checkedNumber } from './untyped.ts'

/** What an aggregate function makes of all values that are neither null nor MISSING. */
export interface Accumulator {
  add(value: Known): void
  result(): Value
}

/** So many times the longest record, of all aggregate functions of a query. */
const MOST_TEXT = 16 * MAX_RECORD_BYTES

/** The texts that a query's aggregate functions hold: each may be as long as a record. */
export class HeldTexts {
  #length = 0

  /** `text` in place of another, in memory of its own: a part of a text keeps all of that. */
  replace(before: Value, text: string): string {
    this.#length += text.length - (typeof before === 'string' ? before.length : 0)
    if (this.#length > MOST_TEXT) throw recordTooLong()
    return Buffer.from(text, 'utf16le').toString('utf16le')
  }
}

/** Of untyped texts those that read as numbers are numbers. */
export function accumulatorOf(name: AggregateFunction, isUntyped: boolean, texts: HeldTexts): Accumulator {
  switch (name) {
    case 'COUNT':
      return new Count()
    case 'SUM':
      return new Sum(isUntyped, (sum) => sum.total())
    case 'AVG':
      return new Sum(isUntyped, (sum) => sum.average())
    case 'MIN':
      return new Extreme(isUntyped, -1, texts)
    case 'MAX':
      return new Extreme(isUntyped, 1, texts)
  }
}

class Count implements Accumulator {
  #count = 0

  add(): void {
    this.#count++
  }

  result(): bigint {
    return BigInt(this.#count)
  }
}

/**
 * Ints are added exactly, beyond 64 bits too; decimals to 38 digits. The sum is a float where one of them is, else a
 * decimal where one of them is. Source: S3 User Guide, "Aggregate functions".
 */
class Sum implements Accumulator {
  readonly #isUntyped: boolean
  readonly #resultOf: (sum: Sum) => Value
  #count = 0
  /** The digits of short numbers by their scales, each sum as long as it is exact. */
  readonly #short: number[] = []
  #ints = 0n
  #decimals: Decimal | undefined
  #floats: number | undefined

  constructor(isUntyped: boolean, resultOf: (sum: Sum) => Value) {
    this.#isUntyped = isUntyped
    this.#resultOf = resultOf
  }

  add(value: Known): void {
    this.#count++
    if (!this.#isUntyped || typeof value !== 'string') {
      return this.#addNumber(checkedNumber(value, 'IncorrectSqlFunctionArgumentType'))
    }
    const digits = readShortDigits(value)
    if (Number.isNaN(digits)) this.#addNumber(readNumber(value) ?? castFailed())
    else this.#addShort(digits, scaleOf(value))
  }

  #addShort(digits: number, scale: number): void {
    const sum = (this.#short[scale] ?? 0) + digits
    this.#short[scale] = sum
    // There are up to 15 digits: none can take the sum to where it is no longer exact.
    if (Math.abs(sum) >= 2 ** 52) this.#settle(scale)
  }

  #settle(scale: number): void {
    const sum = BigInt(this.#short[scale] ?? 0)
    this.#short[scale] = 0
    this.#addNumber(scale === 0 ? sum : new Decimal(sum, scale))
  }

  #addNumber(value: NumberValue): void {
    if (typeof value === 'bigint') this.#ints += value
    else if (typeof value === 'number') this.#floats = (this.#floats ?? 0) + value
    else this.#decimals = this.#decimals?.add(value) ?? value
  }

  result(): Value {
    if (this.#count === 0) return null
    for (const scale of this.#short.keys()) if (scale in this.#short) this.#settle(scale)
    return this.#resultOf(this)
  }

  total(): NumberValue {
    if (this.#floats !== undefined) {
      return this.#floats + (this.#decimals?.toNumber() ?? 0) + Number(this.#ints)
    }
    return this.#decimals === undefined
      ? checkedInt(this.#ints)
      : this.#decimals.add(new Decimal(this.#ints, 0))
  }

  average(): NumberValue {
    if (this.#floats !== undefined) return Number(this.total()) / this.#count
    const total = (this.#decimals ?? Decimal.zero).add(new Decimal(this.#ints, 0))
    return total.divide(new Decimal(BigInt(this.#count), 0))
  }
}

/** The least or the greatest. Values between which there is no order are an error: none of them could be it. */
class Extreme implements Accumulator {
  readonly #isUntyped: boolean
  readonly #sign: 1 | -1
  readonly #texts: HeldTexts
  #best: Value = null
  /** The best as a short number; NaN where it is none. */
  #short = Number.NaN

  constructor(isUntyped: boolean, sign: 1 | -1, texts: HeldTexts) {
    this.#isUntyped = isUntyped
    this.#sign = sign
    this.#texts = texts
  }

  add(value: Known): void {
    if (!this.#isUntyped || typeof value !== 'string') return this.#addTyped(value)
    const short = readShortNumber(value)
    if ((short - this.#short) * this.#sign <= 0) return
    this.#addTyped(readNumber(value) ?? value)
  }

  #addTyped(value: Known): void {
    if (Number.isNaN(value)) return
    const order = orderOf(value, this.#best ?? value)
    if (order === undefined) throw new S3Error('UnsupportedTypeForQuerying')
    if (this.#best !== null && order * this.#sign <= 0) return
    this.#best = typeof value === 'string' ? this.#texts.replace(this.#best, value) : value
    this.#short = isNumber(value) ? shortNumberOf(value) : Number.NaN
  }

  result(): Value {
    return this.#best
  }
}
