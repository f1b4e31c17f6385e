import { resolve } from 'node:path'
import type { Disk } from '../base/disk.ts'
import { ConfigError } from './config-error.ts'
import { readNamedFile } from './named-file.ts'

/** Where a password stands: one of three ways to say it. */
export interface BrokerPassword {
  readonly password?: string | undefined
  /** A file that holds nothing else; a relative path lies in the data folder. */
  readonly passwordFile?: string | undefined
  /** What the name of the variable begins with that has it: `<environment>_PASSWORD`. */
  readonly environment?: string | undefined
}

/** Who a message broker takes the server for, and how it is reached. */
export interface BrokerAccess extends BrokerPassword {
  readonly user?: string | undefined
  /** Whether TLS is spoken, and nothing else. Default: false. */
  readonly tls?: boolean | undefined
  /** PEM: who may have signed its certificate, in place of those whom the system trusts. A relative path lies in the data folder. */
  readonly certificateAuthorityFile?: string | undefined
}

export interface SecretReading {
  readonly disk: Disk
  /** How the config calls what the secret is of. */
  readonly setting: string
  readonly dataDirectory: string | undefined
  /** Default: the process's. */
  readonly variables?: Readonly<Record<string, string | undefined>>
}

/** The password, wherever it is; `undefined` where there is none. Throws `ConfigError`, without it, where it is not where the config says. */
export async function readBrokerPassword(
  reading: SecretReading,
  { password, passwordFile, environment }: BrokerPassword,
): Promise<string | undefined> {
  if (passwordFile !== undefined) return readSecretFile(reading, passwordFile)
  return environment === undefined ? password : readVariable(reading, `${environment}_PASSWORD`)
}

/** What a file holds but for the end of its last line. Throws `ConfigError` where that is nothing. */
export async function readSecretFile(
  { disk, setting, dataDirectory }: SecretReading,
  path: string,
): Promise<string> {
  const text = await readNamedFile(disk, setting, resolve(dataDirectory ?? '.', path), path)
  return text.replace(/\r?\n$/, '') || missing(setting, `${path} is empty`)
}

export function readVariable({ setting, variables = process.env }: SecretReading, name: string): string {
  return variables[name] || missing(setting, `${name} is not set`)
}

function missing(setting: string, message: string): never {
  throw new ConfigError('The config', [{ path: setting, message }])
}
