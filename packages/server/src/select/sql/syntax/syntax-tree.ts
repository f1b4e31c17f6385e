import type { DatePart, ExtractPart } from '../../values/date-parts.ts'
import type { CastType } from '../../values/cast.ts'
import type { Value } from '../../values/value.ts'
import type { Name, PathStep } from '../path.ts'

export interface Query {
  /** `undefined`: a star alone. */
  readonly items: readonly SelectItem[] | undefined
  readonly from: FromClause
  readonly where: Expression | undefined
  readonly limit: number | undefined
}

export interface FromClause {
  /** What stands behind `S3Object[*]`. */
  readonly path: readonly PathStep[]
  readonly alias: Name | undefined
}

export type SelectItem =
  | { readonly kind: 'column'; readonly expression: Expression; readonly alias: string | undefined }
  /** `path.*` */
  | { readonly kind: 'members'; readonly path: PathExpression }

export type Expression =
  | LiteralExpression
  | PathExpression
  | { readonly kind: 'not' | 'negative' | 'positive'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or' | 'list'; readonly operands: readonly Expression[] }
  | ConcatenationExpression
  | ComparisonExpression
  | ArithmeticExpression
  | BetweenExpression
  | InExpression
  | LikeExpression
  | { readonly kind: 'isNull' | 'isMissing'; readonly operand: Expression }
  | CaseExpression
  | { readonly kind: 'cast'; readonly operand: Expression; readonly type: CastType }
  | CallExpression
  | AggregateExpression

export interface LiteralExpression {
  readonly kind: 'literal'
  readonly value: Value
}

/** A column, the row itself, or what is in them. */
export interface PathExpression {
  readonly kind: 'path'
  readonly root: Name
  readonly steps: readonly PathStep[]
}

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>='

export interface ComparisonExpression {
  readonly kind: 'comparison'
  readonly operator: ComparisonOperator
  readonly left: Expression
  readonly right: Expression
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

export interface ArithmeticExpression {
  readonly kind: 'arithmetic'
  readonly operator: ArithmeticOperator
  readonly left: Expression
  readonly right: Expression
}

export interface ConcatenationExpression {
  readonly kind: 'concatenation'
  readonly operands: readonly Expression[]
}

export interface BetweenExpression {
  readonly kind: 'between'
  readonly operand: Expression
  readonly low: Expression
  readonly high: Expression
}

export interface InExpression {
  readonly kind: 'in'
  readonly operand: Expression
  /** One that is no list where what it looks in is a list of the data. */
  readonly list: Expression
}

export interface LikeExpression {
  readonly kind: 'like'
  readonly operand: Expression
  readonly pattern: Expression
  readonly escape: Expression | undefined
}

export interface CaseExpression {
  readonly kind: 'case'
  /** Of a simple CASE. */
  readonly operand: Expression | undefined
  readonly branches: readonly CaseBranch[]
  readonly otherwise: Expression | undefined
}

export interface CaseBranch {
  readonly when: Expression
  readonly result: Expression
}

/** A function of the values in a row. */
export type CallExpression = { readonly kind: 'call'; readonly operands: readonly Expression[] } & (
  | { readonly name: PlainFunction }
  | { readonly name: 'TRIM'; readonly side: TrimSide }
  | { readonly name: 'DATE_ADD' | 'DATE_DIFF'; readonly part: DatePart }
  | { readonly name: 'EXTRACT'; readonly part: ExtractPart }
)

/** Functions whose arguments are expressions and nothing else. */
export type PlainFunction =
  | 'COALESCE'
  | 'NULLIF'
  | 'CHAR_LENGTH'
  | 'LOWER'
  | 'UPPER'
  | 'SUBSTRING'
  | 'TO_STRING'
  | 'TO_TIMESTAMP'
  | 'UTCNOW'

export type TrimSide = 'LEADING' | 'TRAILING' | 'BOTH'

export type AggregateFunction = 'COUNT' | 'SUM' | 'AVG' | 'MIN' | 'MAX'

export interface AggregateExpression {
  readonly kind: 'aggregate'
  readonly name: AggregateFunction
  /** `undefined`: COUNT(*). */
  readonly operand: Expression | undefined
}

export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'path':
      return []
    case 'not':
    case 'negative':
    case 'positive':
    case 'isNull':
    case 'isMissing':
    case 'cast':
      return [expression.operand]
    case 'and':
    case 'or':
    case 'concatenation':
    case 'list':
    case 'call':
      return expression.operands
    case 'comparison':
    case 'arithmetic':
      return [expression.left, expression.right]
    case 'between':
      return [expression.operand, expression.low, expression.high]
    case 'in':
      return [expression.operand, expression.list]
    case 'like':
      return [expression.operand, expression.pattern, ...present(expression.escape)]
    case 'case':
      return [
        ...present(expression.operand),
        ...expression.branches.flatMap(({ when, result }) => [when, result]),
        ...present(expression.otherwise),
      ]
    case 'aggregate':
      return present(expression.operand)
  }
}

function present(expression: Expression | undefined): readonly Expression[] {
  return expression === undefined ? [] : [expression]
}
