import { parseExpression } from './parse-expression.ts'
import { parseFrom } from './parse-from.ts'
import { parseSelectList } from './parse-select-list.ts'
import type { Query } from './syntax-tree.ts'
import { TokenCursor } from './token-cursor.ts'
import { tokensOf } from './lexer.ts'

/** Clauses of SQL that may stand where they stand here, but for those with an error of their own. */
const unsupported = new Set(['ORDER', 'HAVING', 'UNION', 'EXCEPT', 'INTERSECT', 'PIVOT', 'UNPIVOT'])

/** SELECT … FROM … [WHERE …] [LIMIT …][;] */
export function parseQuery(expression: string): Query {
  const cursor = new TokenCursor(tokensOf(expression))
  cursor.expect('SELECT', 'ParseExpectedKeyword')
  const items = parseSelectList(cursor)
  const from = parseFrom(cursor)
  const where = cursor.takeIf('WHERE') ? parseExpression(cursor) : undefined
  const limit = cursor.takeIf('LIMIT') ? parseLimit(cursor) : undefined
  cursor.takeIf(';')
  if (cursor.current.kind !== 'end') throw unexpected(cursor)
  return { items, from, where, limit }
}

function parseLimit(cursor: TokenCursor): number {
  const isNegative = cursor.takeIf('-')
  // One beyond 64 bits is no int, and a limit all the same.
  if (!/^\d+$/.test(cursor.current.text)) throw cursor.error('ParseExpectedNumber')
  const limit = Number(cursor.current.text)
  if (isNegative && limit > 0) throw cursor.error('EvaluatorNegativeLimit')
  cursor.take()
  return limit
}

function unexpected(cursor: TokenCursor): Error {
  if (cursor.isAt('GROUP')) return cursor.error('ParseUnsupportedLiteralsGroupBy')
  if (cursor.isAtOneOf(unsupported)) return cursor.error('ParseUnsupportedSyntax')
  return cursor.error('ParseUnexpectedToken')
}
