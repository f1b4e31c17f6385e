import { S3Error } from '../../../model/s3-error.ts'
import type { Name } from '../../sql/path.ts'
import type { Header } from '../record.ts'

/** Stands for the position of a name that is there more than once. */
const AMBIGUOUS = -1

/** A column without a name has that of its position, or JSON would have several members of no name. */
export function csvHeader(row: readonly string[]): Header {
  const names = row.map((name, at) => (name === '' ? `_${at + 1}` : name))
  const exact = positionsOf(names)
  const folded = positionsOf(names.map((name) => name.toLowerCase()))
  return {
    names,
    positionOf({ text, isQuoted }: Name): number | undefined {
      const position = isQuoted ? exact.get(text) : folded.get(text.toLowerCase())
      if (position === AMBIGUOUS) throw new S3Error('AmbiguousFieldName')
      return position
    },
  }
}

function positionsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const positions = new Map<string, number>()
  for (const [position, name] of names.entries())
    positions.set(name, positions.has(name) ? AMBIGUOUS : position)
  return positions
}
