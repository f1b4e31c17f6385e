import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { runCommand } from '../support/run-command.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const MESSAGE = 'Holdfast needs Node.js 24 or newer; this is 22.11.0.'

/** Node as if it were an older one, which has not read anything else by then. */
async function runAsOldNode(...line: string[]) {
  await using folder = await temporaryDirectory()
  const disguise = join(folder.path, 'disguise.cjs')
  await writeFile(disguise, "Object.defineProperty(process.versions, 'node', { value: '22.11.0' })")
  return await runCommand(process.execPath, ['--require', disguise, ...line], { allowFailure: true })
}

it('the command says in one line which Node it needs', async () => {
  const executable = fileURLToPath(new URL('../../packages/server/bin/holdfast.js', import.meta.url))
  expect(await runAsOldNode(executable, 'serve')).toMatchObject({
    exitCode: 1,
    text: '',
    stderr: `${MESSAGE}\n`,
  })
})

it('startServer says the same', async () => {
  const source = new URL('../../packages/server/src/start-server.ts', import.meta.url).href
  const program = `const { startServer } = await import('${source}')
    await startServer().catch((error) => console.log(error.message))`
  expect((await runAsOldNode('--input-type=module', '--eval', program)).text).toBe(`${MESSAGE}\n`)
})
