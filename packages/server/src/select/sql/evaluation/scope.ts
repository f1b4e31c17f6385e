import type { Name, PathStep } from '../path.ts'
import type { FromClause, PathExpression } from '../syntax/syntax-tree.ts'

const tableName: Name = { text: 'S3Object', isQuoted: false }
const positionName: Name = { text: '_1', isQuoted: false }

/**
 * What the row of a query is called: S3Object where there is no path; its alias, or the name that its path ends with, or
 * `_1`. Source: S3 User Guide, "SELECT command", FROM clause. Amazon's S3 takes S3Object beside an alias as well.
 */
export function rowNamesOf({ path, alias }: FromClause): readonly Name[] {
  const table = path.length === 0 ? [tableName] : []
  if (alias !== undefined) return [alias, ...table]
  const last = path.at(-1)
  return [last?.kind === 'name' ? last.name : positionName, ...table]
}

/** The steps from the row; `undefined` where the path does not begin with a name of the row. */
export function stepsFromRow(
  path: PathExpression,
  rowNames: readonly Name[],
): readonly PathStep[] | undefined {
  return rowNames.some((name) => isSameName(path.root, name)) ? path.steps : undefined
}

/** In the query's quotes case counts. */
function isSameName(asked: Name, { text }: Name): boolean {
  return asked.isQuoted ? asked.text === text : asked.text.toLowerCase() === text.toLowerCase()
}

/** What a column of the result is called that has no alias: as its path ends. */
export function lastNameOf({ root, steps }: PathExpression): string | undefined {
  const last = steps.at(-1)
  if (last === undefined) return root.text
  return last.kind === 'name' ? last.name.text : undefined
}
