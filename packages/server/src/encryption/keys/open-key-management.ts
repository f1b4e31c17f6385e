import type { Clock } from '../../base/clock.ts'
import type { Disk } from '../../base/disk.ts'
import type { Random } from '../../base/random.ts'
import type { KeyManagement } from '../key-management.ts'
import { KEY_BYTES } from '../sealed-size.ts'
import { type AwsKeyManagementOptions, awsKeyManagement } from './aws.ts'
import { localKeyManagement, rootKeyIds } from './local.ts'
import { MissingRootKey } from './missing-root-key.ts'
import { RootKeyFolder } from './root-key-folder.ts'
import { givenRootKeys, parseRootKey, type RootKey, rootKeyOf, type RootKeys } from './root-keys.ts'
import { vaultKeyManagement, type VaultOptions } from './vault.ts'

/** Which engine, and where it is. */
export type KeyManagementChoice =
  | { readonly engine: 'local' }
  | ({ readonly engine: 'vault'; readonly roleId?: string | undefined } & Pick<
      VaultOptions,
      'url' | 'keyName' | 'mount' | 'namespace'
    >)
  | ({ readonly engine: 'aws' } & Pick<AwsKeyManagementOptions, 'keyId' | 'region' | 'endpoint'>)

export interface KeyManagementSetting {
  /** Keys that are sealed already: `MissingRootKey` where the `local` engine has no root key for one of its own. */
  readonly sealed?: readonly Uint8Array[]
  /** Whether a folder without root keys gets its first one; `MissingRootKey` otherwise. Default: it does. */
  readonly mayMakeRootKey?: boolean
  /** Where the `local` engine keeps its root keys; `undefined`: in memory, and gone with the process. */
  readonly rootKeyDirectory: string | undefined
  readonly secrets: {
    /** Base64, newest first; in place of the folder. */
    readonly rootKeys?: readonly string[] | undefined
    readonly vaultToken?: string | undefined
    readonly vaultSecretId?: string | undefined
  }
  readonly disk: Disk
  readonly random: Random
  readonly clock: Clock
}

/** Opens the engine that was chosen. A service that is away is no reason to fail: its calls fail until it is back. */
export async function openKeyManagement(
  choice: KeyManagementChoice,
  setting: KeyManagementSetting,
): Promise<KeyManagement> {
  if (choice.engine === 'local') return openLocal(setting)
  if (choice.engine === 'aws') return awsKeyManagement(choice)
  const { clock, random, secrets } = setting
  return vaultKeyManagement({ ...choice, clock, random, login: vaultLogin(choice.roleId, secrets) })
}

async function openLocal(setting: KeyManagementSetting): Promise<KeyManagement> {
  const rootKeys = await openRootKeys(setting)
  for (const id of rootKeyIds(setting.sealed ?? [])) {
    if (!(await rootKeys.find(id))) throw new MissingRootKey()
  }
  return localKeyManagement(rootKeys, setting.random)
}

function vaultLogin(
  roleId: string | undefined,
  secrets: KeyManagementSetting['secrets'],
): VaultOptions['login'] {
  const { vaultToken, vaultSecretId } = secrets
  if (roleId !== undefined) {
    if (vaultSecretId === undefined)
      throw new Error('To log in to Vault as a role, set HOLDFAST_VAULT_SECRET_ID.')
    return { kind: 'approle', roleId, secretId: vaultSecretId }
  }
  if (vaultToken === undefined)
    throw new Error('To use Vault, set HOLDFAST_VAULT_TOKEN, or roleId in the config.')
  return { kind: 'token', token: vaultToken }
}

async function openRootKeys({
  secrets,
  rootKeyDirectory,
  mayMakeRootKey = true,
  ...engines
}: KeyManagementSetting): Promise<RootKeys> {
  const [newest, ...older] = (secrets.rootKeys ?? []).map(requireRootKey)
  if (newest) return givenRootKeys([newest, ...older])
  if (rootKeyDirectory !== undefined) {
    return RootKeyFolder.open({ ...engines, directory: rootKeyDirectory, mayMake: mayMakeRootKey })
  }
  return givenRootKeys([rootKeyOf(Uint8Array.from(engines.random.bytes(KEY_BYTES)))])
}

function requireRootKey(text: string): RootKey {
  const key = parseRootKey(text)
  if (!key) throw new Error(`A root key is not base64 of ${KEY_BYTES} bytes.`)
  return key
}
