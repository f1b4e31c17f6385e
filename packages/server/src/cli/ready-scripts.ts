import { type ChildProcess, spawn } from 'node:child_process'
import { extname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { systemDisk } from '../base/disk.ts'
import type { Log } from '../base/log.ts'
import { errorMessage } from '../base/error-message.ts'
import { errorCode } from '../base/storage-fault.ts'
import { readWholeFile } from '../base/whole-file.ts'

/** By what a script is run that does not say so in its first line. */
const INTERPRETERS: Readonly<Record<string, string>> = {
  '.sh': '/bin/sh',
  '.py': 'python3',
  '.js': process.execPath,
  '.mjs': process.execPath,
  '.ts': process.execPath,
}

/** Throws where there is no such folder, in the words of who named it. Before a start, which would otherwise serve without what they set up. */
export async function assertScripts(directory: string): Promise<void> {
  const code = await systemDisk.list(directory).then(
    () => undefined,
    (error: unknown) => errorCode(error) ?? errorMessage(error),
  )
  if (code === undefined) return
  const reason = UNLISTED[code] ?? `cannot be read (${code})`
  const remedy = 'Name it with --ready-scripts DIR, or in HOLDFAST_READY_SCRIPTS'
  throw new Error(`The folder of ready scripts, ${directory}, ${reason}. ${remedy}.`)
}

const UNLISTED: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is no folder',
  EACCES: 'may not be read by this user',
}

/**
 * Runs the scripts of a folder, one after the other in the order of their names. What they print goes into the log; one that
 * fails is told there, and the next one runs. Rejects where the folder cannot be read.
 */
export async function runReadyScripts(
  directory: string,
  environment: Readonly<Record<string, string>>,
  log: Log,
): Promise<void> {
  const names = (await systemDisk.list(directory)).filter((name) => !name.startsWith('.')).toSorted()
  let failed = 0
  for (const script of names) {
    const command = await commandOf(join(directory, script))
    if (!command) {
      log.warn(
        { script },
        'not run: it has no #! line, and its name ends in none of .sh, .py, .js, .mjs, .ts',
      )
      continue
    }
    const failure = await run(command, environment, (line) => log.info({ script }, line))
    if (failure === undefined) continue
    failed++
    log.error({ script, failure }, 'a ready script failed')
  }
  log.info({ scripts: names.length, failed }, 'the ready scripts have run')
}

/** As its first line says, whether it may be executed or not: folders that are mounted often let nothing be. */
async function commandOf(path: string): Promise<readonly string[] | undefined> {
  const text = await readWholeFile(systemDisk, path).catch(() => '')
  const [, interpreter] = /^#!\s*(\S.*)/.exec(text) ?? []
  if (interpreter !== undefined) return [...interpreter.trim().split(/\s+/), path]
  const known = INTERPRETERS[extname(path)]
  return known === undefined ? undefined : [known, path]
}

/** Resolves to what went wrong. */
async function run(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  print: (line: string) => void,
): Promise<string | undefined> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const end = (): void => void child.kill()
  process.once('exit', end)
  try {
    const [how] = await Promise.all([
      ending(child),
      printLines(child.stdout, print),
      printLines(child.stderr, print),
    ])
    return how
  } finally {
    process.off('exit', end)
  }
}

function ending(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)))
  })
}

async function printLines(stream: Readable, print: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) print(line)
}
