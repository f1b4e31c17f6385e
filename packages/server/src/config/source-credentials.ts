import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Disk } from '../base/disk.ts'
import { errorCode } from '../base/storage-fault.ts'
import { readWholeFile } from '../base/whole-file.ts'
import { ConfigError } from './config-error.ts'

/** Who asks an S3 endpoint elsewhere, and of which region it is. */
export interface SourceCredentials {
  /** Absent: nobody signs. */
  readonly signer: SourceSigner | undefined
  readonly region: string
}

export interface SourceSigner {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export interface CredentialsWanted {
  /** A profile of the shared files of Amazon's tools, in place of the environment. */
  readonly profile?: string | undefined
  readonly region?: string | undefined
  /** Requests are not signed. */
  readonly isAnonymous?: boolean
}

type Variables = Readonly<Record<string, string | undefined>>

/**
 * As Amazon's own tools have them: `AWS_ACCESS_KEY_ID` and its like, or a profile of `~/.aws/credentials`. Throws `ConfigError`
 * where there are none. Never in an argument, which everybody on the machine can read.
 */
export async function readSourceCredentials(
  disk: Disk,
  { profile, region, isAnonymous }: CredentialsWanted,
  variables: Variables = process.env,
): Promise<SourceCredentials> {
  const named = profile === undefined ? undefined : await readProfile(disk, profile, variables)
  const ofEnvironment = variables['AWS_REGION'] || variables['AWS_DEFAULT_REGION'] || 'us-east-1'
  const chosen = region ?? named?.get('region') ?? ofEnvironment
  if (isAnonymous) return { signer: undefined, region: chosen }
  const signer = named
    ? signerOf((name) => named.get(name))
    : signerOf((name) => variables[name.toUpperCase()])
  if (signer) return { signer, region: chosen }
  const message =
    profile === undefined
      ? 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key of the endpoint, or choose a profile with --profile'
      : `the profile ${profile} has no aws_access_key_id and aws_secret_access_key`
  throw new ConfigError('What the other endpoint needs', [{ path: 'credentials', message }])
}

/** Where S3 is that is not Amazon's, as Amazon's tools are told it. Throws `ConfigError` for what is no URL of one. */
export function readEndpoint(
  { endpoint, region }: { readonly endpoint?: string | undefined; readonly region: string },
  variables: Variables = process.env,
): URL {
  const named = endpoint ?? (variables['AWS_ENDPOINT_URL_S3'] || variables['AWS_ENDPOINT_URL'])
  const url = URL.parse(named ?? `https://s3.${region}.amazonaws.com`)
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url
  const path = endpoint === undefined ? 'AWS_ENDPOINT_URL' : '--endpoint'
  throw new ConfigError('What the other endpoint needs', [
    { path, message: 'expected http://HOST:PORT or https://HOST, without keys' },
  ])
}

export function signerOf(read: (name: string) => string | undefined): SourceSigner | undefined {
  const [accessKeyId, secretAccessKey] = [read('aws_access_key_id'), read('aws_secret_access_key')]
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, sessionToken: read('aws_session_token') || undefined }
}

/** Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files". Credentials win over the config. */
async function readProfile(disk: Disk, profile: string, variables: Variables): Promise<Map<string, string>> {
  const folder = join(variables['HOME'] ?? homedir(), '.aws')
  const files = [
    variables['AWS_CONFIG_FILE'] ?? join(folder, 'config'),
    variables['AWS_SHARED_CREDENTIALS_FILE'] ?? join(folder, 'credentials'),
  ]
  const values = new Map<string, string>()
  for (const file of files) {
    const text = await textOfFile(disk, file)
    for (const [name, value] of sectionOf(text, profile)) values.set(name, value)
  }
  return values
}

/** The settings of a profile, in the order that they stand in. */
export function sectionOf(text: string, profile: string): [string, string][] {
  let isWanted = false
  return text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const [, section] = /^\s*\[\s*(?:profile\s+)?([^\]]+?)\s*\]/.exec(line) ?? []
    if (section !== undefined) isWanted = section === profile
    const [, name, value] = /^\s*([a-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    return isWanted && name !== undefined && value !== undefined ? [[name, value]] : []
  })
}

/** One of the two need not be there. */
async function textOfFile(disk: Disk, path: string): Promise<string> {
  try {
    return await readWholeFile(disk, path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ''
    throw error
  }
}
