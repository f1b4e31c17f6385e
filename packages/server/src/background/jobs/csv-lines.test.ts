import { expect, it } from 'vitest'
import { fieldsOf } from './csv-lines.ts'

it.each<[string, readonly string[] | undefined]>([
  ['a,b', ['a', 'b']],
  ['a,', ['a', '']],
  [' a b , "c,""d""" ,', ['a b', 'c,"d"', '']],
  ['""', ['']],
  ['"a"b', undefined],
  ['a"b"', undefined],
  ['"a', undefined],
])('takes %j apart', (line, fields) => {
  expect(fieldsOf(line)).toEqual(fields)
})

it.each([
  ['white space', `b,${' '.repeat(60_000)}"x`],
  ['white space in quotes', `b,"${' '.repeat(60_000)}`],
  ['quotes', `b,${'"'.repeat(60_001)}`],
  ['commas', ','.repeat(60_000)],
])('is not held up by %s', (_, line) => {
  const began = process.cpuUsage()
  fieldsOf(line)
  expect(process.cpuUsage(began).user).toBeLessThan(1_000_000)
})
