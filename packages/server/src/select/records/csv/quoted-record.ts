import { S3Error } from '../../../model/s3-error.ts'
import type { CsvInput } from '../formats.ts'

/** Of CsvInput, what a record with quotes is read by. */
export type Quoting = Pick<CsvInput, 'quoteEscape' | 'fieldDelimiter' | 'recordDelimiter'> & {
  readonly quote: string
}

export interface QuotedRecord {
  readonly fields: readonly string[]
  /** Where the record ends, and where the next one begins: behind the delimiter. */
  readonly end: number
  readonly next: number
}

/** The text ends before the record does: within quotes, or where more text may belong to it. */
export type Unfinished = 'inQuotes' | 'unfinished'

/**
 * A record of CSV some of whose fields are quoted, from `start`. In quotes the escape character makes a quote or
 * itself a part of the value, and so does a second quote; before anything else it is a part of the value. Source:
 * S3 API Reference, "CSVInput", and RFC 4180. The text's end is a record's end only where it `isLast`.
 */
export function readQuotedRecord(
  text: string,
  start: number,
  quoting: Quoting,
  isLast: boolean,
): QuotedRecord | Unfinished {
  return new Reading(text, start, quoting, isLast).record()
}

class Reading {
  readonly #text: string
  readonly #quoting: Quoting
  readonly #isLast: boolean
  /** Lines may end with `\r\n` where `\n` is what delimits them. */
  readonly #takesReturns: boolean
  #at: number

  constructor(text: string, start: number, quoting: Quoting, isLast: boolean) {
    this.#text = text
    this.#at = start
    this.#quoting = quoting
    this.#isLast = isLast
    this.#takesReturns = quoting.recordDelimiter === '\n'
  }

  record(): QuotedRecord | Unfinished {
    const { quote, fieldDelimiter } = this.#quoting
    const fields: string[] = []
    for (;;) {
      if (this.#isUnsure(quote)) return 'unfinished'
      const isQuoted = this.#text.startsWith(quote, this.#at)
      const field = isQuoted ? this.#quoted() : this.#plain()
      if (field === undefined) return isQuoted ? 'inQuotes' : 'unfinished'
      fields.push(field)
      if (isQuoted) this.#passBlanks()
      if (this.#text.startsWith(fieldDelimiter, this.#at)) this.#at += fieldDelimiter.length
      else return this.#end(fields)
    }
  }

  /** What is behind a closing quote is no part of what was quoted, and files have blanks there. */
  #passBlanks(): void {
    const { fieldDelimiter, recordDelimiter } = this.#quoting
    for (; this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t'; this.#at++) {
      if (this.#text.startsWith(fieldDelimiter, this.#at)) return
      if (this.#text.startsWith(recordDelimiter, this.#at)) return
    }
  }

  /** At a record's end. */
  #end(fields: readonly string[]): QuotedRecord | Unfinished {
    const { fieldDelimiter, recordDelimiter } = this.#quoting
    const end = this.#at
    if (this.#takesReturns && this.#text[end] === '\r') this.#at++
    if (this.#text.startsWith(recordDelimiter, this.#at)) {
      return { fields, end, next: this.#at + recordDelimiter.length }
    }
    if (this.#at >= this.#text.length && this.#isLast) return { fields, end, next: this.#at }
    if (this.#isUnsure(recordDelimiter) || this.#isUnsure(fieldDelimiter)) return 'unfinished'
    throw new S3Error('CSVUnescapedQuote')
  }

  /** Whether what is here may go on as `expected` in text that is still to come. */
  #isUnsure(expected: string): boolean {
    return !this.#isLast && this.#text.length - this.#at < expected.length
  }

  #plain(): string | undefined {
    const { fieldDelimiter, recordDelimiter } = this.#quoting
    const text = this.#text
    const field = fieldDelimiter.charCodeAt(0)
    const record = recordDelimiter.charCodeAt(0)
    const start = this.#at
    let at = start
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === field && text.startsWith(fieldDelimiter, at)) break
      if (code === record && text.startsWith(recordDelimiter, at)) break
    }
    if (at >= text.length && !this.#isLast) return undefined
    const isAtRecordsEnd = at >= text.length || text.startsWith(recordDelimiter, at)
    if (this.#takesReturns && isAtRecordsEnd && at > start && text[at - 1] === '\r') at--
    this.#at = at
    return text.slice(start, at)
  }

  #quoted(): string | undefined {
    const { quote, quoteEscape } = this.#quoting
    const text = this.#text
    if (quoteEscape === quote) {
      // Most often the next quote is the closing one.
      const start = this.#at + quote.length
      const close = text.indexOf(quote, start)
      const behind = close + quote.length
      if (close < 0 || (!this.#isLast && behind + quote.length > text.length)) return undefined
      if (!text.startsWith(quote, behind)) {
        this.#at = behind
        return text.slice(start, close)
      }
    }
    const quoteCode = quote.charCodeAt(0)
    const escapeCode = quoteEscape.charCodeAt(0)
    let value = ''
    let from = this.#at + quote.length
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code !== quoteCode && code !== escapeCode) continue
      const isQuote = text.startsWith(quote, at)
      if (!isQuote && !text.startsWith(quoteEscape, at)) continue
      const behind = at + (isQuote ? quote : quoteEscape).length
      if (!this.#isLast && behind + quote.length > text.length) return undefined
      const escaped = this.#escapedAt(behind, isQuote)
      if (escaped !== '') {
        value += text.slice(from, at) + escaped
        from = behind + escaped.length
        at = from - 1
      } else if (isQuote) {
        this.#at = behind
        return value + text.slice(from, at)
      }
    }
    return undefined
  }

  /** What a quote or an escape character before it makes a part of the value; nothing where it does not. */
  #escapedAt(at: number, isAfterQuote: boolean): string {
    const { quote, quoteEscape } = this.#quoting
    if (this.#text.startsWith(quote, at)) return quote
    return !isAfterQuote && this.#text.startsWith(quoteEscape, at) ? quoteEscape : ''
  }
}
