import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import {
  commandEnvironment,
  type CommandOptions,
  type CommandResult,
  commandResult,
  timeoutOf,
} from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const SERVER = fileURLToPath(new URL('forked-python.py', import.meta.url))

/** What programs load, by their names; the AWS CLI puts a botocore of its own in the place of boto3's, so each has a Python to itself. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  aws: ['awscli.clidriver', 'awscli.handlers', 'awscli.customizations.s3.s3'],
  s3cmd: ['S3.S3'],
}

/** What all others load. What is not installed is left out. */
const OTHER_MODULES = ['boto3.s3.transfer']

/** Resolves to the exit code. */
type Fork = (program: object, signal: AbortSignal) => Promise<number>

/** By the Python and what it has loaded, one for all tests of a thread: it ends with its input, and so with the thread. */
const forks = new Map<string, Fork>()

/**
 * Runs a Python program as {@link runCommand} does, in a process of its own that has loaded what it imports: that takes
 * most of the time of a short one. Its input and output are files.
 */
export async function runPython(
  python: string,
  program: string,
  words: readonly string[] = [],
  options: CommandOptions = {},
): Promise<CommandResult> {
  await using folder = await temporaryDirectory()
  const file = (name: string): string => join(folder.path, name)
  await Promise.all([
    writeFile(file('input'), options.input ?? ''),
    writeFile(file('output'), ''),
    writeFile(file('errors'), ''),
  ])
  const command = [python, '-B', SERVER, ...(MODULES[basename(program)] ?? OTHER_MODULES)]
  const name = command.join(' ')
  let fork = forks.get(name)
  if (!fork) forks.set(name, (fork = startForks(command, () => forks.delete(name))))
  const exitCode = await fork(
    {
      program,
      arguments: words,
      environment: commandEnvironment(options),
      directory: options.directory ?? process.cwd(),
      input: file('input'),
      output: file('output'),
      errors: file('errors'),
    },
    timeoutOf(options),
  )
  const [stdout, stderr] = await Promise.all([readFile(file('output')), readFile(file('errors'))])
  return commandResult([program, ...words].join(' '), exitCode, { stdout, stderr }, options)
}

function startForks([python = '', ...words]: readonly string[], ended: () => void): Fork {
  const child = spawn(python, words, {
    env: commandEnvironment({ environment: { HOME: '/nonexistent' } }),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  // A test that waits has its own reasons not to end.
  for (const handle of [child, child.stdin as Socket, child.stdout as Socket]) handle.unref()
  const waiting = new Map<number, PromiseWithResolvers<number>>()
  const failed = (): void => {
    for (const { reject } of waiting.values()) reject(new Error(`${python} has ended`))
    ended()
  }
  child.on('error', failed).on('exit', failed)
  child.stdin.on('error', () => {})
  createInterface(child.stdout).on('line', (line) => {
    const { id, exitCode } = JSON.parse(line) as { id: number; exitCode: number }
    waiting.get(id)?.resolve(exitCode)
    waiting.delete(id)
  })
  let last = 0
  return (program, signal) => {
    const id = ++last
    const exited = Promise.withResolvers<number>()
    waiting.set(id, exited)
    child.stdin.write(`${JSON.stringify({ id, ...program })}\n`)
    signal.addEventListener('abort', () => {
      if (waiting.has(id)) child.stdin.write(`${JSON.stringify({ id, kill: true })}\n`)
    })
    return exited.promise
  }
}
