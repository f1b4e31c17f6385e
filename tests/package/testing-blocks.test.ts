import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { executable } from '../support/executable.ts'
import { runCommand } from '../support/run-command.ts'
import { testingBlocks } from './testing-blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const built = fileURLToPath(new URL('../dist/index.js', pathToFileURL(executable)))
const blocks = await testingBlocks()

// As it is built; package.test.ts runs all of them from what is published.
it.each([
  ['module.mjs', 'module', 'hello\n'],
  ['common.cjs', 'commonjs', 'photos\n'],
  ['later.mjs', 'module', '403\n200 1\n'],
])('docs/testing.md: %s', { timeout: 60_000 }, async (name, type, output) => {
  const { text, stderr } = await runCommand(process.execPath, [`--input-type=${type}`], {
    directory: root,
    input: blocks.get(name)?.replace("'holdfast'", `'${built}'`) ?? '',
    timeoutMilliseconds: 60_000,
    allowFailure: true,
  })
  expect([text, stderr]).toEqual([output, ''])
})
