import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  controlOperationNames,
  operationNames,
} from '../../../packages/server/src/model/operation-names.gen.ts'
import { findOperation } from '../../../packages/server/src/s3/s3-operations.ts'

const DOCS = new URL('../../../docs/', import.meta.url)
const page = readFileSync(new URL('compatibility.md', DOCS), 'utf8')

/** The row of an operation of S3: what it says of its support, and the file of its tests. */
function rowOf(name: string): { readonly support: string; readonly test: string | undefined } {
  const [, support = '', test] =
    new RegExp(`^\\| ${name} \\| ([^|]*) \\|[^|]*\\| (?:\\[.*\\]\\((.*)\\))? *\\|$`, 'm').exec(page) ?? []
  return { support, test }
}

it('tells how many operations of S3 are supported, as it is', () => {
  const supported = operationNames.filter((name) => findOperation(name) !== undefined)
  expect(page).toContain(
    `Of the ${operationNames.length} operations of Amazon S3, ${supported.length} are supported.`,
  )
  expect(supported.length).toBeGreaterThanOrEqual(93)
})

const all = [...operationNames, ...controlOperationNames]

it.each(all.filter((name) => findOperation(name)))('tells where the tests of %s are', (name) => {
  const { support, test = '' } = rowOf(name)
  expect([support, test.endsWith(`/${name}.test.ts`)]).toEqual(['yes', true])
  expect(existsSync(new URL(test, DOCS))).toBe(true)
})

it.each(all.filter((name) => !findOperation(name)))('tells why there is no %s', (name) => {
  expect(rowOf(name).support).toMatch(/^no \(501\): .{40,}/)
})
