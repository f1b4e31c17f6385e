import { type ListedPart, type PartListRow, PARTS_PER_ROW } from '../../../metadata/tables/rows.ts'

/** Cuts a list of parts into rows of bounded size. */
export function partListRows(parts: readonly ListedPart[]): PartListRow[] {
  const rows: PartListRow[] = []
  for (let start = 0; start < parts.length; start += PARTS_PER_ROW) {
    rows.push({ parts: parts.slice(start, start + PARTS_PER_ROW) })
  }
  return rows
}
