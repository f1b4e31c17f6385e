import { openFileLimit } from '../../base/open-file-limit.ts'
import { readEnvironment } from '../../config/environment.ts'
import { type KeySecrets, readKeySecrets } from '../../config/key-secrets.ts'
import { readConfig } from '../../config/load-config.ts'
import type { Config } from '../../config/config.ts'
import { fewFiles } from '../connection-limit.ts'
import type { Machine, Say } from './patient.ts'

interface Settings {
  readonly config: Config
  readonly keySecrets: KeySecrets
}

/** What servers are told by the config and the environment. Throws for what cannot be used. */
export async function lookAtSettings(
  { disk, random, dataDirectory, configPath }: Machine,
  say: Say,
): Promise<Settings> {
  const environment = readEnvironment()
  const keySecrets = readKeySecrets()
  const config = await readConfig(disk, random, { configPath, dataDirectory, environment })
  if (environment.unknown)
    say('note', `The environment has variables that do nothing: ${environment.unknown.join(', ')}.`)
  if (config.testing) say('note', 'The config shortens time for tests ("testing"): not for earnest.')
  return { config, keySecrets }
}

export async function lookAtOpenFiles(say: Say, openFiles = openFileLimit()): Promise<void> {
  const few = fewFiles(openFiles)
  if (few !== undefined) say('wrong', `Only ${openFiles} files may be open here, and ${few}.`)
}
