import { ConfigError } from './config-error.ts'

/** Secrets of the key management engine, which a config file should not hold. */
export interface KeySecrets {
  /** `HOLDFAST_ROOT_KEYS`: in place of those in the data folder; base64 of 32 bytes each, newest first. */
  readonly rootKeys?: readonly string[] | undefined
  /** `HOLDFAST_VAULT_TOKEN` */
  readonly vaultToken?: string | undefined
  /** `HOLDFAST_VAULT_SECRET_ID`, of the AppRole in the config. */
  readonly vaultSecretId?: string | undefined
}

const ROOT_KEY = /^[A-Za-z0-9+/]{43}=$/

/** Throws `ConfigError` where root keys are not written as they should be. An empty variable counts as absent. */
export function readKeySecrets(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): KeySecrets {
  const read = (name: string): string | undefined => variables[name] || undefined
  const rootKeys = read('HOLDFAST_ROOT_KEYS')
    ?.split(',')
    .map((text) => text.trim())
  if (rootKeys && !rootKeys.every((text) => ROOT_KEY.test(text))) {
    const message = 'expected base64 of 32 bytes, or several with commas between'
    throw new ConfigError('The environment', [{ path: 'HOLDFAST_ROOT_KEYS', message }])
  }
  return {
    rootKeys,
    vaultToken: read('HOLDFAST_VAULT_TOKEN'),
    vaultSecretId: read('HOLDFAST_VAULT_SECRET_ID'),
  }
}
