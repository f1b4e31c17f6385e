import { readFile } from 'node:fs/promises'
import type { TestContext } from 'vitest'
import { requirePythonModule } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'

/** The documents of a YAML file of deploy/, read by a parser that is not ours. */
export async function deployedYaml(context: TestContext, path: string): Promise<unknown[]> {
  const python = await requirePythonModule(context, 'yaml')
  const program = 'import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))'
  const input = await readFile(new URL(`../../deploy/${path}`, import.meta.url))
  return JSON.parse((await runCommand(python, ['-c', program], { input })).text) as unknown[]
}
