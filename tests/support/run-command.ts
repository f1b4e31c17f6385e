import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface CommandOptions {
  /** Joins a minimal environment: PATH and a UTF-8 locale, and nothing of the user's own. */
  readonly environment?: Readonly<Record<string, string>>
  readonly directory?: string
  readonly input?: Uint8Array | string
  /** Resolve, rather than reject, when the exit code is not 0. */
  readonly allowFailure?: boolean
  readonly timeoutMilliseconds?: number
}

export interface CommandResult {
  readonly exitCode: number | null
  readonly stdout: Buffer
  readonly text: string
  readonly stderr: string
}

/** Runs a program without a shell; rejects with what it printed when it fails. */
export async function runCommand(
  command: string,
  commandArguments: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command, commandArguments, {
    env: commandEnvironment(options),
    signal: timeoutOf(options),
    ...(options.directory && { cwd: options.directory }),
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  // A program that does not read its input closes the pipe.
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const [exitCode] = (await once(child, 'close')) as [number | null]

  const line = [command, ...commandArguments].join(' ')
  return commandResult(
    line,
    exitCode,
    { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) },
    options,
  )
}

export function commandEnvironment(options: CommandOptions): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', ...options.environment }
}

export function timeoutOf(options: CommandOptions): AbortSignal {
  return AbortSignal.timeout(options.timeoutMilliseconds ?? 120_000)
}

/** Throws where a program has failed that must not. */
export function commandResult(
  line: string,
  exitCode: number | null,
  { stdout, stderr }: { readonly stdout: Buffer; readonly stderr: Buffer },
  { allowFailure }: CommandOptions,
): CommandResult {
  const result = { exitCode, stdout, text: stdout.toString(), stderr: stderr.toString() }
  if (exitCode === 0 || allowFailure) return result
  throw new Error(`${line}: exit code ${exitCode}\n${result.stderr}\n${result.text}`)
}
