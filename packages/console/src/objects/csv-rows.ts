/** The first rows of a text of comma-separated values, with their quotes off. Source: RFC 4180 */
export function csvRows(text: string, mostRows: number): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|\r|$)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === ',') continue
    // The end of the text after the end of a line is no row.
    if (row.length > 1 || row[0] !== '' || end !== '') rows.push(row)
    row = []
    if (end === '' || rows.length === mostRows) break
  }
  return rows
}
