import { access } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runPython } from '../support/forked-python.ts'
import { pythonWith } from '../support/require-command.ts'
import { type CommandOptions, type CommandResult, runCommand } from '../support/run-command.ts'

/** The AWS CLI's program that lies beside a Python which has its modules; else there is only the command. */
let program: Promise<{ readonly python: string; readonly file: string } | undefined> | undefined

/**
 * Runs the AWS CLI: where it can, in a process forked off one that has loaded it. One with an input is run as it is,
 * so that it reads from a pipe and writes to one.
 */
export async function runAws(words: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const found = await (program ??= programOfAws())
  if (found === undefined || options.input !== undefined) return runCommand('aws', words, options)
  return runPython(found.python, found.file, words, options)
}

async function programOfAws(): Promise<{ python: string; file: string } | undefined> {
  const python = await pythonWith('awscli.clidriver')
  if (python === undefined) return undefined
  const file = join(dirname(python), 'aws')
  return access(file).then(
    () => ({ python, file }),
    () => undefined,
  )
}
