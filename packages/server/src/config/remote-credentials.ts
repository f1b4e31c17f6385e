import { resolve } from 'node:path'
import type { Disk } from '../base/disk.ts'
import { ConfigError } from './config-error.ts'
import { readNamedFile } from './named-file.ts'
import type { RemoteAccess } from './remote-access.ts'
import { sectionOf, signerOf, type SourceSigner } from './source-credentials.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Access to an endpoint, and how the config calls what it is the access to. */
export interface NamedAccess {
  readonly setting: string
  readonly access: RemoteAccess
}

/** Who signs at an endpoint elsewhere. Throws `ConfigError`, without any secret, where there is nobody. */
export async function readRemoteCredentials(
  disk: Disk,
  remote: NamedAccess,
  dataDirectory: string | undefined,
  variables: Variables = process.env,
): Promise<SourceSigner> {
  const { accessKey, credentialsFile, profile = 'default', environment } = remote.access
  if (accessKey) return accessKey
  if (credentialsFile === undefined) {
    const signer = signerOf((name) => variables[`${environment}_${name.replace(/^aws_/, '').toUpperCase()}`])
    return (
      signer ??
      missing(remote, `${environment}_ACCESS_KEY_ID and ${environment}_SECRET_ACCESS_KEY are not set`)
    )
  }
  const found = new Map(sectionOf(await textOf(disk, remote, credentialsFile, dataDirectory), profile))
  const signer = signerOf((name) => found.get(name))
  return signer ?? missing(remote, `${credentialsFile} has no key of the profile ${profile}`)
}

/** The certificates that are trusted in place of the system's. Throws `ConfigError` where they cannot be read. */
export async function readCertificateAuthority(
  disk: Disk,
  remote: {
    readonly setting: string
    readonly access: Pick<RemoteAccess, 'certificateAuthorityFile'>
  },
  dataDirectory: string | undefined,
): Promise<string | undefined> {
  const { certificateAuthorityFile: path } = remote.access
  if (path === undefined) return undefined
  const text = await textOf(disk, remote, path, dataDirectory)
  return text.includes('-----BEGIN CERTIFICATE-----') ? text : missing(remote, `${path} has no certificate`)
}

function textOf(
  disk: Disk,
  { setting }: Pick<NamedAccess, 'setting'>,
  path: string,
  dataDirectory: string | undefined,
): Promise<string> {
  return readNamedFile(disk, setting, resolve(dataDirectory ?? '.', path), path)
}

function missing({ setting }: Pick<NamedAccess, 'setting'>, message: string): never {
  throw new ConfigError('The config', [{ path: setting, message }])
}
