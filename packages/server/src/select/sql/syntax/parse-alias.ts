import type { Name } from '../path.ts'
import type { TokenCursor } from './token-cursor.ts'

/** A name, with AS before it or without; `undefined` where none stands here. */
export function parseAlias(cursor: TokenCursor): Name | undefined {
  const isSaid = cursor.takeIf('AS')
  const name = cursor.takeName()
  if (isSaid && name === undefined) throw cursor.error('ParseExpectedIdentForAlias')
  return name
}
