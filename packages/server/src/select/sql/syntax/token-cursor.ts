import type { SelectErrorCode } from '../../../model/select-error-catalogue.ts'
import { violated } from '../../../base/assert.ts'
import type { Name } from '../path.ts'
import { isReserved } from './reserved-words.ts'
import { syntaxError } from './syntax-error.ts'
import type { Token } from './token.ts'

/** Where a parser is among the tokens of a query. */
export class TokenCursor {
  readonly #tokens: readonly Token[]
  #position = 0

  /** `tokens` end with one of the kind `end`, which is never passed. */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get current(): Token {
    return this.ahead(0)
  }

  ahead(count: number): Token {
    return this.#tokens[this.#position + count] ?? this.#tokens.at(-1) ?? violated('a query without its end')
  }

  take(): Token {
    const token = this.current
    if (token.kind !== 'end') this.#position++
    return token
  }

  isAt(text: string): boolean {
    return isToken(this.current, text)
  }

  isAtOneOf(texts: ReadonlySet<string>): boolean {
    const { kind, upper } = this.current
    return (kind === 'word' || kind === 'symbol') && texts.has(upper)
  }

  /** Takes it where it stands here. `text` is a symbol, or a keyword in upper case. */
  takeIf(text: string): boolean {
    const isHere = this.isAt(text)
    if (isHere) this.take()
    return isHere
  }

  expect(text: string, otherwise: SelectErrorCode): void {
    if (!this.takeIf(text)) throw this.error(otherwise)
  }

  /** Takes a name that a user may give: a reserved word is one in quotes only. */
  takeName(): Name | undefined {
    if (!isName(this.current)) return undefined
    const { text, kind } = this.take()
    return { text, isQuoted: kind === 'quotedName' }
  }

  /** What stands here has no place here. */
  error(code: SelectErrorCode): ReturnType<typeof syntaxError> {
    return syntaxError(code, this.current)
  }
}

export function isToken({ kind, upper }: Token, text: string): boolean {
  return upper === text && (kind === 'word' || kind === 'symbol')
}

export function isName(token: Token): boolean {
  return token.kind === 'quotedName' || (token.kind === 'word' && !isReserved(token.upper))
}
