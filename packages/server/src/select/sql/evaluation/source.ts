import type { PathExpression } from '../syntax/syntax-tree.ts'
import type { Value } from '../../values/value.ts'
import type { Compiled } from './compiled.ts'

/** The names of values, and the values: as many. */
export interface Members {
  readonly names: readonly string[]
  readonly values: readonly Value[]
}

/** The records of a kind of input, as a query names what is in them. */
export interface Source<Row> {
  compilePath(path: PathExpression): Pick<Compiled<Row>, 'evaluate' | 'isUntyped'>
  /** What a star stands for; of a path `path.*`. */
  compileMembers(path: PathExpression | undefined): (row: Row) => Members
}
