import { expect, it } from 'vitest'
import { checkDeadExports } from './dead-exports.ts'
import { complaintText } from './source-file.ts'

function check(files: Readonly<Record<string, string>>): string[] {
  const sources = Object.entries(files).map(([path, text]) => ({ path: `packages/server/src/${path}`, text }))
  return checkDeadExports(sources).map(complaintText)
}

const strip = 'packages/server/src/protocol/strip.ts:1: nothing of the product uses strip'

it.each<Record<string, string>>([
  { 'http/use.ts': "import { strip } from '../protocol/strip.ts'" },
  { 'http/use.ts': "import type { strip } from '../protocol/strip.ts'" },
  { 'http/use.ts': "import { strip as bare } from '../protocol/strip.ts'" },
  { 'http/use.ts': "import * as all from '../protocol/strip.ts'" },
  { 'http/use.ts': "const { strip } = await import('../protocol/strip.ts')" },
  { 'http/use.ts': "type Strip = typeof import('../protocol/strip.ts').strip" },
  { 'index.ts': "export { strip } from './protocol/strip.ts'" },
])('leaves alone what the product uses: %j', (files) => {
  expect(check({ ...files, 'protocol/strip.ts': 'export const strip = 1' })).toEqual([])
})

it('leaves alone what its own file uses', () => {
  expect(check({ 'protocol/strip.ts': 'export const strip = 1\nconsole.log(strip)' })).toEqual([])
  expect(check({ 'protocol/strip.ts': 'export interface strip {}\nfunction f(a: strip) {}' })).toEqual([])
})

it.each<Record<string, string>>([
  {},
  { 'protocol/strip.test.ts': "import { strip } from './strip.ts'" },
  { 'protocol/strip.suite.ts': "import { strip } from './strip.ts'" },
  { 'protocol/other.ts': "import { strip } from './another.ts'" },
  { 'protocol/other.ts': "// import { strip } from './strip.ts'" },
])('complains about what nobody or only a test uses: %j', (files) => {
  expect(check({ ...files, 'protocol/strip.ts': 'export const strip = 1' })).toEqual([
    expect.stringContaining(strip),
  ])
})

it('knows entries and stand-ins', () => {
  expect(
    check({
      'index.ts': 'export const startServer = 1',
      'base/memory-disk.ts': 'export class MemoryDisk {}',
    }),
  ).toEqual([])
})
