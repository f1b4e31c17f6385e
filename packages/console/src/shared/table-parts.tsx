import type { ComponentChildren } from 'preact'

interface TablePartsProps {
  readonly columns: readonly string[]
  /** As many cells as there are columns. */
  readonly rows: readonly (readonly ComponentChildren[])[]
  /** Of the columns, those that a narrow screen has no room for. */
  readonly wideOnly?: readonly string[]
}

/** The head and the body of a table. */
export function TableParts({ columns, rows, wideOnly = [] }: TablePartsProps) {
  const classes = columns.map((column) => (wideOnly.includes(column) ? 'wide-only' : undefined))
  return (
    <>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th key={index} scope="col" class={classes[index]}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, index) => (
          <tr key={index}>
            {cells.map((cell, index) => (
              <td key={index} class={classes[index]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </>
  )
}
