import type { Caller } from '../access/caller.ts'
import { type Soon, soon } from '../base/soon.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'
import { RowCache } from '../metadata/row-cache.ts'
import { iamAccessKeys } from '../metadata/tables/iam-tables.ts'
import type { Transaction } from '../metadata/transaction.ts'
import type { SigningIdentity } from './signing-identity.ts'
import { openedSecret, type SealedSecret } from './sealed-secret.ts'
import { DirectorySessions } from './directory-sessions.ts'
import type { KeyUses } from './key-uses.ts'
import { isSessionKey } from './session-key-id.ts'
import { Sessions } from './sessions.ts'
import { boundToRoot, type RootKey, type StoreAccounts } from './store-accounts.ts'
import { type CallersSetting, type StoredCaller, StoredCallers } from './stored-callers.ts'
import { storedUser, UserCallers } from './user-callers.ts'

export interface IdentitiesSetting extends CallersSetting {
  readonly storeKeys: StoreKeys
  readonly keyUses: KeyUses
  readonly storeAccounts: StoreAccounts
}

/** The user that holds a key, with the secret. */
interface KeyHolder extends StoredCaller {
  readonly secretAccessKey: string
}

const accessKeyRows = new RowCache(iamAccessKeys)

/**
 * Finds whoever signs a request. Root users of the config cost no read. All others stand in the store: what decides is read
 * again each time, so that a change is seen by every process at its next request, and worked out once for each change.
 */
export class Identities {
  readonly #setting: IdentitiesSetting
  readonly #holders: StoredCallers<KeyHolder>
  readonly #sessions: Sessions
  readonly #directorySessions: DirectorySessions
  /** By the row that has it sealed: a changed row is another one. */
  readonly #secrets = new WeakMap<SealedSecret, string>()

  constructor(setting: IdentitiesSetting) {
    this.#setting = setting
    this.#holders = new StoredCallers(setting)
    this.#sessions = new Sessions(setting, new UserCallers(setting))
    this.#directorySessions = new DirectorySessions(setting.storeKeys, this.find)
  }

  /**
   * `undefined` where nobody has the key, where it is inactive, where its user, role or account is gone or disabled, and where
   * no session has the token; where one has another token, that is told.
   */
  readonly find = (accessKeyId: string, sessionToken?: string): Soon<SigningIdentity | undefined> =>
    this.#setting.accounts.findByAccessKeyId(accessKeyId) ??
    soon(this.#setting.storeAccounts.refresh(), () => {
      const rootKey = this.#setting.storeAccounts.findKey(accessKeyId)
      if (rootKey) return this.#ofRoot(rootKey)
      if (isSessionKey(accessKeyId) && sessionToken !== undefined) {
        return this.#sessions.find(accessKeyId, sessionToken)
      }
      return this.#ofStore(accessKeyId)
    })

  /** The same for a request about a directory bucket, which alone takes the credentials of CreateSession. */
  readonly findOnDirectory = (
    accessKeyId: string,
    sessionToken?: string,
  ): Soon<SigningIdentity | undefined> =>
    sessionToken !== undefined && isSessionKey(accessKeyId)
      ? soon(
          this.#directorySessions.find(accessKeyId, sessionToken),
          (found) => found ?? this.find(accessKeyId, sessionToken),
        )
      : this.find(accessKeyId, sessionToken)

  /** Sees to it that accounts of the store are known that were there a second ago: they may be named by anybody. */
  glance(): Soon<void> {
    return this.#setting.storeAccounts.glance()
  }

  /**
   * Notes that a key was used, or a role by one of its sessions, once the holder is believed, and what for: of a user's session that alone.
   */
  noteUse(accessKeyId: string, caller: Caller, service: string, region: string): void {
    const { keyUses } = this.#setting
    const { principal, traits } = caller
    this.noteAction(caller, service, region)
    if (principal.kind === 'assumed-role') keyUses.note(principal.roleId, service, region)
    else if (traits.session ?? traits.directorySession) return
    else if (principal.kind === 'user') keyUses.note(accessKeyId, service, region)
    else if (principal.kind === 'account') keyUses.note(accessKeyId, service, region, principal.account.id)
  }

  /** Notes what a user or role asks for of a service; `action` as policies name it, whether or not it is tracked. */
  noteAction({ principal }: Caller, service: string, region: string, action?: string): void {
    const { services } = this.#setting.keyUses
    if (principal.kind === 'assumed-role') services.note(principal.roleId, service, region, action)
    else if (principal.kind === 'user') services.note(principal.id, service, region, action)
  }

  #ofRoot({ row, account, caller }: RootKey): Soon<SigningIdentity | undefined> {
    if (account.isDisabled) return undefined
    return soon(this.#secretOf(boundToRoot(account.id, row.accessKeyId), row), (secretAccessKey) => ({
      secretAccessKey,
      caller,
    }))
  }

  #ofStore(accessKeyId: string): Soon<SigningIdentity | undefined> {
    if (accessKeyId.length > MOST_KEY_CHARACTERS) return undefined
    const found = this.#holders.find(accessKeyId, (rows) => this.#holderOf(rows, accessKeyId))
    return soon(
      found,
      (known) => known && { secretAccessKey: known.stored.secretAccessKey, caller: known.caller },
    )
  }

  async #holderOf(rows: Transaction, accessKeyId: string): Promise<KeyHolder | undefined> {
    const row = await rows.getThrough(accessKeyRows, accessKeyId)
    const user = row?.status === 'Active' ? await storedUser(rows, row) : undefined
    return row && user && { ...user, secretAccessKey: await this.#secretOf(accessKeyId, row) }
  }

  #secretOf(boundTo: string, row: SealedSecret): Soon<string> {
    return this.#secrets.get(row) ?? this.#openSecret(boundTo, row)
  }

  async #openSecret(boundTo: string, row: SealedSecret): Promise<string> {
    const secret = await openedSecret(this.#setting.storeKeys, boundTo, row)
    this.#secrets.set(row, secret)
    return secret
  }
}

/** Source: IAM API Reference, AccessKeyId: 128 characters. A longer one is not even looked up. */
const MOST_KEY_CHARACTERS = 128
