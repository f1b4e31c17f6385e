import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../support/run-command.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Compiles each text as a file of its own, as strictly as all code here; returns what the compiler says of each. */
export async function compile(texts: readonly string[]): Promise<string[][]> {
  const cache = join(root, 'node_modules/.cache')
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'compile-'))
  try {
    const configuration = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { noUnusedLocals: false },
      include: ['*.ts'],
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(configuration))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await Promise.all(texts.map((text, index) => writeFile(join(folder, `text-${index}.ts`), text)))
    const compiler = join(root, 'node_modules/.bin/tsc')
    const { text } = await runCommand(compiler, ['-p', folder], { allowFailure: true, directory: folder })
    const lines = text.split('\n')
    return texts.map((_, index) => lines.filter((line) => line.startsWith(`text-${index}.ts(`)))
  } finally {
    await rm(folder, { recursive: true })
  }
}
