import { S3Error } from '../../../model/s3-error.ts'
import { Decimal } from '../../values/decimal.ts'
import type { Struct, Value } from '../../values/value.ts'

/** Thrown where the text ends within what is read, and more of it is to come. */
export const MORE_TEXT = new Error('more text is needed')

/** A map of nothing takes two hundred bytes, and a record may be three hundred thousand of them. */
const NO_MEMBERS: Struct = new Map()

/** Stands for a character behind the text's end. */
export const END = -1

/** Containers in containers. */
export const MAX_DEPTH = 512

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const ZERO = 0x30
const NINE = 0x39
const POINT = 0x2e
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const COMMA = 0x2c
const COLON = 0x3a

/** So many digits are an exact integer as a number, and so many significant ones come out of a number again. */
const SAFE_DIGITS = 15
const MAX_INT = 2n ** 63n - 1n
const MIN_INT = -(2n ** 63n)
const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const literals = new Map<number, readonly [string, Value]>([
  [0x74, ['true', true]],
  [0x66, ['false', false]],
  [0x6e, ['null', null]],
])

/** Reads JSON from a piece of a text. Source: RFC 8259. */
export class JsonText {
  readonly text: string
  readonly #isLast: boolean
  at = 0

  /** Where it is not the last, the text's end is no end of anything: what reaches it throws `MORE_TEXT`. */
  constructor(text: string, isLast: boolean) {
    this.text = text
    this.#isLast = isLast
  }

  /** Goes to the next character that is no white space; answers it, or `END` at the text's end. */
  skipSpace(): number {
    const { text } = this
    const { length } = text
    for (let at = this.at; at < length; at++) {
      const code = text.charCodeAt(at)
      if (code > 0x20 || (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09)) {
        this.at = at
        return code
      }
    }
    this.at = length
    return END
  }

  /** The same, where more text may be to come. */
  peek(): number {
    const code = this.skipSpace()
    if (code === END && !this.#isLast) throw MORE_TEXT
    return code
  }

  /** What begins here, in `depth` containers. */
  value(depth: number): Value {
    const code = this.peek()
    if (code === QUOTE) return this.string()
    if (code === OPEN_OBJECT) return this.#object(depth + 1)
    if (code === OPEN_ARRAY) return this.#array(depth + 1)
    return this.scalar()
  }

  /** A number, true, false or null. */
  scalar(): Value {
    const code = this.peek()
    const value = code === MINUS || (code >= ZERO && code <= NINE) ? this.#number() : this.#literal(code)
    // It may be cut, and if it is not then another word or number must not begin right behind it.
    let end = this.at
    while (end < this.text.length && isOfWord(this.text.charCodeAt(end))) end++
    if (end > this.at || (end >= this.text.length && !this.#isLast)) throw this.#broken(end)
    return value
  }

  string(): string {
    const { text } = this
    const { length } = text
    const start = this.at + 1
    let hasEscapes = false
    for (let at = start; at < length; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.at = at + 1
        return hasEscapes ? unescaped(text.slice(start - 1, at + 1)) : text.slice(start, at)
      }
      if (code < 0x20) throw jsonError()
      if (code === BACKSLASH) {
        hasEscapes = true
        at++
      }
    }
    throw this.#broken(length)
  }

  /** The text ends within something. */
  endsWithin(): never {
    throw this.#broken(this.text.length)
  }

  /** The character that must be here. */
  expect(expected: number): void {
    if (this.peek() !== expected) throw this.#broken()
    this.at++
  }

  #object(depth: number): Struct {
    if (depth > MAX_DEPTH) throw jsonError()
    this.at++
    if (this.peek() === CLOSE_OBJECT) {
      this.at++
      return NO_MEMBERS
    }
    const members = new Map<string, Value>()
    for (;;) {
      if (this.peek() !== QUOTE) throw this.#broken()
      const name = this.string()
      this.expect(COLON)
      members.set(name, this.value(depth))
      const code = this.peek()
      this.at++
      if (code === CLOSE_OBJECT) return members
      if (code !== COMMA) throw jsonError()
    }
  }

  #array(depth: number): readonly Value[] {
    const elements: Value[] = []
    if (depth > MAX_DEPTH) throw jsonError()
    this.at++
    if (this.peek() === CLOSE_ARRAY) {
      this.at++
      return elements
    }
    for (;;) {
      elements.push(this.value(depth))
      const code = this.peek()
      this.at++
      if (code === CLOSE_ARRAY) return elements
      if (code !== COMMA) throw jsonError()
    }
  }

  #literal(code: number): Value {
    const literal = literals.get(code)
    if (literal === undefined) throw this.#broken()
    const [word, value] = literal
    if (!this.text.startsWith(word, this.at)) {
      const isCut = word.startsWith(this.text.slice(this.at, this.at + word.length))
      throw isCut ? this.#broken(this.text.length) : jsonError()
    }
    this.at += word.length
    return value
  }

  #number(): Value {
    const { text } = this
    const start = this.at
    const isNegative = text.charCodeAt(start) === MINUS
    const first = isNegative ? start + 1 : start
    let at = first
    let digits = 0
    let point = 0
    let code = text.charCodeAt(at)
    for (; at - first <= SAFE_DIGITS; code = text.charCodeAt(++at)) {
      if (code === POINT && point === 0 && at > first) point = at
      else if (code >= ZERO && code <= NINE) digits = digits * 10 + (code - ZERO)
      else break
    }
    const isShort =
      at - first <= SAFE_DIGITS && at > first && code !== 0x65 && code !== 0x45 && code !== POINT
    const isCanonical = text.charCodeAt(first) !== ZERO || at === first + 1 || point === first + 1
    if (!isShort || !isCanonical || point === at - 1) return this.#longNumber()
    this.at = at
    const coefficient = BigInt(isNegative ? -digits : digits)
    return point === 0 ? coefficient : new Decimal(coefficient, at - point - 1)
  }

  #longNumber(): Value {
    number.lastIndex = this.at
    const match = number.exec(this.text)
    if (match === null) throw this.#broken(this.at + 1)
    this.at = number.lastIndex
    const [text, fraction, exponent] = match
    if (exponent !== undefined) return withExponent(text)
    if (fraction === undefined && text.length <= MIN_INT.toString().length) {
      const value = BigInt(text)
      if (value >= MIN_INT && value <= MAX_INT) return value
    }
    return decimalOf(text)
  }

  /** At what is none of JSON, or at the text's end. */
  #broken(at = this.at): Error {
    return at >= this.text.length && !this.#isLast ? MORE_TEXT : jsonError()
  }
}

export function jsonError(cause?: unknown): S3Error {
  return new S3Error('JSONParsingError', {}, { cause })
}

/** What would make another word or number of one that it stands behind. */
function isOfWord(code: number): boolean {
  return (
    (code >= ZERO && code <= NINE) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === POINT ||
    code === MINUS ||
    code === 0x2b
  )
}

function unescaped(literal: string): string {
  try {
    return JSON.parse(literal) as string
  } catch (error) {
    throw jsonError(error)
  }
}

/** A float where it says the same. */
function withExponent(text: string): Value {
  const value = Number(text)
  const decimal = decimalOf(text)
  return Number.isFinite(value) && Decimal.ofNumber(value).compare(decimal) === 0 ? value : decimal
}

function decimalOf(text: string): Decimal {
  const decimal = Decimal.parse(text)
  if (decimal === undefined) throw new S3Error('NumberFormatError')
  return decimal
}
