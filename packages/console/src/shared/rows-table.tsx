import type { ComponentChildren } from 'preact'
import { ErrorNote } from './error-note.tsx'
import { TableFrame } from './table-frame.tsx'
import { TableParts } from './table-parts.tsx'
import { useLoaded } from './use-loaded.ts'
import { commonTexts } from '../texts/common.ts'

export interface RowsTableProps<Row> {
  /** What the rows are. */
  readonly label: string
  readonly load: (signal: AbortSignal) => Promise<readonly Row[]>
  readonly columns: readonly string[]
  /** Of the columns, those that a narrow screen has no room for. */
  readonly wideOnly?: readonly string[]
  /** As many cells as there are columns. */
  readonly cells: (row: Row, reload: () => void) => readonly ComponentChildren[]
}

/** A first page of what the server lists. */
export function RowsTable<Row>({ label, load, columns, wideOnly = [], cells }: RowsTableProps<Row>) {
  const { value: rows, error, reload } = useLoaded(load, [])
  if (error !== undefined) return <ErrorNote error={error} again={reload} />
  if (!rows) return <p class="dim">{commonTexts.loading}</p>
  if (rows.length === 0) return <p class="dim">{commonTexts.nothing}</p>
  return (
    <TableFrame label={label}>
      <TableParts columns={columns} wideOnly={wideOnly} rows={rows.map((row) => cells(row, reload))} />
    </TableFrame>
  )
}
