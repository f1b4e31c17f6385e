import { extname } from 'node:path'
import { TaskThread } from '../../base/task-thread.ts'
import type { ParquetColumn, ParquetTask } from './parquet-thread.ts'
import { type ReportColumn, snakeName } from './report-columns.ts'
import type { ReportedValue } from './reported-version.ts'

/** Rows of one group, and how long their text may be: what is in memory of a file at once. */
const GROUP_ROWS = 20_000
const GROUP_CHARACTERS = 8_000_000

/**
 * A Parquet file of rows that come some at a time, compressed with Snappy. It is put together in a thread of its own, since what
 * encodes and compresses knows no pause.
 */
export async function* parquetFile(
  columns: readonly ReportColumn[],
  slices: AsyncIterable<readonly (readonly ReportedValue[])[]>,
): AsyncGenerator<Uint8Array> {
  const file = new URL(`./parquet-thread${extname(import.meta.url)}`, import.meta.url)
  await using thread = new TaskThread<ParquetTask, Uint8Array>(file)
  yield await thread.ask({ kind: 'begin', columns: columns.map(parquetColumn) })
  for await (const values of groups(columns.length, slices)) yield await thread.ask({ kind: 'rows', values })
  yield await thread.ask({ kind: 'end' })
}

function parquetColumn(column: ReportColumn): ParquetColumn {
  return { name: snakeName(column), type: column.type, isRequired: column.isRequired === true }
}

/** Groups of rows, a column at a time. */
async function* groups(
  width: number,
  slices: AsyncIterable<readonly (readonly ReportedValue[])[]>,
): AsyncGenerator<ReportedValue[][]> {
  let group = emptyGroup(width)
  let characters = 0
  for await (const rows of slices) {
    for (const row of rows) {
      for (const [at, value] of row.entries()) {
        group[at]?.push(value)
        if (typeof value === 'string') characters += value.length
      }
    }
    if ((group[0]?.length ?? 0) < GROUP_ROWS && characters < GROUP_CHARACTERS) continue
    yield group
    group = emptyGroup(width)
    characters = 0
  }
  if (group[0] && group[0].length > 0) yield group
}

function emptyGroup(width: number): ReportedValue[][] {
  return Array.from({ length: width }, () => [])
}
