import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
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

/** What the programs of tests load; what is not installed is left out. */
const MODULES = [
  'awscli.clidriver',
  'awscli.handlers',
  'awscli.customizations.s3.s3',
  'boto3.s3.transfer',
  'S3.S3',
]

/** Resolves to the exit code. */
type Fork = (program: object, signal: AbortSignal) => Promise<number>

/** By the Python, one for all tests of a thread: it ends with its input, and so with the thread. */
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
  let fork = forks.get(python)
  if (!fork) forks.set(python, (fork = startForks(python)))
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

function startForks(python: string): Fork {
  const child = spawn(python, ['-B', SERVER, ...MODULES], {
    env: commandEnvironment({ environment: { HOME: '/nonexistent' } }),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  // A test that waits has its own reasons not to end.
  for (const handle of [child, child.stdin as Socket, child.stdout as Socket]) handle.unref()
  const waiting = new Map<number, PromiseWithResolvers<number>>()
  const failed = (): void => {
    for (const { reject } of waiting.values()) reject(new Error(`${python} has ended`))
    forks.delete(python)
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
    const ended = Promise.withResolvers<number>()
    waiting.set(id, ended)
    child.stdin.write(`${JSON.stringify({ id, ...program })}\n`)
    signal.addEventListener('abort', () => {
      if (waiting.has(id)) child.stdin.write(`${JSON.stringify({ id, kill: true })}\n`)
    })
    return ended.promise
  }
}
