import { expect, it } from 'vitest'
import { csvRows } from './csv-rows.ts'

it('takes rows apart at commas that are not quoted', () => {
  expect(csvRows('a,b\r\n"x, ""y""\nz",\n,\n', 10)).toEqual([
    ['a', 'b'],
    ['x, "y"\nz', ''],
    ['', ''],
  ])
  expect(csvRows('a\nb\nc', 2)).toEqual([['a'], ['b']])
  expect(csvRows('', 2)).toEqual([])
})
