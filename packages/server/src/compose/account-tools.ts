import type { AccessKey, Account } from '../access/accounts.ts'
import { systemClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import { type Config, type AccountInput, canonicalIdOf } from '../config/config.ts'
import type { KeySecrets } from '../config/key-secrets.ts'
import { checkConfig } from '../config/parse-config.ts'
import { StoreKeys } from '../encryption/store-keys.ts'
import {
  type AccountChanges,
  accountsOfStore,
  addAccount,
  newAccessKey,
  newAccountId,
  replaceRootKey,
  setAccountDisabled,
} from '../identities/change-accounts.ts'
import { accountOfRow, GLANCE_MILLISECONDS } from '../identities/store-accounts.ts'
import { checkFormat } from '../metadata/store-format.ts'
import { storeKeyRecords } from '../s3/shared/sealing/store-key-records.ts'
import { openStoreKeyManagement } from './identity/open-store-keys.ts'
import { openMetadataAlone } from './open-metadata-alone.ts'

export interface ListedAccount extends Omit<Account, 'accessKeys' | 'mfaDevices'> {
  readonly accessKeyIds: readonly string[]
  /** `hidden`: the config has another one of that id, which it means. */
  readonly standsIn: 'config' | 'store' | 'hidden'
}

/** What was asked for; a key that is absent is made. */
export interface NewAccount extends Omit<AccountInput, 'id' | 'accessKeys' | 'mfaDevices' | 'canonicalId'> {
  readonly id?: string | undefined
  readonly accessKey?: AccessKey | undefined
}

/** What is told of an account when it gets a key, once. */
export interface ToldAccount {
  readonly id: string
  readonly name: string
  readonly canonicalId: string
  readonly accessKey: AccessKey
}

/** The accounts of a store, beside its servers or without. All throw an `Error` for people. */
export interface AccountTools extends AsyncDisposable {
  list(): Promise<readonly ListedAccount[]>
  add(account: NewAccount): Promise<ToldAccount>
  setDisabled(named: string, isDisabled: boolean): Promise<Pick<ToldAccount, 'id' | 'name'>>
  rotateKeys(
    named: string,
    options: { readonly accessKey?: AccessKey | undefined; readonly keepsOld: boolean },
  ): Promise<ToldAccount>
}

interface Given {
  readonly config: Config
  readonly dataDirectory: string
  readonly keySecrets: KeySecrets
}

/** `mode`: to look, where nothing is written. */
export async function openAccountTools(given: Given, mode: 'look' | 'change'): Promise<AccountTools> {
  const { config, dataDirectory } = given
  const metadata = await openMetadataAlone(given, mode)
  await checkFormat(metadata)
  const changes = async (): Promise<AccountChanges & AsyncDisposable> => {
    const engines = { disk: systemDisk, random: systemRandom, clock: systemClock, secrets: given.keySecrets }
    const keyManagement = await openStoreKeyManagement(
      { ...engines, config, dataDirectory, accepted: new Set() },
      metadata,
    )
    return {
      metadata,
      storeKeys: new StoreKeys(keyManagement, storeKeyRecords(metadata), systemClock, systemRandom),
      clock: systemClock,
      random: systemRandom,
      ofConfig: config.accounts,
      [Symbol.asyncDispose]: () => keyManagement[Symbol.asyncDispose](),
    }
  }
  return {
    async list() {
      const ofStore = await accountsOfStore(metadata)
      const isHidden = (id: string): boolean => config.accounts.some((known) => known.id === id)
      return [
        ...config.accounts.map((account) => listed(account, 'config')),
        ...ofStore.map(({ id, row }) => listed(accountOfRow(id, row), isHidden(id) ? 'hidden' : 'store')),
      ]
    },
    async add({ accessKey = newAccessKey(systemRandom), ...asked }) {
      const account = checkedAccount({ ...asked, id: asked.id ?? newAccountId(systemRandom) }, accessKey)
      await using open = await changes()
      await addAccount(open, account, accessKey)
      // Until every server knows that it is there to be named, by whoever gets to know of it from now on.
      await systemClock.sleep(GLANCE_MILLISECONDS)
      return { ...account, accessKey }
    },
    async setDisabled(named, isDisabled) {
      await using open = await changes()
      const { id, row } = await setAccountDisabled(open, named, isDisabled)
      return { id, name: row.name }
    },
    async rotateKeys(named, { accessKey = newAccessKey(systemRandom), keepsOld }) {
      checkedAccount({ id: newAccountId(systemRandom), name: 'checked' }, accessKey)
      await using open = await changes()
      const { id, row } = await replaceRootKey(open, named, accessKey, { keepsOld })
      return { id, name: row.name, canonicalId: row.canonicalId, accessKey }
    },
    [Symbol.asyncDispose]: () => metadata[Symbol.asyncDispose](),
  }
}

/** Without secrets: accounts of the config have theirs. */
function listed(account: Account, standsIn: ListedAccount['standsIn']): ListedAccount {
  const { id, name, displayName, email, canonicalId, createdAt, isDisabled } = account
  const accessKeyIds = account.accessKeys.map(({ accessKeyId }) => accessKeyId)
  return { id, name, displayName, email, canonicalId, createdAt, isDisabled, accessKeyIds, standsIn }
}

/** Held to the same rules as one of the config, and as complete. */
function checkedAccount(input: AccountInput, accessKey: AccessKey): Account {
  const [account] = checkConfig({ accounts: [{ ...input, accessKeys: [accessKey] }] }, 'The account').accounts
  if (!account) throw new Error('one account was checked')
  return { ...account, canonicalId: canonicalIdOf(account.id) }
}
