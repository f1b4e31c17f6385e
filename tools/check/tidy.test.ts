import { describe, expect, it } from 'vitest'
import { complaintText } from './source-file.ts'
import { checkTidy } from './tidy.ts'

function check(files: Readonly<Record<string, string>>): string[] {
  return checkTidy(Object.entries(files).map(([path, text]) => ({ path, text }))).map(complaintText)
}

const operation = 'packages/server/src/s3/operations/objects/PutObject.ts'

describe('checkTidy', () => {
  it('accepts kebab-case, and the spelling of AWS for operations', () => {
    expect(
      check({
        'packages/server/src/base/movable-clock.test.ts': '',
        'packages/server/src/model/types.gen.ts': '',
        'vitest.config.ts': '',
        [operation]: 'export const PutObject = 1',
        'tests/conformance/objects/PutObject.test.ts': '',
      }),
    ).toEqual([])
  })

  it.each([
    'packages/server/src/base/MovableClock.ts',
    'tools/check_all.ts',
    'packages/server/src/s3/PutObject.ts',
  ])('complains about the name of %s', (path) => {
    expect(check({ [path]: 'export const MovableClock = 1, PutObject = 2' })).toEqual([
      expect.stringContaining('kebab-case'),
    ])
  })

  it('wants the operation in the file of its name', () => {
    const message = 'export the operation PutObject from the file that has its name'
    expect(check({ [operation]: 'export const PutObjekt = 1' })).toEqual([`${operation}: ${message}`])
    expect(check({ [operation]: 'export type PutObject = 1' })).toEqual([`${operation}: ${message}`])
  })

  it('complains about a path of one machine', () => {
    const home = ['', 'home', 'me'].join('/')
    expect(check({ 'README.md': `first\ncd ${home}\n` })).toEqual([
      `README.md:2: ${home.slice(0, -1)}… is a path of one machine`,
    ])
    expect(check({ 'README.md': `https://example.com${home} and .${home}` })).toEqual([])
  })

  it('follows links between documents', () => {
    expect(
      check({
        'README.md': '[a](docs/format.md) [b](docs/none.md) [c](https://example.com/x) [d](#here) [e](docs/)',
        'docs/format.md': '[up](../README.md#first) [gone](../GONE.md)',
      }),
    ).toEqual(['README.md:1: there is no docs/none.md', 'docs/format.md:1: there is no GONE.md'])
  })
})
