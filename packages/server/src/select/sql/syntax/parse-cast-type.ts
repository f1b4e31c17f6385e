import type { CastType } from '../../values/cast.ts'
import type { TokenCursor } from './token-cursor.ts'

type TypeOf = (parameters: readonly number[]) => CastType

/** The most numbers that may stand in parentheses behind the type's name, and what they make of it. */
interface TypeName {
  readonly mostParameters: number
  readonly typeOf: TypeOf
}

const MAX_PRECISION = 38
const MAX_LENGTH = 2 ** 31 - 1

const simple = (kind: 'bool' | 'int' | 'float' | 'timestamp', mostParameters = 0): TypeName => ({
  mostParameters,
  typeOf: () => ({ kind }),
})
/** Source: S3 User Guide, "Data types": of precision and scale together neither counts. */
const decimal: TypeName = {
  mostParameters: 2,
  typeOf: ([precision, scale]) => ({
    kind: 'decimal',
    precision: scale === undefined ? precision : undefined,
  }),
}
const text = (mostParameters: number): TypeName => ({
  mostParameters,
  typeOf: ([length]) => ({ kind: 'string', length }),
})
const typeNames: ReadonlyMap<string, TypeName> = new Map([
  ['BOOL', simple('bool')],
  ['BOOLEAN', simple('bool')],
  ['INT', simple('int')],
  ['INTEGER', simple('int')],
  ['SMALLINT', simple('int')],
  ['FLOAT', simple('float', 1)],
  ['REAL', simple('float')],
  ['DOUBLE', simple('float')],
  ['TIMESTAMP', simple('timestamp')],
  ['DECIMAL', decimal],
  ['DEC', decimal],
  ['NUMERIC', decimal],
  ['STRING', text(0)],
  ['SYMBOL', text(0)],
  ['CHAR', text(1)],
  ['CHARACTER', text(1)],
  ['VARCHAR', text(1)],
])

export function parseCastType(cursor: TokenCursor): CastType {
  const name = cursor.current.kind === 'word' ? typeNames.get(cursor.current.upper) : undefined
  if (name === undefined) throw cursor.error('ParseExpectedTypeName')
  const word = cursor.take().upper
  if (word === 'DOUBLE') cursor.takeIf('PRECISION')
  if (word === 'CHARACTER') cursor.takeIf('VARYING')
  const isText = name.typeOf([]).kind === 'string'
  const parameters = parseParameters(cursor, isText ? MAX_LENGTH : MAX_PRECISION)
  if (parameters.length > name.mostParameters) throw cursor.error('ParseCastArity')
  return name.typeOf(parameters)
}

function parseParameters(cursor: TokenCursor, most: number): readonly number[] {
  if (!cursor.takeIf('(')) return []
  const parameters = [parseParameter(cursor, 1, most)]
  while (cursor.takeIf(',')) parameters.push(parseParameter(cursor, 0, most))
  cursor.expect(')', 'ParseExpectedRightParenBuiltinFunctionCall')
  return parameters
}

function parseParameter(cursor: TokenCursor, least: number, most: number): number {
  const { kind, value } = cursor.current
  const isInRange = kind === 'literal' && typeof value === 'bigint' && value >= least && value <= most
  if (!isInRange) throw cursor.error('ParseInvalidTypeParam')
  cursor.take()
  return Number(value)
}
