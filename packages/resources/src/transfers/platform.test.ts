import { expect, expectTypeOf, it } from 'vitest'
import * as browser from './platform.browser.ts'
import * as node from './platform.ts'

it("a browser's platform has the form of Node's, and says what it lacks", async () => {
  expectTypeOf(browser).toEqualTypeOf<typeof node>()
  expect(Object.keys(browser)).toEqual(Object.keys(node))
  await expect(browser.openSource('path')).rejects.toThrow('no file system to find path in: give a File')
  await expect(browser.openSink('path')).rejects.toThrow('give a FileSystemFileHandle')
  expect(() => browser.recordFile('path')).toThrow('give a RecordStore')
  expect(browser.nativeCrc32).toBeUndefined()
})
