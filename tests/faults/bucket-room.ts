import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { mainAccount, otherAccount, testRegion } from '../support/accounts.ts'
import { executable } from '../support/executable.ts'
import { type CommandResult, runCommand } from '../support/run-command.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** A process that was killed counts as dead after two of these. */
const testing = { enabled: true, processTimeoutSeconds: 1 }

/** A server, a place for its backups, and the command line beside it. */
export interface BucketRoom extends AsyncDisposable {
  readonly server: ServerProcess
  readonly data: string
  readonly backup: string
  /** Of the command line. */
  readonly config: string
  readonly words: (command: string, ...more: string[]) => string[]
  readonly holdfast: (command: string, ...more: string[]) => Promise<CommandResult>
  /** The same, once whoever was killed at it counts as dead. */
  readonly again: (command: string, ...more: string[]) => Promise<CommandResult>
}

export async function bucketRoom(
  environment: Readonly<Record<string, string>> = {},
  settings: Readonly<Record<string, unknown>> = {},
): Promise<BucketRoom> {
  const folder = await temporaryDirectory()
  const data = join(folder.path, 'data')
  const config = join(folder.path, 'config.json')
  const accounts = [mainAccount, otherAccount]
  await writeFile(config, JSON.stringify({ region: testRegion, accounts, testing, ...settings }))
  const server = await startServerProcess({ dataDirectory: data, config: { testing, ...settings } })
  const words = (command: string, ...more: string[]) => {
    return [executable, command, ...more, '--data', data, '--config', config]
  }
  const holdfast = (command: string, ...more: string[]): Promise<CommandResult> =>
    runCommand(process.execPath, words(command, ...more), { allowFailure: true, environment })
  return {
    server,
    data,
    backup: join(folder.path, 'backup'),
    config,
    words,
    holdfast,
    async again(command, ...more) {
      for (;;) {
        const result = await holdfast(command, ...more)
        if (!result.stderr.includes('a minute ago')) return result
        await delay(200)
      }
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
