import { expect, it } from 'vitest'
import { executable } from '../support/executable.ts'
import { runCommand } from '../support/run-command.ts'

/** `import` of node:http would load all of undici, as would one of a package that does so. */
it('a server loads nothing of Node that it has no use for', async () => {
  const index = JSON.stringify(executable.replace('bin/holdfast.js', 'dist/index.js'))
  const program = `
    const { startServer } = await import(${index})
    await using server = await startServer()
    console.log(process.moduleLoadList.filter((name) => /undici|http2|sqlite|inspector_cli/.test(name)).join())`
  const { text } = await runCommand(process.execPath, ['--input-type=module', '--eval', program])
  expect(text.trim()).toBe('')
})
