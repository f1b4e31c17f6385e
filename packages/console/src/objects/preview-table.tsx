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
        <thead>
          <tr>
            {head.map((cell, index) => (
              <th key={index} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, index) => (
                <td key={index}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
