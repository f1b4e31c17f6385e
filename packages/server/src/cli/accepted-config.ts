import { isDeepStrictEqual } from 'node:util'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import { type ConfigSources, type LoadedConfig, loadConfig, readConfigFile } from '../config/load-config.ts'
import { assertOwnHosts } from '../config/shared-hosts.ts'
import { assertOwnAddresses } from './own-addresses.ts'
import type { ServeOptions } from './serve-options.ts'

/** A config that was read and found right. */
export interface AcceptedConfig extends LoadedConfig {
  /** Of the config file; absent where none is named. */
  readonly fileText: string | undefined
}

type Sources = Omit<ConfigSources, 'configPath' | 'dataDirectory' | 'fileText'>

/** Reads the config; `fileText`: in the place of what the file has now. Throws a ConfigError for one that is wrong. */
export async function acceptConfig(
  options: ServeOptions,
  sources: Sources,
  fileText?: string,
): Promise<AcceptedConfig> {
  const { config: configPath, data: dataDirectory, domain } = options
  const text =
    fileText ?? (configPath === undefined ? undefined : await readConfigFile(systemDisk, configPath))
  const all = { ...sources, configPath, dataDirectory, fileText: text }
  const loaded = await loadConfig(systemDisk, systemRandom, all)
  assertOwnHosts(loaded.config.websites, domain)
  assertOwnAddresses(options, loaded.config)
  return { ...loaded, fileText: text }
}

/** The names of the settings that differ: their values may be secret. */
export function changedSettings(before: LoadedConfig, after: LoadedConfig): readonly string[] {
  const names = new Set([...Object.keys(before.config), ...Object.keys(after.config)])
  const valueOf = ({ config }: LoadedConfig, name: string): unknown => config[name as keyof typeof config]
  return [...names].filter((name) => !isDeepStrictEqual(valueOf(before, name), valueOf(after, name)))
}
