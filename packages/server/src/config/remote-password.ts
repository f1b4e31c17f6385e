import { resolve } from 'node:path'
import type { Disk } from '../base/disk.ts'
import { ConfigError } from './config-error.ts'
import { readNamedFile } from './named-file.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Where the password of a user elsewhere stands: one of three ways to say it. */
export interface RemotePassword {
  readonly password?: string | undefined
  /** A relative path lies in the data folder. */
  readonly passwordFile?: string | undefined
  /** What the name of the variable begins with that has it: `<environment>_PASSWORD`. */
  readonly environment?: string | undefined
}

/** Throws `ConfigError`, without the password, where there is none. */
export async function readRemotePassword(
  disk: Disk,
  { setting, access }: { readonly setting: string; readonly access: RemotePassword },
  dataDirectory: string | undefined,
  variables: Variables = process.env,
): Promise<string> {
  const { password, passwordFile, environment } = access
  if (password !== undefined) return password
  const variable = `${environment}_PASSWORD`
  const text =
    passwordFile === undefined
      ? (variables[variable] ?? '')
      : await readNamedFile(disk, setting, resolve(dataDirectory ?? '.', passwordFile), passwordFile)
  if (text.trim() !== '') return text.trim()
  const message = passwordFile === undefined ? `${variable} is not set` : `${passwordFile} is empty`
  throw new ConfigError('The config', [{ path: setting, message }])
}
