import type { Expression } from './syntax-tree.ts'
import type { TokenCursor } from './token-cursor.ts'

/** What the parsers of parts of an expression are given, since expressions are in each other. */
export interface ExpressionParser {
  readonly cursor: TokenCursor
  expression(): Expression
  /** Of what is more tightly bound than AND and comparisons: what BETWEEN's bounds are. */
  term(): Expression
}
