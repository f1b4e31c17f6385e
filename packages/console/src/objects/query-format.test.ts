import { expect, test } from 'vitest'
import { queryFormatOf } from './query-format.ts'

test('an ending says how an object can be asked', () => {
  expect(queryFormatOf('a/b.CSV')).toEqual({ kind: 'csv', compression: 'NONE', hasNames: true })
  expect(queryFormatOf('2026.tsv.gz')).toMatchObject({ kind: 'tsv', compression: 'GZIP' })
  expect(queryFormatOf('log.ndjson.bz2')).toMatchObject({ kind: 'lines', compression: 'BZIP2' })
  expect(queryFormatOf('a.json')).toMatchObject({ kind: 'document' })
  expect(queryFormatOf('part-0.parquet')).toMatchObject({ kind: 'parquet' })
})

test('others cannot', () => {
  for (const key of ['csv', 'a.gz', 'a.parquet.gz', 'a.txt', 'a.csv.zip', '']) {
    expect(queryFormatOf(key)).toBeUndefined()
  }
})
