import { S3Error } from '../../../model/s3-error.ts'
import type { PathStep } from '../path.ts'
import { parseAlias } from './parse-alias.ts'
import { isStep, parseAnyStep } from './parse-path.ts'
import type { FromClause } from './syntax-tree.ts'
import type { TokenCursor } from './token-cursor.ts'

const joins = new Set(['JOIN', 'INNER', 'LEFT', 'RIGHT', 'FULL', 'OUTER', 'CROSS', 'NATURAL'])

/** What follows FROM. */
export function parseFrom(cursor: TokenCursor): FromClause {
  parseTable(cursor)
  const path = parseFromPath(cursor)
  const alias = parseAlias(cursor)
  if (cursor.isAt(',')) throw cursor.error('MultipleDataSourcesUnsupported')
  if (cursor.isAtOneOf(joins)) throw cursor.error('ParseMalformedJoin')
  if (cursor.isAt('AT') || cursor.isAt('BY')) throw cursor.error('ParseUnsupportedSyntax')
  return { path, alias }
}

function parseTable(cursor: TokenCursor): void {
  if (cursor.isAt('(')) throw cursor.error('ParseUnsupportedSelect')
  const { at } = cursor.current
  const name = cursor.takeName()
  if (name === undefined) throw cursor.error('ParseExpectedTokenType')
  if (name.text.toUpperCase() === 'S3OBJECT') return
  const message = `The FROM clause has another name than S3Object at character ${at + 1}.`
  throw new S3Error('InvalidDataSource', {}, { message })
}

/** Source: S3 User Guide, "SELECT command", FROM clause: a path begins with `[*]`, the values of the object. */
function parseFromPath(cursor: TokenCursor): readonly PathStep[] {
  if (!isStep(cursor)) return []
  const root = cursor.isAt('[') ? parseAnyStep(cursor) : undefined
  if (root?.kind !== 'everyElement') throw cursor.error('InvalidKeyPath')
  const steps: PathStep[] = []
  while (isStep(cursor)) steps.push(parseAnyStep(cursor))
  return steps
}
