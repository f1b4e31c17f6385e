import type { ComponentChildren } from 'preact'
import { ErrorNote } from './error-note.tsx'
import { TableFrame } from './table-frame.tsx'
import { useLoaded } from './use-loaded.ts'
import { commonTexts } from '../texts/common.ts'

export interface RowsTableProps<Row> {
  /** What the rows are. */
  readonly label: string
  readonly load: (signal: AbortSignal) => Promise<readonly Row[]>
  readonly columns: readonly string[]
  /** As many cells as there are columns. */
  readonly cells: (row: Row, reload: () => void) => readonly ComponentChildren[]
}

/** A first page of what the server lists. */
export function RowsTable<Row>({ label, load, columns, cells }: RowsTableProps<Row>) {
  const { value: rows, error, reload } = useLoaded(load, [])
  if (error !== undefined) return <ErrorNote error={error} again={reload} />
  if (!rows) return <p class="dim">{commonTexts.loading}</p>
  if (rows.length === 0) return <p class="dim">{commonTexts.nothing}</p>
  return (
    <TableFrame label={label}>
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
    </TableFrame>
  )
}
