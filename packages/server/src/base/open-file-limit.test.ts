import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDirectory } from '../../../../tests/support/temporary-directory.ts'
import { openFileLimit } from './open-file-limit.ts'

it.each([
  ['Max open files            1024                 524288               files', 1024],
  ['Max open files            unlimited            unlimited            files', undefined],
  ['Max processes             127823               127823               processes', undefined],
])('reads %j', async (line, expected) => {
  await using folder = await temporaryDirectory()
  const path = join(folder.path, 'limits')
  await writeFile(
    path,
    `Limit                     Soft Limit           Hard Limit           Units\n${line}\n`,
  )
  expect(openFileLimit(path)).toBe(expected)
})

it('is not known where nothing tells', () => {
  expect(openFileLimit('/nowhere/limits')).toBeUndefined()
})
