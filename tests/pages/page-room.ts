import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import { type Credentials, mainCredentials } from '../support/accounts.ts'
import { executable } from '../support/executable.ts'
import { freePort } from '../support/free-port.ts'
import type { ServerAddress } from '../support/raw-request.ts'
import { type CommandOptions, type CommandResult, runCommand } from '../support/run-command.ts'
import {
  type ServerProcess,
  type ServerProcessOptions,
  startServerProcess,
} from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

export interface RunOptions extends CommandOptions {
  /** What placeholders of this command are here: `{ NAME: 'team' }`. */
  readonly with?: Readonly<Record<string, string>>
  /** What the page leaves to the reader: further words of the line. */
  readonly more?: string
}

/** A folder in which the commands of a section are typed, as if its `/srv`, `/backup` and so on were the machine's. */
export interface PageRoom extends AsyncDisposable {
  readonly path: string
  /** Where a path of the page is: `/srv/holdfast`. */
  at(path: string): string
  /** From now on the page's `there` is `here`. */
  stand(there: string, here: string): void
  /** Joins the environment of all that is run after it. */
  readonly environment: Record<string, string>
  /** A server on a folder of the page, which the page's `127.0.0.1:9000` is from now on. */
  serve(path?: string, options?: ServerProcessOptions): Promise<ServerProcess>
  /** Runs a command of the section, which has to succeed unless failure is allowed. */
  run(command: string, options?: RunOptions): Promise<CommandResult>
  /** Runs a command of the section that sets variables, with values in place of what the page has. */
  export(command: string, values: Readonly<Record<string, string>>): void
  /** Runs a command of the section that serves until it is disposed of. */
  runServer(command: string, options?: RunOptions): Promise<ServerAddress & AsyncDisposable>
  /** Commands of the section that were not run yet. */
  left(): readonly string[]
}

const FOLDERS = /(?<=[\s="']|^)\/(?=(?:srv|backup|safe|scratch)\b)/g

export async function pageRoom(commands: readonly string[]): Promise<PageRoom> {
  const folder = await temporaryDirectory()
  const programs = join(folder.path, 'programs')
  const script = `#!/bin/sh\nexec "${process.execPath}" "${executable}" "$@"\n`
  await mkdir(programs)
  await writeFile(join(programs, 'holdfast'), script, { mode: 0o755 })
  // What commands look at that name no folder.
  await symlink(join(folder.path, 'srv/holdfast'), join(folder.path, 'holdfast-data'))
  const left = new Set(commands)
  const here = new Map<string, string>()
  const environment: Record<string, string> = {
    PATH: `${programs}:${process.env['PATH']}`,
    HOME: folder.path,
  }
  const written = (command: string, options: RunOptions = {}): string => {
    expect(commands, 'the section has this command no more').toContain(command)
    left.delete(command)
    let line = `${command} ${options.more ?? ''}`
    for (const [there, thing] of [...Object.entries(options.with ?? {}), ...here])
      line = line.replaceAll(there, thing)
    return line.replaceAll(FOLDERS, `${folder.path}/`)
  }
  const environmentOf = (options: RunOptions) => ({ ...environment, ...options.environment })
  return {
    path: folder.path,
    environment,
    at: (path) => join(folder.path, path),
    stand: (there, thing) => void here.set(there, thing),
    left: () => [...left],
    async serve(path = '/srv/holdfast', options = {}) {
      const dataDirectory = join(folder.path, path)
      const server = await startServerProcess({
        dataDirectory,
        config: 'none',
        ...options,
        environment: { ...environment, ...options.environment },
      })
      here.set('127.0.0.1:9000', `127.0.0.1:${server.port}`)
      return { ...server, credentials: await credentialsIn(dataDirectory) }
    },
    run: (command, options = {}) =>
      runCommand('/bin/bash', ['-c', written(command, options)], {
        directory: folder.path,
        ...options,
        environment: environmentOf(options),
      }),
    export(command, values) {
      const names = Array.from(written(command).matchAll(/([A-Z_]+)=/g), ([, name]) => name)
      expect(Object.keys(values)).toEqual(names)
      Object.assign(environment, values)
    },
    async runServer(command, options = {}) {
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      const line = written(command, options).replace('holdfast serve', 'exec holdfast serve')
      const child = spawn('/bin/bash', ['-c', `${line} --address 127.0.0.1:${port}`], {
        cwd: folder.path,
        env: environmentOf(options),
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      const ended = once(child, 'exit')
      const isReady = () => fetch(`${url}/-/ready`).then(({ ok }) => ok)
      while (!(await isReady().catch(() => false))) {
        if (child.exitCode !== null) throw new Error(`${line}: it serves nothing`)
        await delay(20)
      }
      return {
        url,
        credentials: await credentialsIn(/--data (\S+)/.exec(line)?.[1] ?? ''),
        async [Symbol.asyncDispose]() {
          child.kill('SIGTERM')
          await ended
        },
      }
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

/** Of the account that the first start has made, or else of the one that configs of tests begin with. */
async function credentialsIn(dataDirectory: string): Promise<Credentials> {
  const text = await readFile(join(dataDirectory, 'credentials.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return mainCredentials
  const [account] = (JSON.parse(text) as { accounts: { accessKeys: Credentials[] }[] }).accounts
  const [key] = account?.accessKeys ?? []
  if (!key) throw new Error(`${dataDirectory} has no keys`)
  return key
}
