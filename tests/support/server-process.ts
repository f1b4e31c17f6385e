import { type ChildProcess, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import * as http from 'node:http'
import * as https from 'node:https'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Credentials, mainAccount, mainCredentials, otherAccount, testRegion } from './accounts.ts'
import type { CertificateFiles } from './certificate.ts'
import { executable } from './executable.ts'
import { freePort } from './free-port.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const READY_WITHIN_MILLISECONDS = 20_000

export interface ServerProcessOptions {
  /** Kept after the process; without it a folder that is removed with the process. */
  readonly dataDirectory?: string
  /** Members that replace or join those of the default configuration; `none`: no file, the environment has it. */
  readonly config?: Readonly<Record<string, unknown>> | 'none'
  /** Default: one that is free. */
  readonly port?: number
  /** Serves HTTPS with these. */
  readonly tls?: CertificateFiles
  /** Arguments after those that are always given. */
  readonly arguments?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Whether the config says where the console is; else there is none, unless arguments say. */
  readonly hasConfiguredConsole?: boolean
  /** How many files it may have open at once. */
  readonly openFiles?: number
  /** Of another version. */
  readonly command?: string
}

export interface ProcessEnding {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

/** `holdfast serve` as its users run it, in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly processId: number
  readonly credentials: Credentials
  readonly dataDirectory: string
  /** Changes what the config file says, and tells the server nothing of it. */
  writeConfig(settings: Readonly<Record<string, unknown>>): Promise<void>
  /** Resolves when the process ended, whatever ended it, and `output` is all that it and its workers printed. */
  readonly ended: Promise<ProcessEnding>
  /** Sends a signal to this very process; resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<ProcessEnding>
  /** What the process has printed so far, both streams. */
  output(): string
}

/** Starts a server process and waits until `/-/ready` answers 200. Rejects, with its output, if it ends instead. */
export async function startServerProcess(options: ServerProcessOptions = {}): Promise<ServerProcess> {
  const server = await spawnServerProcess(options)
  try {
    await untilReady(server)
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
  return server
}

/** Starts a server process and waits for nothing: for those that are expected to refuse. */
export async function spawnServerProcess(options: ServerProcessOptions = {}): Promise<ServerProcess> {
  const folder = await temporaryDirectory()
  const dataDirectory = options.dataDirectory ?? join(folder.path, 'data')
  const port = options.port ?? (await freePort())
  const configFile = join(folder.path, 'config.json')
  const hasFile = options.config !== 'none'
  const writeConfig = (settings: Readonly<Record<string, unknown>>): Promise<void> => {
    const config = { region: testRegion, accounts: [mainAccount, otherAccount], ...settings }
    return writeFile(configFile, JSON.stringify(config))
  }
  await writeConfig(options.config === 'none' ? {} : (options.config ?? {}))

  const limit = options.openFiles === undefined ? '' : `ulimit -n ${options.openFiles};`
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      `${limit} exec "$0" "$@"`,
      process.execPath,
      options.command ?? executable,
      'serve',
      // Tests kill the very process that serves.
      ...(options.arguments?.includes('--workers') ? [] : ['--no-restart']),
      '--data',
      dataDirectory,
      '--address',
      `127.0.0.1:${port}`,
      // All would want the same port.
      ...(options.hasConfiguredConsole || options.arguments?.includes('--console') ? [] : ['--no-console']),
      ...(hasFile ? ['--config', configFile] : []),
      ...(options.tls ? ['--tls-cert', options.tls.certificate, '--tls-key', options.tls.key] : []),
      ...(options.arguments ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], ...options.environment } },
  )
  const output = collectOutput(child)
  const endingAt = (event: 'exit' | 'close'): Promise<ProcessEnding> =>
    new Promise((resolve, reject) => {
      child.on(event, (exitCode: number | null, signal: NodeJS.Signals | null) =>
        resolve({ exitCode, signal }),
      )
      child.on('error', reject)
    })
  // What was printed last may come after 'exit'. Who kills it does not wait for workers, which hold its output, too.
  const [gone, ended] = [endingAt('exit'), endingAt('close')]
  const end = async (signal: NodeJS.Signals): Promise<ProcessEnding> => {
    child.kill(signal)
    return signal === 'SIGKILL' ? gone : ended
  }
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    processId: child.pid ?? 0,
    credentials: mainCredentials,
    dataDirectory,
    writeConfig,
    ended,
    end,
    output,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Resolves when `/-/ready` answers 200; rejects, with its output, where it ends instead. */
export async function untilReady(
  server: ServerProcess,
  withinMilliseconds = READY_WITHIN_MILLISECONDS,
): Promise<void> {
  const deadline = Date.now() + withinMilliseconds
  let ending: ProcessEnding | undefined
  void server.ended.then((how) => (ending = how))
  while (!(await isReady(server))) {
    if (ending) throw new Error(`the server ended with ${ending.exitCode}: ${server.output()}`)
    if (Date.now() > deadline) throw new Error(`the server did not become ready: ${server.output()}`)
    await delay(20)
  }
}

/** Certificates of tests are their own authorities: whose it is does not matter here. */
function isReady({ url }: ServerProcess): Promise<boolean> {
  const { get } = url.startsWith('https:') ? https : http
  return new Promise((resolve) => {
    const options = { timeout: 2000, agent: false, rejectUnauthorized: false }
    const request = get(`${url}/-/ready`, options, (answer) => {
      answer.resume().on('close', () => resolve(answer.statusCode === 200))
    })
    request.on('timeout', () => request.destroy()).on('error', () => resolve(false))
  })
}

function collectOutput(child: ChildProcess): () => string {
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  }
  return () => chunks.join('')
}
