import { expect, it } from 'vitest'
import { type ListedPart, PARTS_PER_ROW } from '../../../metadata/tables/rows.ts'
import { partListRows } from './part-list.ts'

function parts(count: number): ListedPart[] {
  return Array.from({ length: count }, (_, index) => ({
    partNumber: index + 1,
    startByte: index * 10,
    sizeBytes: 10,
    content: { kind: 'inline', id: String(index) },
  }))
}

it.each([0, 1, PARTS_PER_ROW - 1, PARTS_PER_ROW, PARTS_PER_ROW + 1, 10_000])(
  'cuts %i parts into rows',
  (count) => {
    const list = parts(count)
    const rows = partListRows(list)
    expect(rows.flatMap((row) => row.parts)).toEqual(list)
    expect(rows).toHaveLength(Math.ceil(count / PARTS_PER_ROW))
    for (const row of rows.slice(0, -1)) expect(row.parts).toHaveLength(PARTS_PER_ROW)
  },
)
