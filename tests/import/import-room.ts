import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mainAccount, otherAccount, testRegion } from '../support/accounts.ts'
import type { ServerAddress } from '../support/raw-request.ts'
import { type CommandOptions, type CommandResult, runCommand } from '../support/run-command.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts'

export const executable = fileURLToPath(new URL('../../packages/server/bin/holdfast.js', import.meta.url))

/** A server that buckets are brought into, beside which `holdfast import` runs. */
export interface ImportRoom extends AsyncDisposable {
  readonly target: ServerProcess
  readonly folder: TemporaryDirectory
  /** The arguments and environment of an import from there. */
  readonly argumentsFor: (source: ServerAddress, ...more: string[]) => string[]
  readonly environmentFor: (source: ServerAddress) => Record<string, string>
  readonly iamArgumentsFor: (archive: string) => string[]
  readonly import: (source: ServerAddress, ...more: string[]) => Promise<CommandResult>
  readonly importIam: (archive: string, ...more: string[]) => Promise<CommandResult>
  readonly importSettings: (archive: string, ...more: string[]) => Promise<CommandResult>
}

export async function importRoom(options: CommandOptions = {}): Promise<ImportRoom> {
  const folder = await temporaryDirectory()
  const dataDirectory = join(folder.path, 'data')
  const config = join(folder.path, 'config.json')
  await writeFile(config, JSON.stringify({ region: testRegion, accounts: [mainAccount, otherAccount] }))
  const target = await startServerProcess({ dataDirectory })
  const argumentsFor = (source: ServerAddress, ...more: string[]): string[] => {
    const places = ['--from', source.url, '--data', dataDirectory, '--config', config]
    return [executable, 'import', ...places, ...more]
  }
  const environmentFor = ({ credentials }: ServerAddress): Record<string, string> => ({
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: testRegion,
    HOME: folder.path,
  })
  const wordsFor = (command: string, archive: string, ...more: string[]): string[] => {
    return [executable, command, archive, '--data', dataDirectory, '--config', config, ...more]
  }
  const importArchive = (...words: [string, string, ...string[]]): Promise<CommandResult> =>
    runCommand(process.execPath, wordsFor(...words), { allowFailure: true, ...options })
  return {
    target,
    folder,
    argumentsFor,
    environmentFor,
    iamArgumentsFor: (archive) => wordsFor('import-iam', archive),
    import: (source, ...more) =>
      runCommand(process.execPath, argumentsFor(source, ...more), {
        allowFailure: true,
        ...options,
        environment: environmentFor(source),
      }),
    importIam: (archive, ...more) => importArchive('import-iam', archive, ...more),
    importSettings: (archive, ...more) => importArchive('import-settings', archive, ...more),
    async [Symbol.asyncDispose]() {
      await target[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
