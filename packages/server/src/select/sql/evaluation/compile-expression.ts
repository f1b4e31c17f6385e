import { S3Error } from '../../../model/s3-error.ts'
import { calculations, negate } from '../../values/arithmetic.ts'
import { castTo } from '../../values/cast.ts'
import type { Value } from '../../values/value.ts'
import type {
  ArithmeticExpression,
  BetweenExpression,
  CallExpression,
  CaseExpression,
  ConcatenationExpression,
  Expression,
  PathExpression,
} from '../syntax/syntax-tree.ts'
import { compileCall } from './calls.ts'
import { compileComparison, comparison } from './comparisons.ts'
import { strict, strictOfTwo, type Compile, type Compiled, type Evaluate, type Scope } from './compiled.ts'
import { and, conditionOf, not, or } from './conditions.ts'
import { compileLike } from './like.ts'
import { compileIn, compileInList } from './membership.ts'
import { concatenation } from './strings.ts'
import { checkedNumber, numberIn, textIn } from './untyped.ts'
import { valuesOfRow } from './values-of-row.ts'

type Part<Row> = Pick<Compiled<Row>, 'evaluate' | 'isUntyped'>

/** Compiles expressions to functions; what is the same for every row is evaluated here, once. */
export function compilerIn<Row>(scope: Scope<Row>): Compile<Row> {
  let references = 0
  const counting: Scope<Row> = {
    now: scope.now,
    compilePath: (path) => {
      references++
      return scope.compilePath(path)
    },
    compileAggregate: (aggregate) => {
      references++
      return scope.compileAggregate(aggregate)
    },
  }
  const compile: Compile<Row> = (expression) => {
    if (expression.kind === 'literal') return constantOf(expression.value)
    const before = references
    const part = compilePart(expression, compile, counting)
    const folded = references === before ? evaluated(part.evaluate) : undefined
    return folded === undefined ? { ...part, constant: undefined } : constantOf(folded.value)
  }
  return compile
}

function constantOf<Row>(value: Value): Compiled<Row> {
  return { evaluate: () => value, isUntyped: false, constant: { value } }
}

/** What cannot be evaluated may never have to be: its error is that of the record that asks for it. */
function evaluated<Row>(evaluate: Evaluate<Row>): { readonly value: Value } | undefined {
  try {
    // It looks at no row.
    return { value: (evaluate as Evaluate<undefined>)(undefined) }
  } catch (error) {
    if (error instanceof S3Error) return undefined
    throw error
  }
}

function compilePart<Row>(expression: Expression, compile: Compile<Row>, scope: Scope<Row>): Part<Row> {
  if (expression.kind === 'path') return scope.compilePath(expression)
  if (expression.kind === 'case') return compileCase(expression, compile)
  if (expression.kind === 'concatenation') return compileConcatenation(expression.operands.map(compile))
  if (expression.kind === 'call') {
    return compileCall(expression, expression.operands.map(compile), scope.now)
  }
  return typed(compileTyped(expression, compile, scope))
}

type TypedExpression = Exclude<
  Expression,
  PathExpression | CaseExpression | CallExpression | ConcatenationExpression
>

/** What never gives a field as it is. */
function compileTyped<Row>(
  expression: TypedExpression,
  compile: Compile<Row>,
  scope: Scope<Row>,
): Evaluate<Row> {
  switch (expression.kind) {
    case 'literal':
      return () => expression.value
    case 'aggregate':
      return scope.compileAggregate(expression)
    case 'not':
      return not(conditionOf(compile(expression.operand)))
    case 'and':
      return and(expression.operands.map((operand) => conditionOf(compile(operand))))
    case 'or':
      return or(expression.operands.map((operand) => conditionOf(compile(operand))))
    case 'isNull':
      return isNull(compile(expression.operand).evaluate)
    case 'isMissing':
      return isMissing(compile(expression.operand).evaluate)
    case 'cast':
      return strict(compile(expression.operand).evaluate, castTo(expression.type))
    case 'list':
      return list(expression.operands.map((operand) => compile(operand).evaluate))
    case 'negative':
    case 'positive':
      return compileSign(expression.kind, compile(expression.operand))
    case 'arithmetic':
      return compileArithmetic(expression, compile)
    case 'comparison':
      return compileComparison(expression.operator, compile(expression.left), compile(expression.right))
    case 'between':
      return compileBetween(expression, compile)
    case 'in':
      return expression.list.kind === 'list'
        ? compileIn(compile(expression.operand), expression.list.operands.map(compile))
        : compileInList(compile(expression.operand), compile(expression.list))
    case 'like': {
      const { operand, pattern, escape } = expression
      return compileLike(
        compile(operand),
        compile(pattern),
        escape === undefined ? undefined : compile(escape),
      )
    }
  }
}

/** MISSING is null as well, as in PartiQL. */
function isNull<Row>(evaluate: Evaluate<Row>): Evaluate<Row> {
  return (row) => {
    const value = evaluate(row)
    return value === null || value === undefined
  }
}

function isMissing<Row>(evaluate: Evaluate<Row>): Evaluate<Row> {
  return (row) => evaluate(row) === undefined
}

/** A MISSING element is left out. */
function list<Row>(elements: readonly Evaluate<Row>[]): Evaluate<Row> {
  return (row) => valuesOfRow(elements, row).filter((value) => value !== undefined)
}

function compileSign<Row>(kind: 'negative' | 'positive', operand: Compiled<Row>): Evaluate<Row> {
  const read = numberIn(operand)
  return strict(operand.evaluate, (value) => {
    const number = checkedNumber(read(value), 'UnsupportedSqlOperation')
    return kind === 'negative' ? negate(number) : number
  })
}

function compileArithmetic<Row>(
  { operator, left, right }: ArithmeticExpression,
  compile: Compile<Row>,
): Evaluate<Row> {
  const [one, other] = [compile(left), compile(right)]
  const [readOne, readOther] = [numberIn(one), numberIn(other)]
  const calculate = calculations[operator]
  return strictOfTwo(one.evaluate, other.evaluate, (left, right) =>
    calculate(
      checkedNumber(readOne(left), 'UnsupportedSqlOperation'),
      checkedNumber(readOther(right), 'UnsupportedSqlOperation'),
    ),
  )
}

function compileBetween<Row>(expression: BetweenExpression, compile: Compile<Row>): Evaluate<Row> {
  const operand = compile(expression.operand)
  const [low, high] = [compile(expression.low), compile(expression.high)]
  // Two comparisons, each as fast as it can be, where the operand costs next to nothing to look at twice.
  if (expression.operand.kind === 'path' && low.constant !== undefined && high.constant !== undefined) {
    return and([
      conditionOf(typed(compileComparison('>=', operand, low))),
      conditionOf(typed(compileComparison('<=', operand, high))),
    ])
  }
  const [isAbove, isBelow] = [comparison('>=', operand, low), comparison('<=', operand, high)]
  return (row) => {
    const value = operand.evaluate(row)
    const above = isAbove(value, low.evaluate(row))
    if (above === false) return false
    const below = isBelow(value, high.evaluate(row))
    return above === true || below === false ? below : null
  }
}

function typed<Row>(evaluate: Evaluate<Row>): Part<Row> {
  return { evaluate, isUntyped: false }
}

function compileConcatenation<Row>(operands: readonly Compiled<Row>[]): Part<Row> {
  const evaluations = operands.map(({ evaluate }) => evaluate)
  return {
    isUntyped: operands.some(({ isUntyped }) => isUntyped),
    evaluate: (row) => {
      const values = valuesOfRow(evaluations, row)
      if (values.includes(undefined)) return undefined
      if (values.includes(null)) return null
      return concatenation(
        values.map((value) => (value === undefined || value === null ? '' : textIn(value))),
      )
    },
  }
}

function compileCase<Row>(
  { operand, branches, otherwise }: CaseExpression,
  compile: Compile<Row>,
): Part<Row> {
  const subject = operand === undefined ? undefined : compile(operand)
  const cases = branches.map(({ when, result }) => {
    const condition = compile(when)
    return {
      isMet: subject === undefined ? conditionOf(condition) : undefined,
      value: condition.evaluate,
      isEqual: comparison('=', subject ?? condition, condition),
      result: compile(result),
    }
  })
  const rest = otherwise === undefined ? undefined : compile(otherwise)
  const results = cases.map(({ result }) => result)
  return {
    isUntyped: results.some(({ isUntyped }) => isUntyped) || rest?.isUntyped === true,
    evaluate: (row) => {
      const value = subject?.evaluate(row)
      for (const { isMet, value: other, isEqual, result } of cases) {
        const isChosen = isMet === undefined ? isEqual(value, other(row)) : isMet(row)
        if (isChosen === true) return result.evaluate(row)
      }
      return rest === undefined ? null : rest.evaluate(row)
    },
  }
}
