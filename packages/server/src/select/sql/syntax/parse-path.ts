import type { Name, PathStep } from '../path.ts'
import type { PathExpression } from './syntax-tree.ts'
import type { TokenCursor } from './token-cursor.ts'

/** `a.b[0]['c']`: its root is taken. */
export function parsePath(cursor: TokenCursor, root: Name): PathExpression {
  const steps: PathStep[] = []
  while (isStep(cursor)) steps.push(parseStep(cursor))
  return { kind: 'path', root, steps }
}

/** Whether a step to a value, or to many, stands here. */
export function isStep(cursor: TokenCursor): boolean {
  return cursor.isAt('.') || cursor.isAt('[')
}

/** `.name`, `['name']`, `[index]`. */
function parseStep(cursor: TokenCursor): PathStep {
  const step = parseAnyStep(cursor)
  const isWildcard = step.kind === 'everyElement' || step.kind === 'everyMember'
  if (isWildcard) throw cursor.error('ParseInvalidPathComponent')
  return step
}

/** The same, or `.*` or `[*]`. */
export function parseAnyStep(cursor: TokenCursor): PathStep {
  if (cursor.takeIf('.')) return parseMember(cursor)
  cursor.expect('[', 'ParseInvalidPathComponent')
  const step = parseElement(cursor)
  cursor.expect(']', 'ParseInvalidPathComponent')
  return step
}

function parseMember(cursor: TokenCursor): PathStep {
  if (cursor.takeIf('*')) return { kind: 'everyMember' }
  const name = cursor.takeName()
  if (name === undefined) throw cursor.error('ParseInvalidPathComponent')
  return { kind: 'name', name }
}

function parseElement(cursor: TokenCursor): PathStep {
  if (cursor.takeIf('*')) return { kind: 'everyElement' }
  const { kind, value } = cursor.current
  if (kind === 'literal' && typeof value === 'string') {
    cursor.take()
    return { kind: 'name', name: { text: value, isQuoted: true } }
  }
  if (kind !== 'literal' || typeof value !== 'bigint') throw cursor.error('ParseInvalidPathComponent')
  cursor.take()
  return { kind: 'index', index: Number(value) }
}
