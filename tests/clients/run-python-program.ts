import { access } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runPython } from '../support/forked-python.ts'
import { pythonWith } from '../support/require-command.ts'
import { type CommandOptions, type CommandResult, runCommand } from '../support/run-command.ts'

/** A program that lies beside a Python which has its modules; else there is only the command. By its name. */
const programs = new Map<string, Promise<{ readonly python: string; readonly file: string } | undefined>>()

/**
 * Runs a program that is written in Python: where it can, in a process forked off one that has loaded its module. One with an
 * input is run as it is, so that it reads from a pipe and writes to one.
 */
export async function runPythonProgram(
  { name, module }: { readonly name: string; readonly module: string },
  words: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const found = programs.get(name) ?? programOf(name, module)
  programs.set(name, found)
  const program = await found
  if (program === undefined || options.input !== undefined) return runCommand(name, words, options)
  return runPython(program.python, program.file, words, options)
}

async function programOf(
  name: string,
  module: string,
): Promise<{ python: string; file: string } | undefined> {
  const python = await pythonWith(module)
  if (python === undefined) return undefined
  const file = join(dirname(python), name)
  return access(file).then(
    () => ({ python, file }),
    () => undefined,
  )
}
