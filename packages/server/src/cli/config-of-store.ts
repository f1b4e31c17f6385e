import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import { assertStored } from '../compose/open-stores.ts'
import type { Config } from '../config/config.ts'
import { readEnvironment } from '../config/environment.ts'
import { readConfig } from '../config/load-config.ts'

/** The config of a store that is there, for a command that is no server. Throws where nothing is stored yet; makes nothing. */
export async function configOfStore(options: {
  readonly data: string
  readonly config?: string | undefined
}): Promise<Config> {
  const { data: dataDirectory, config: configPath } = options
  const sources = { configPath, dataDirectory, environment: readEnvironment() }
  const config = await readConfig(systemDisk, systemRandom, sources)
  await assertStored(dataDirectory, config)
  return config
}
