import { S3Error } from '../../model/s3-error.ts'

/** Of significant digits. Source: S3 User Guide, "Data types", decimal. */
const MAX_PRECISION = 38
const MAX_SCALE = 2 ** 31
const LIMIT = 10n ** BigInt(MAX_PRECISION)
const number = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/
/** No sum, product or alignment of two decimals needs more. */
const powers = Array.from({ length: 3 * MAX_PRECISION }, (_, exponent) => 10n ** BigInt(exponent))

/**
 * A number in base 10: `coefficient` × 10^-`scale`, with at most 38 digits, its closing zeros kept. A result of more
 * digits is rounded, half to even; one whose scale has no place in 32 bits is a NumberFormatError.
 */
export class Decimal {
  static readonly zero = new Decimal(0n, 0)
  readonly coefficient: bigint
  readonly scale: number

  constructor(coefficient: bigint, scale: number) {
    this.coefficient = coefficient
    this.scale = scale
  }

  /** Of digits with an optional fraction and exponent, rounded to 38 digits; `undefined` where it is no number. */
  static parse(text: string): Decimal | undefined {
    const match = number.exec(text)
    if (match === null) return undefined
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
    if (whole === '' && fraction === '') return undefined
    const digits = withoutLeadingZeros(whole + fraction)
    const excess = Math.max(0, digits.length - MAX_PRECISION)
    const scale = fraction.length - Number(exponent) - excess
    if (!hasPlace(scale)) return undefined
    const kept = BigInt(digits.slice(0, digits.length - excess))
    const coefficient = excess > 0 && roundsUp(kept, digits.slice(MAX_PRECISION)) ? kept + 1n : kept
    return rounded(sign === '-' ? -coefficient : coefficient, scale)
  }

  /** As the shortest text that reads back as the same float. `value` is finite. */
  static ofNumber(value: number): Decimal {
    return Decimal.parse(String(value)) ?? Decimal.zero
  }

  add(other: Decimal): Decimal {
    if (this.coefficient === 0n && this.scale <= other.scale) return other
    if (other.coefficient === 0n && other.scale <= this.scale) return this
    const [high, low] = this.scale <= other.scale ? [this, other] : [other, this]
    const shift = low.scale - high.scale
    if (shift < powers.length) {
      return rounded(high.coefficient * powerOf10(shift) + low.coefficient, low.scale)
    }
    if (high.coefficient === 0n) return low
    if (low.coefficient === 0n) return rounded(high.coefficient * LIMIT, high.scale + MAX_PRECISION)
    // So far below the other's last digit that it only says to which side of a half the rest lies.
    const rest = low.coefficient > 0n ? 1n : -1n
    return rounded(high.coefficient * powerOf10(MAX_PRECISION + 2) + rest, high.scale + MAX_PRECISION + 2)
  }

  subtract(other: Decimal): Decimal {
    return this.add(other.negate())
  }

  multiply(other: Decimal): Decimal {
    return rounded(this.coefficient * other.coefficient, this.scale + other.scale)
  }

  /** `other` is not 0. Exact where 38 digits are enough, with no more zeros at the end than its operands have. */
  divide(other: Decimal): Decimal {
    const preferred = this.scale - other.scale
    if (this.coefficient === 0n) return rounded(0n, preferred)
    const shift = Math.max(0, MAX_PRECISION + 2 + lengthOf(other.coefficient) - lengthOf(this.coefficient))
    const dividend = this.coefficient * powerOf10(shift)
    const quotient = dividend / other.coefficient
    const isExact = quotient * other.coefficient === dividend
    if (isExact) return withoutTrailingZeros(quotient, preferred + shift, preferred)
    // A digit that is not 0 says that there was a rest, so that the rest is not taken for a half.
    const isNegative = dividend < 0n !== other.coefficient < 0n
    return rounded(quotient * 10n + (isNegative ? -1n : 1n), preferred + shift + 1)
  }

  /** With the sign of this; `other` is not 0. Where the quotient has no place in 38 digits: NumberFormatError. */
  remainder(other: Decimal): Decimal {
    if (compareMagnitudes(this, other) < 0) return this
    if (adjustedExponent(this) - adjustedExponent(other) > MAX_PRECISION) throw outOfRange()
    const scale = Math.max(this.scale, other.scale)
    return rounded(alignedTo(this, scale) % alignedTo(other, scale), scale)
  }

  negate(): Decimal {
    return new Decimal(-this.coefficient, this.scale)
  }

  /** By value, whatever the scales: 1.0 equals 1. */
  compare(other: Decimal): number {
    const sign = signOf(this.coefficient)
    const otherSign = signOf(other.coefficient)
    if (sign !== otherSign || sign === 0) return Math.sign(sign - otherSign)
    return sign < 0 ? compareMagnitudes(other, this) : compareMagnitudes(this, other)
  }

  /** Its part before the point; `undefined` where that is beyond 64 bits or more. */
  toInteger(): bigint | undefined {
    if (this.coefficient === 0n || adjustedExponent(this) < 0) return 0n
    if (adjustedExponent(this) > 20) return undefined
    return this.scale <= 0
      ? this.coefficient * powerOf10(-this.scale)
      : this.coefficient / powerOf10(this.scale)
  }

  toNumber(): number {
    return Number(this.toString())
  }

  /** With at most that many significant digits. */
  withPrecision(precision: number): Decimal {
    return rounded(this.coefficient, this.scale, precision)
  }

  /** Plain where that is short, else with an exponent; it reads back as the same. */
  toString(): string {
    const sign = this.coefficient < 0n ? '-' : ''
    const digits = (this.coefficient < 0n ? -this.coefficient : this.coefficient).toString()
    const exponent = digits.length - 1 - this.scale
    if (this.scale === 0) return sign + digits
    if (this.scale < 0 || exponent < -6) {
      const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
      return `${sign}${digits.slice(0, 1)}${fraction}E${exponent < 0 ? '' : '+'}${exponent}`
    }
    const padded = digits.padStart(this.scale + 1, '0')
    return `${sign}${padded.slice(0, -this.scale)}.${padded.slice(-this.scale)}`
  }
}

function withoutLeadingZeros(digits: string): string {
  let start = 0
  while (start < digits.length - 1 && digits.charCodeAt(start) === 0x30) start++
  return digits.slice(start)
}

/** Whether `rest`, the digits behind `kept`, is more than a half, or a half and `kept` odd. */
function roundsUp(kept: bigint, rest: string): boolean {
  if (rest.charCodeAt(0) !== 0x35) return rest.charCodeAt(0) > 0x35
  return kept % 2n === 1n || /[1-9]/.test(rest.slice(1))
}

function rounded(coefficient: bigint, scale: number, precision = MAX_PRECISION): Decimal {
  const limit = powerOf10(precision)
  if (coefficient < limit && coefficient > -limit) return checked(coefficient, scale)
  const excess = lengthOf(coefficient) - precision
  const unit = powerOf10(excess)
  const quotient = coefficient / unit
  const rest = coefficient % unit
  const twice = (rest < 0n ? -rest : rest) * 2n
  const up = twice > unit || (twice === unit && quotient % 2n !== 0n)
  const nearest = up ? quotient + (coefficient < 0n ? -1n : 1n) : quotient
  // 99…9 rounded up has a digit too many again.
  if (nearest === limit || nearest === -limit) return checked(nearest / 10n, scale - excess - 1)
  return checked(nearest, scale - excess)
}

function withoutTrailingZeros(coefficient: bigint, scale: number, leastScale: number): Decimal {
  let digits = coefficient
  let places = scale
  while (places > leastScale && digits % 10n === 0n) {
    digits /= 10n
    places--
  }
  return rounded(digits, places)
}

function checked(coefficient: bigint, scale: number): Decimal {
  if (!hasPlace(scale)) throw outOfRange()
  return new Decimal(coefficient, scale)
}

function hasPlace(scale: number): boolean {
  return scale >= -MAX_SCALE && scale < MAX_SCALE
}

function outOfRange(): S3Error {
  return new S3Error('NumberFormatError')
}

function signOf(coefficient: bigint): number {
  if (coefficient === 0n) return 0
  return coefficient < 0n ? -1 : 1
}

function compareMagnitudes(one: Decimal, other: Decimal): number {
  if (one.coefficient === 0n || other.coefficient === 0n) {
    return Math.abs(signOf(one.coefficient)) - Math.abs(signOf(other.coefficient))
  }
  if (one.scale !== other.scale) {
    const difference = adjustedExponent(one) - adjustedExponent(other)
    if (difference !== 0) return Math.sign(difference)
  }
  const scale = Math.max(one.scale, other.scale)
  const [left, right] = [alignedTo(one, scale), alignedTo(other, scale)]
  const difference = (left < 0n ? -left : left) - (right < 0n ? -right : right)
  return signOf(difference)
}

/** The power of 10 of its first digit. */
function adjustedExponent({ coefficient, scale }: Decimal): number {
  return lengthOf(coefficient) - 1 - scale
}

function alignedTo({ coefficient, scale }: Decimal, finerScale: number): bigint {
  return coefficient * powerOf10(finerScale - scale)
}

function lengthOf(coefficient: bigint): number {
  return coefficient.toString().length - (coefficient < 0n ? 1 : 0)
}

function powerOf10(exponent: number): bigint {
  return powers[exponent] ?? 10n ** BigInt(exponent)
}
