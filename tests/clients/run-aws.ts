import type { CommandOptions, CommandResult } from '../support/run-command.ts'
import { runPythonProgram } from './run-python-program.ts'

const AWS = { name: 'aws', module: 'awscli.clidriver' }

/** Runs the AWS CLI. */
export function runAws(words: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return runPythonProgram(AWS, words, options)
}
