import { negate } from '../../values/arithmetic.ts'
import { Decimal } from '../../values/decimal.ts'
import { isNumber } from '../../values/kind.ts'
import { isInt64 } from '../../values/read-number.ts'
import type { ExpressionParser } from './expression-parser.ts'
import { parseOperand } from './parse-operand.ts'
import type { ArithmeticOperator, ComparisonOperator, Expression } from './syntax-tree.ts'
import { isToken, type TokenCursor } from './token-cursor.ts'

/** Of parentheses, calls and the like in each other: far above any query of a person, far below the stack. */
const MAX_NESTING = 100

/**
 * Parses an expression, by precedence: source S3 User Guide, "Operators". `||` stands between `+` and IN as in PartiQL;
 * `<=` and `>=` stand with `<`, `<>` with `=`, and IS, as in SQL, below them.
 */
export function parseExpression(cursor: TokenCursor): Expression {
  return new PrecedenceParser(cursor).expression()
}

class PrecedenceParser implements ExpressionParser {
  readonly cursor: TokenCursor
  #nesting = 0

  constructor(cursor: TokenCursor) {
    this.cursor = cursor
  }

  expression(): Expression {
    return this.#nested(() => this.#many('or', 'OR', () => this.#many('and', 'AND', () => this.#not())))
  }

  term(): Expression {
    return this.#many('concatenation', '||', () => this.#sum())
  }

  #nested(parse: () => Expression): Expression {
    if (++this.#nesting > MAX_NESTING) throw this.cursor.error('MaxOperatorsExceeded')
    const expression = parse()
    this.#nesting--
    return expression
  }

  #many(kind: 'or' | 'and' | 'concatenation', operator: string, parse: () => Expression): Expression {
    const first = parse()
    if (!this.cursor.isAt(operator)) return first
    const operands = [first]
    while (this.cursor.takeIf(operator)) operands.push(parse())
    return { kind, operands }
  }

  #not(): Expression {
    if (!this.cursor.takeIf('NOT')) return this.#equality()
    return { kind: 'not', operand: this.#nested(() => this.#not()) }
  }

  /** `=` and `<>` are bound to the right, so that a = b = c is a = (b = c). */
  #equality(): Expression {
    let expression = this.#equalities(this.#order())
    while (this.cursor.takeIf('IS')) {
      expression = this.#is(expression)
      expression = this.#equalities(expression)
    }
    return expression
  }

  #equalities(left: Expression): Expression {
    const operator = this.#takeComparison('=', '<>')
    if (operator === undefined) return left
    const right = this.#nested(() => this.#equalities(this.#order()))
    return { kind: 'comparison', operator, left, right }
  }

  #is(operand: Expression): Expression {
    const isNegated = this.cursor.takeIf('NOT')
    const isMissing = this.cursor.takeIf('MISSING')
    if (!isMissing) this.cursor.expect('NULL', 'ParseExpectedTypeName')
    const test: Expression = { kind: isMissing ? 'isMissing' : 'isNull', operand }
    return isNegated ? { kind: 'not', operand: test } : test
  }

  #order(): Expression {
    let left = this.#like()
    for (;;) {
      const operator = this.#takeComparison('<', '<=', '>', '>=')
      if (operator === undefined) return left
      left = { kind: 'comparison', operator, left, right: this.#like() }
    }
  }

  #takeComparison(...operators: readonly ComparisonOperator[]): ComparisonOperator | undefined {
    const operator = operators.find((operator) => this.cursor.isAt(operator))
    if (operator !== undefined) this.cursor.take()
    return operator
  }

  #like(): Expression {
    let operand = this.#between()
    for (;;) {
      const isNegated = this.#takeNegated('LIKE')
      if (isNegated === undefined) return operand
      const pattern = this.#between()
      const escape = this.cursor.takeIf('ESCAPE') ? this.term() : undefined
      operand = negated(isNegated, { kind: 'like', operand, pattern, escape })
    }
  }

  #between(): Expression {
    let operand = this.#in()
    for (;;) {
      const isNegated = this.#takeNegated('BETWEEN')
      if (isNegated === undefined) return operand
      const low = this.term()
      this.cursor.expect('AND', 'ParseExpectedKeyword')
      operand = negated(isNegated, { kind: 'between', operand, low, high: this.term() })
    }
  }

  #in(): Expression {
    let operand = this.term()
    for (;;) {
      const isNegated = this.#takeNegated('IN')
      if (isNegated === undefined) return operand
      operand = negated(isNegated, { kind: 'in', operand, list: this.#list() })
    }
  }

  #list(): Expression {
    const { cursor } = this
    if (!cursor.takeIf('(')) return this.term()
    const operands = [this.expression()]
    while (cursor.takeIf(',')) operands.push(this.expression())
    cursor.expect(')', 'ParseExpectedTokenType')
    return { kind: 'list', operands }
  }

  /** Takes an operator that may have NOT before it. */
  #takeNegated(operator: string): boolean | undefined {
    if (this.cursor.takeIf(operator)) return false
    if (!this.cursor.isAt('NOT') || !isToken(this.cursor.ahead(1), operator)) return undefined
    this.cursor.take()
    this.cursor.take()
    return true
  }

  #sum(): Expression {
    return this.#arithmetic(['+', '-'], () => this.#product())
  }

  #product(): Expression {
    return this.#arithmetic(['*', '/', '%'], () => this.#signed())
  }

  #arithmetic(operators: readonly ArithmeticOperator[], parse: () => Expression): Expression {
    let left = parse()
    for (;;) {
      const operator = operators.find((operator) => this.cursor.isAt(operator))
      if (operator === undefined) return left
      this.cursor.take()
      left = { kind: 'arithmetic', operator, left, right: parse() }
    }
  }

  #signed(): Expression {
    if (this.cursor.takeIf('-')) return negative(this.#nested(() => this.#signed()))
    if (!this.cursor.takeIf('+')) return parseOperand(this)
    return { kind: 'positive', operand: this.#nested(() => this.#signed()) }
  }
}

function negated(isNegated: boolean, operand: Expression): Expression {
  return isNegated ? { kind: 'not', operand } : operand
}

/** Of a literal number the literal below 0, for the least int is one although its digits alone are none. */
function negative(operand: Expression): Expression {
  if (operand.kind !== 'literal' || !isNumber(operand.value)) return { kind: 'negative', operand }
  const { value } = operand
  if (value instanceof Decimal && value.scale === 0 && isInt64(-value.coefficient)) {
    return { kind: 'literal', value: -value.coefficient }
  }
  return { kind: 'literal', value: negate(value) }
}
