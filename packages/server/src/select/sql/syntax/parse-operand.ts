import type { ExpressionParser } from './expression-parser.ts'
import { isCall, parseCall } from './parse-call.ts'
import { parsePath } from './parse-path.ts'
import type { CaseBranch, Expression } from './syntax-tree.ts'

const constants = new Map([
  ['TRUE', true],
  ['FALSE', false],
  ['NULL', null],
  ['MISSING', undefined],
])
const operators = new Set(['<=', '>=', '<>', '||', '<', '>', '=', '+', '-', '*', '/', '%'])

/** What operators stand between. */
export function parseOperand(parser: ExpressionParser): Expression {
  const { cursor } = parser
  const token = cursor.current
  if (token.kind === 'literal') return { kind: 'literal', value: cursor.take().value }
  if (token.kind === 'word' && constants.has(token.upper)) {
    return { kind: 'literal', value: constants.get(cursor.take().upper) }
  }
  if (cursor.takeIf('CASE')) return parseCase(parser)
  if (cursor.isAt('(')) return parseParenthesis(parser)
  if (cursor.isAt('[')) return parseList(parser)
  if (isCall(cursor)) return parseCall(parser)
  const root = cursor.takeName()
  return root === undefined ? unexpected(parser) : parsePath(cursor, root)
}

function unexpected({ cursor }: ExpressionParser): never {
  const { kind } = cursor.current
  if (kind === 'end') throw cursor.error('ParseExpectedExpression')
  if (kind === 'word') throw cursor.error('ParseUnExpectedKeyword')
  throw cursor.error(cursor.isAtOneOf(operators) ? 'ParseUnexpectedOperator' : 'ParseUnexpectedToken')
}

function parseParenthesis(parser: ExpressionParser): Expression {
  const { cursor } = parser
  cursor.take()
  if (cursor.isAt('SELECT')) throw cursor.error('ParseUnsupportedSelect')
  const expression = parser.expression()
  cursor.expect(')', 'ParseExpectedTokenType')
  return expression
}

function parseList(parser: ExpressionParser): Expression {
  const { cursor } = parser
  cursor.take()
  if (cursor.takeIf(']')) return { kind: 'list', operands: [] }
  const operands = [parser.expression()]
  while (cursor.takeIf(',')) operands.push(parser.expression())
  cursor.expect(']', 'ParseExpectedTokenType')
  return { kind: 'list', operands }
}

function parseCase(parser: ExpressionParser): Expression {
  const { cursor } = parser
  const hasOperand = !cursor.isAt('WHEN') && !cursor.isAt('ELSE') && !cursor.isAt('END')
  const operand = hasOperand ? parser.expression() : undefined
  const branches: CaseBranch[] = []
  while (cursor.takeIf('WHEN')) {
    const when = parser.expression()
    cursor.expect('THEN', 'ParseExpectedKeyword')
    branches.push({ when, result: parser.expression() })
  }
  if (branches.length === 0) throw cursor.error('ParseExpectedWhenClause')
  const otherwise = cursor.takeIf('ELSE') ? parser.expression() : undefined
  cursor.expect('END', 'ParseExpectedKeyword')
  return { kind: 'case', operand, branches, otherwise }
}
