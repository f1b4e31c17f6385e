import { parseAlias } from './parse-alias.ts'
import { parseExpression } from './parse-expression.ts'
import { isStep, parseAnyStep } from './parse-path.ts'
import type { PathStep } from '../path.ts'
import type { SelectItem } from './syntax-tree.ts'
import { isName, isToken, type TokenCursor } from './token-cursor.ts'

const afterList = new Set(['WHERE', 'LIMIT', ';'])

/** Takes FROM as well. `undefined`: a star alone. */
export function parseSelectList(cursor: TokenCursor): readonly SelectItem[] | undefined {
  if (cursor.isAt('DISTINCT') || cursor.isAt('VALUE')) throw cursor.error('ParseUnsupportedSelect')
  cursor.takeIf('ALL')
  const isEmpty = cursor.isAt('FROM') || cursor.current.kind === 'end'
  if (isEmpty) throw cursor.error('ParseEmptySelect')
  const items = cursor.takeIf('*') ? undefined : parseItems(cursor)
  if (items === undefined && cursor.isAt(',')) throw cursor.error('ParseAsteriskIsNotAloneInSelectList')
  if (!cursor.takeIf('FROM')) throw missingFrom(cursor)
  return items
}

function missingFrom(cursor: TokenCursor): Error {
  const isListOver = cursor.current.kind === 'end' || cursor.isAtOneOf(afterList)
  return cursor.error(isListOver ? 'ParseSelectMissingFrom' : 'ParseUnexpectedToken')
}

function parseItems(cursor: TokenCursor): readonly SelectItem[] {
  const items = [parseItem(cursor)]
  while (cursor.takeIf(',')) items.push(parseItem(cursor))
  return items
}

function parseItem(cursor: TokenCursor): SelectItem {
  if (cursor.isAt('*')) throw cursor.error('ParseAsteriskIsNotAloneInSelectList')
  if (isMembers(cursor)) return parseMembers(cursor)
  const expression = parseExpression(cursor)
  return { kind: 'column', expression, alias: parseAlias(cursor)?.text }
}

/** Whether a path to a star stands here. */
function isMembers(cursor: TokenCursor): boolean {
  if (!isName(cursor.current)) return false
  for (let at = 1; ;) {
    const [token, next] = [cursor.ahead(at), cursor.ahead(at + 1)]
    if (isToken(next, '*')) return isToken(token, '.') || isToken(token, '[')
    if (isToken(token, '.')) at += 2
    else if (isToken(token, '[')) at += 3
    else return false
  }
}

function parseMembers(cursor: TokenCursor): SelectItem {
  const root = cursor.takeName()
  if (root === undefined) throw cursor.error('ParseUnexpectedToken')
  const steps: PathStep[] = []
  while (isStep(cursor)) {
    const step = parseAnyStep(cursor)
    if (step.kind === 'everyElement') throw cursor.error('ParseInvalidContextForWildcardInSelectList')
    if (step.kind === 'everyMember') {
      const isPlain = steps.every(({ kind }) => kind === 'name')
      if (!isPlain) throw cursor.error('ParseCannotMixSqbAndWildcardInSelectList')
      if (isStep(cursor)) throw cursor.error('ParseInvalidContextForWildcardInSelectList')
      return { kind: 'members', path: { kind: 'path', root, steps } }
    }
    steps.push(step)
  }
  throw cursor.error('ParseUnexpectedToken')
}
