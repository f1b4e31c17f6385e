import { integerOrDecimal } from '../../values/read-number.ts'
import { Decimal } from '../../values/decimal.ts'
import type { Value } from '../../values/value.ts'
import { parseIonLiteral } from './ion-literal.ts'
import { syntaxError } from './syntax-error.ts'
import type { Token } from './token.ts'

const blank = /\s+/y
const word = /[\p{L}_$][\p{L}\p{M}\p{N}_$]*/uy
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const symbol = /<=|>=|<>|!=|\|\||[<>=+\-*/%()[\]{}.,;:]/y
/** Between two of the same quotes the quote itself is written twice. */
const quoted = {
  "'": /'[^']*(?:''[^']*)*'/y,
  '"': /"[^"]*(?:""[^"]*)*"/y,
  '`': /`[^`]*`/y,
} as const

/** Ends with a token of the kind `end`. */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = []
  let at = skipBlank(query, 0)
  while (at < query.length) {
    const { token, end } = nextToken(query, at)
    tokens.push(token)
    at = skipBlank(query, end)
  }
  tokens.push({ kind: 'end', text: '', upper: '', value: undefined, at: query.length })
  return tokens
}

/** Past blanks, `-- comments` and the like of C. */
function skipBlank(query: string, start: number): number {
  let at = start
  for (;;) {
    const space = matchAt(blank, query, at)
    if (space !== undefined) at += space.length
    else if (query.startsWith('--', at)) at = endOf(query, '\n', at) ?? query.length
    else if (query.startsWith('/*', at)) {
      const end = endOf(query, '*/', at + 2)
      if (end === undefined) throw syntaxError('LexerInvalidChar', { at, text: '/*' })
      at = end
    } else return at
  }
}

function nextToken(query: string, at: number): { readonly token: Token; readonly end: number } {
  const name = matchAt(word, query, at)
  if (name !== undefined) return wordToken(name, at)
  const character = query.charAt(at)
  if (character === "'" || character === '"' || character === '`') return quotedToken(query, at, character)
  const digits = matchAt(number, query, at)
  if (digits !== undefined) return numberToken(query, at, digits)
  const text = matchAt(symbol, query, at)
  if (text === undefined) {
    const code = character === '!' || character === '|' ? 'LexerInvalidOperator' : 'LexerInvalidChar'
    throw syntaxError(code, { at, text: String.fromCodePoint(query.codePointAt(at) ?? 0).toWellFormed() })
  }
  const upper = text === '!=' ? '<>' : text
  return { token: { kind: 'symbol', text, upper, value: undefined, at }, end: at + text.length }
}

function wordToken(text: string, at: number): { readonly token: Token; readonly end: number } {
  const token: Token = { kind: 'word', text, upper: text.toUpperCase(), value: undefined, at }
  return { token, end: at + text.length }
}

function quotedToken(
  query: string,
  at: number,
  quote: keyof typeof quoted,
): { readonly token: Token; readonly end: number } {
  const text = matchAt(quoted[quote], query, at)
  const code = quote === '`' ? 'LexerInvalidIONLiteral' : 'LexerInvalidLiteral'
  if (text === undefined) throw syntaxError(code, { at, text: query.slice(at) })
  const content = text.slice(1, -1).replaceAll(quote + quote, quote)
  const end = at + text.length
  if (quote === '"') {
    if (content === '') throw syntaxError('LexerInvalidLiteral', { at, text })
    return { token: { kind: 'quotedName', text: content, upper: content, value: undefined, at }, end }
  }
  if (quote === "'") return { token: literal(text, content, at), end }
  const ion = parseIonLiteral(content)
  if (ion === undefined) throw syntaxError(code, { at, text })
  return { token: literal(text, ion.value, at), end }
}

function numberToken(
  query: string,
  at: number,
  text: string,
): { readonly token: Token; readonly end: number } {
  const end = at + text.length
  // 12abc is neither a number nor a name.
  if (matchAt(word, query, end) !== undefined) throw syntaxError('LexerInvalidLiteral', { at, text })
  const value = numberOf(text)
  if (value === undefined) throw syntaxError('NumberFormatError', { at, text })
  return { token: literal(text, value, at), end }
}

function numberOf(text: string): Value {
  if (/^\d+$/.test(text)) return integerOrDecimal(text)
  if (!/[eE]/.test(text)) return Decimal.parse(text)
  const float = Number(text)
  return Number.isFinite(float) ? float : undefined
}

function literal(text: string, value: Value, at: number): Token {
  return { kind: 'literal', text, upper: text, value, at }
}

function matchAt(pattern: RegExp, query: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(query)?.[0]
}

function endOf(query: string, text: string, from: number): number | undefined {
  const found = query.indexOf(text, from)
  return found < 0 ? undefined : found + text.length
}
