import type { ComponentChildren } from 'preact'

interface TablePartsProps {
  readonly columns: readonly string[]
  /** As many cells as there are columns. */
  readonly rows: readonly (readonly ComponentChildren[])[]
}

/** The head and the body of a table. */
export function TableParts({ columns, rows }: TablePartsProps) {
  return (
    <>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th key={index} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, index) => (
          <tr key={index}>
            {cells.map((cell, index) => (
              <td key={index}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </>
  )
}
