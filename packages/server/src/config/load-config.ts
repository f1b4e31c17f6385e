import type { Disk } from '../base/disk.ts'
import type { Random } from '../base/random.ts'
import { errorCode } from '../base/storage-fault.ts'
import { readWholeFile } from '../base/whole-file.ts'
import type { Config } from './config.ts'
import { ConfigError } from './config-error.ts'
import type { Environment } from './environment.ts'
import { configOfFirstStart, firstAccountWith, firstStart } from './first-start.ts'
import { parseConfig } from './parse-config.ts'

export interface LoadedConfig {
  readonly config: Config
  /** Where the access key in use comes from. */
  readonly keysFrom: 'config' | 'environment' | 'created' | 'stored'
  /** The file of a created or stored access key. */
  readonly credentialsPath?: string
}

export interface ConfigSources {
  readonly configPath: string | undefined
  readonly dataDirectory: string
  readonly environment: Environment
  /** What the config file said when it was read. Default: what it says. */
  readonly fileText?: string | undefined
}

/**
 * The config file where one is named, otherwise that of the first start. An access key in the environment takes the
 * place of the first account's.
 */
export async function loadConfig(disk: Disk, random: Random, sources: ConfigSources): Promise<LoadedConfig> {
  const loaded = (await givenConfig(disk, sources)) ?? (await ownConfig(disk, random, sources.dataDirectory))
  return { ...loaded, config: withBuckets(loaded.config, sources.environment.buckets ?? []) }
}

async function ownConfig(disk: Disk, random: Random, dataDirectory: string): Promise<LoadedConfig> {
  const { config, created, credentialsPath } = await firstStart(disk, random, dataDirectory)
  return { config, keysFrom: created ? 'created' : 'stored', credentialsPath }
}

/** The buckets that the environment names, after those that the config describes. */
function withBuckets(config: Config, names: readonly string[]): Config {
  const known = new Set(config.buckets.map(({ name }) => name))
  const others = [...new Set(names)].filter((name) => !known.has(name)).map((name) => ({ name }))
  return { ...config, buckets: [...config.buckets, ...others] }
}

/** The same, without buckets of the environment, for a command that is no server: makes nothing where nothing was made. */
export async function readConfig(disk: Disk, random: Random, sources: ConfigSources): Promise<Config> {
  const given = await givenConfig(disk, sources)
  return given?.config ?? configOfFirstStart(disk, random, sources.dataDirectory)
}

async function givenConfig(disk: Disk, sources: ConfigSources): Promise<LoadedConfig | undefined> {
  const { accessKey } = sources.environment
  const config = await writtenConfig(disk, sources)
  if (config && !accessKey) return { config, keysFrom: 'config' }
  if (config && accessKey) return { config: withFirstAccessKey(config, accessKey), keysFrom: 'environment' }
  return accessKey && { config: firstAccountWith(accessKey), keysFrom: 'environment' }
}

/** That of the file, or of the environment. */
async function writtenConfig(disk: Disk, sources: ConfigSources): Promise<Config | undefined> {
  const { configPath, environment, fileText } = sources
  const { configText } = environment
  if (configPath === undefined)
    return configText === undefined ? undefined : parseConfig(configText, 'HOLDFAST_CONFIG')
  if (configText === undefined) {
    return parseConfig(fileText ?? (await readConfigFile(disk, configPath)), configPath)
  }
  const message = `is there beside --config ${configPath}; give one of them`
  throw new ConfigError('The environment', [{ path: 'HOLDFAST_CONFIG', message }])
}

/** Throws a ConfigError that says what to do. */
export async function readConfigFile(disk: Disk, path: string): Promise<string> {
  try {
    return await readWholeFile(disk, path)
  } catch (error) {
    throw new ConfigError(path, [{ path: '', message: whyUnread(errorCode(error)) }], { cause: error })
  }
}

function whyUnread(code: string | undefined): string {
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it; give it the right'
  const reason = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`
  return `${reason}; give the right path with --config`
}

function withFirstAccessKey(config: Config, accessKey: NonNullable<Environment['accessKey']>): Config {
  const [first, ...others] = config.accounts
  const taken = others.some((account) =>
    account.accessKeys.some(({ accessKeyId }) => accessKeyId === accessKey.accessKeyId),
  )
  if (taken) {
    const message = `belongs to another account of the config; use it there, or unset both keys`
    throw new ConfigError('The environment', [{ path: 'HOLDFAST_ACCESS_KEY', message }])
  }
  return { ...config, accounts: first ? [{ ...first, accessKeys: [accessKey] }, ...others] : others }
}
