import { TableParts } from '../shared/table-parts.tsx'

interface PreviewTableProps {
  readonly label: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | undefined)[])[]
}

/** A look at a table: it has a height of its own, within which it scrolls. */
export function PreviewTable({ label, head, rows }: PreviewTableProps) {
  return (
    <div class="table-frame preview-table" tabIndex={0} role="region" aria-label={label}>
      <table>
        <TableParts columns={head} rows={rows} />
      </table>
    </div>
  )
}
