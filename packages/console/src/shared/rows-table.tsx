import type { ComponentChildren } from 'preact'
import { ErrorNote } from '../shared/error-note.tsx'
import { useLoaded } from '../shared/use-loaded.ts'
import { commonTexts } from '../texts/common.ts'
import { runningTexts } from '../texts/running.ts'

export interface RowsTableProps<Row> {
  readonly load: (signal: AbortSignal) => Promise<readonly Row[]>
  readonly columns: readonly string[]
  /** As many cells as there are columns. */
  readonly cells: (row: Row, reload: () => void) => readonly ComponentChildren[]
}

/** A first page of what the server lists. */
export function RowsTable<Row>({ load, columns, cells }: RowsTableProps<Row>) {
  const { value: rows, error, reload } = useLoaded(load, [])
  if (error !== undefined) return <ErrorNote error={error} again={reload} />
  if (!rows) return <p class="dim">{commonTexts.loading}</p>
  if (rows.length === 0) return <p class="dim">{runningTexts.nothing}</p>
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {cells(row, reload).map((cell, index) => (
                <td key={index}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
