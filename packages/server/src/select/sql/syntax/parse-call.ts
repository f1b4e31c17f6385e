import type { DatePart, ExtractPart } from '../../values/date-parts.ts'
import type { ExpressionParser } from './expression-parser.ts'
import { parseCastType } from './parse-cast-type.ts'
import type { AggregateFunction, Expression, PlainFunction, TrimSide } from './syntax-tree.ts'
import { syntaxError } from './syntax-error.ts'
import { isReserved } from './reserved-words.ts'
import { isName, isToken, type TokenCursor } from './token-cursor.ts'

type ParseCall = (parser: ExpressionParser) => Expression

const DATE_PARTS: readonly DatePart[] = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND']
const EXTRACT_PARTS: readonly ExtractPart[] = [...DATE_PARTS, 'TIMEZONE_HOUR', 'TIMEZONE_MINUTE']
const TRIM_SIDES: readonly TrimSide[] = ['LEADING', 'TRAILING', 'BOTH']

/** Each takes what is in the parentheses. */
const functions: ReadonlyMap<string, ParseCall> = new Map<string, ParseCall>([
  ['CAST', parseCast],
  ['SUBSTRING', parseSubstring],
  ['TRIM', parseTrim],
  ['DATE_ADD', dateFunction('DATE_ADD')],
  ['DATE_DIFF', dateFunction('DATE_DIFF')],
  ['EXTRACT', parseExtract],
  ['COALESCE', plain('COALESCE', 1, Number.POSITIVE_INFINITY)],
  ['NULLIF', plain('NULLIF', 2, 2)],
  ['CHAR_LENGTH', plain('CHAR_LENGTH', 1, 1)],
  ['CHARACTER_LENGTH', plain('CHAR_LENGTH', 1, 1)],
  ['LOWER', plain('LOWER', 1, 1)],
  ['UPPER', plain('UPPER', 1, 1)],
  ['TO_STRING', plain('TO_STRING', 2, 2)],
  ['TO_TIMESTAMP', plain('TO_TIMESTAMP', 1, 2)],
  ['UTCNOW', plain('UTCNOW', 0, 0)],
  ['COUNT', aggregate('COUNT')],
  ['SUM', aggregate('SUM')],
  ['AVG', aggregate('AVG')],
  ['MIN', aggregate('MIN')],
  ['MAX', aggregate('MAX')],
])
/** Functions of SQL that S3 Select knows only as reserved words. */
const unsupported = new Set([
  'BIT_LENGTH',
  'CONVERT',
  'EXISTS',
  'OCTET_LENGTH',
  'POSITION',
  'SIZE',
  'TRANSLATE',
])

/** Whether a call begins here: at a reserved word even where the parenthesis is missing. */
export function isCall(cursor: TokenCursor): boolean {
  const { current } = cursor
  if (current.kind !== 'word') return false
  if (functions.has(current.upper) && isReserved(current.upper)) return true
  return (isName(current) || unsupported.has(current.upper)) && isToken(cursor.ahead(1), '(')
}

/** Where {@link isCall}. */
export function parseCall(parser: ExpressionParser): Expression {
  const { cursor } = parser
  const name = cursor.take()
  const parse = functions.get(name.upper)
  if (parse === undefined) throw syntaxError('UnsupportedFunction', name)
  const isCast = name.upper === 'CAST'
  cursor.expect('(', isCast ? 'ParseExpectedLeftParenAfterCast' : 'ParseExpectedLeftParenBuiltinFunctionCall')
  const call = parse(parser)
  if (!cursor.takeIf(')')) throw cursor.error(endErrorOf(cursor))
  return call
}

/** What follows an argument where neither a comma nor the closing parenthesis does. */
function endErrorOf(
  cursor: TokenCursor,
): 'ParseExpectedArgumentDelimiter' | 'ParseExpectedRightParenBuiltinFunctionCall' {
  const { kind } = cursor.current
  const isArgument = kind === 'literal' || kind === 'quotedName'
  return isArgument ? 'ParseExpectedArgumentDelimiter' : 'ParseExpectedRightParenBuiltinFunctionCall'
}

function parseArguments(parser: ExpressionParser): readonly Expression[] {
  if (parser.cursor.isAt(')')) return []
  const operands = [parser.expression()]
  while (parser.cursor.takeIf(',')) operands.push(parser.expression())
  return operands
}

function plain(name: PlainFunction, least: number, most: number): ParseCall {
  return (parser) => {
    const operands = parseArguments(parser)
    const { cursor } = parser
    const isCountRight = operands.length >= least && operands.length <= most
    if (!isCountRight && cursor.isAt(')')) throw cursor.error('EvaluatorInvalidArguments')
    return { kind: 'call', name, operands }
  }
}

function parseCast(parser: ExpressionParser): Expression {
  const operand = parser.expression()
  parser.cursor.expect('AS', 'ParseExpectedKeyword')
  return { kind: 'cast', operand, type: parseCastType(parser.cursor) }
}

/** With FROM and FOR as in SQL, or with commas. */
function parseSubstring(parser: ExpressionParser): Expression {
  const { cursor } = parser
  if (cursor.isAt(')')) throw cursor.error('EvaluatorInvalidArguments')
  const operands = [parser.expression()]
  const separators = cursor.takeIf('FROM') ? 'FOR' : ','
  if (separators === ',' && !cursor.takeIf(',')) throw cursor.error('EvaluatorInvalidArguments')
  operands.push(parser.expression())
  if (cursor.takeIf(separators)) operands.push(parser.expression())
  if (cursor.isAt(',')) throw cursor.error('EvaluatorInvalidArguments')
  return { kind: 'call', name: 'SUBSTRING', operands }
}

function parseTrim(parser: ExpressionParser): Expression {
  const { cursor } = parser
  const side = TRIM_SIDES.find((side) => cursor.takeIf(side))
  const characters = cursor.isAt('FROM') ? undefined : parser.expression()
  if (cursor.takeIf('FROM')) {
    const text = parser.expression()
    const operands = characters === undefined ? [text] : [text, characters]
    return { kind: 'call', name: 'TRIM', side: side ?? 'BOTH', operands }
  }
  if (side !== undefined || characters === undefined) throw cursor.error('ParseExpectedKeyword')
  if (cursor.isAt(',')) throw cursor.error('EvaluatorInvalidArguments')
  return { kind: 'call', name: 'TRIM', side: 'BOTH', operands: [characters] }
}

function dateFunction(name: 'DATE_ADD' | 'DATE_DIFF'): ParseCall {
  return (parser) => {
    const { cursor } = parser
    const part = takePart(cursor, DATE_PARTS)
    cursor.expect(',', 'ParseExpectedArgumentDelimiter')
    const first = parser.expression()
    cursor.expect(',', cursor.isAt(')') ? 'EvaluatorInvalidArguments' : 'ParseExpectedArgumentDelimiter')
    const operands = [first, parser.expression()]
    if (cursor.isAt(',')) throw cursor.error('EvaluatorInvalidArguments')
    return { kind: 'call', name, part, operands }
  }
}

function parseExtract(parser: ExpressionParser): Expression {
  const { cursor } = parser
  const part = takePart(cursor, EXTRACT_PARTS)
  cursor.expect('FROM', 'ParseExpectedKeyword')
  return { kind: 'call', name: 'EXTRACT', part, operands: [parser.expression()] }
}

function takePart<Part extends string>(cursor: TokenCursor, parts: readonly Part[]): Part {
  const part = parts.find((part) => cursor.takeIf(part))
  if (part === undefined) throw cursor.error('ParseExpectedDatePart')
  return part
}

function aggregate(name: AggregateFunction): ParseCall {
  return (parser) => {
    const { cursor } = parser
    if (cursor.isAt('*')) {
      if (name !== 'COUNT') throw cursor.error('ParseUnsupportedCallWithStar')
      cursor.take()
      return { kind: 'aggregate', name, operand: undefined }
    }
    if (cursor.isAt('DISTINCT')) throw cursor.error('ParseUnsupportedSyntax')
    cursor.takeIf('ALL')
    if (cursor.isAt(')')) throw cursor.error('ParseNonUnaryAgregateFunctionCall')
    const operand = parser.expression()
    if (cursor.isAt(',')) throw cursor.error('ParseNonUnaryAgregateFunctionCall')
    return { kind: 'aggregate', name, operand }
  }
}
