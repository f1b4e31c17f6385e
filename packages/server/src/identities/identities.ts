import type { Caller } from '../access/caller.ts'
import { type Soon, soon } from '../base/soon.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'
import { RowCache } from '../metadata/row-cache.ts'
import { iamAccessKeys, type IamAccessKeyRow } from '../metadata/tables/iam-tables.ts'
import { openedSecret } from './sealed-secret.ts'
import type { KeyUses } from './key-uses.ts'
import { isSessionKey } from './session-key-id.ts'
import { Sessions } from './sessions.ts'
import type { CallersSetting } from './stored-callers.ts'
import { UserCallers } from './user-callers.ts'

/** Who holds an access key, and what it signs with. */
export interface SigningIdentity {
  readonly secretAccessKey: string
  readonly caller: Caller
  /** Of a session: what has to come with the key. */
  readonly sessionToken?: string
  /** Of a session: when it ends. */
  readonly expiresAt?: Date
}

export interface IdentitiesSetting extends CallersSetting {
  readonly storeKeys: StoreKeys
  readonly keyUses: KeyUses
}

const accessKeyRows = new RowCache(iamAccessKeys)

/**
 * Finds whoever signs a request. Root users are those of the config, and cost no read. All others stand in the store: what
 * decides is read again each time, so that a change is seen by every process at its next request, and worked out once for
 * each change.
 */
export class Identities {
  readonly #setting: IdentitiesSetting
  readonly #users: UserCallers
  readonly #sessions: Sessions
  /** By the row that has it sealed: a changed row is another one. */
  readonly #secrets = new WeakMap<IamAccessKeyRow, string>()

  constructor(setting: IdentitiesSetting) {
    this.#setting = setting
    this.#users = new UserCallers(setting)
    this.#sessions = new Sessions(setting, this.#users)
  }

  /**
   * `undefined` where nobody has the key, where it is inactive, where its user, role or account is gone, and where the token is
   * not the one of its session.
   */
  readonly find = (accessKeyId: string, sessionToken?: string): Soon<SigningIdentity | undefined> =>
    this.#setting.accounts.findByAccessKeyId(accessKeyId) ??
    (isSessionKey(accessKeyId) && sessionToken !== undefined
      ? this.#sessions.find(accessKeyId, sessionToken)
      : this.#ofStore(accessKeyId))

  /**
   * Notes that a key was used, or a role by one of its sessions, once the holder is believed; nobody asks for uses of root users
   * and of users' sessions.
   */
  noteUse(accessKeyId: string, { principal, traits }: Caller, service: string, region: string): void {
    const { keyUses } = this.#setting
    if (principal.kind === 'assumed-role') keyUses.note(principal.roleId, service, region)
    else if (principal.kind === 'user' && !traits.session) keyUses.note(accessKeyId, service, region)
  }

  #ofStore(accessKeyId: string): Soon<SigningIdentity | undefined> {
    if (accessKeyId.length > MOST_KEY_CHARACTERS) return undefined
    const found = accessKeyRows.read(this.#setting.metadata, accessKeyId)
    return soon(found, (row) => (row?.status === 'Active' ? this.#ofRow(accessKeyId, row) : undefined))
  }

  #ofRow(accessKeyId: string, row: IamAccessKeyRow): Soon<SigningIdentity | undefined> {
    return soon(this.#users.find(row), (caller) => {
      if (!caller) return undefined
      return soon(this.#secretOf(accessKeyId, row), (secretAccessKey) => ({ secretAccessKey, caller }))
    })
  }

  #secretOf(accessKeyId: string, row: IamAccessKeyRow): Soon<string> {
    return this.#secrets.get(row) ?? this.#openSecret(accessKeyId, row)
  }

  async #openSecret(accessKeyId: string, row: IamAccessKeyRow): Promise<string> {
    const secret = await openedSecret(this.#setting.storeKeys, accessKeyId, row)
    this.#secrets.set(row, secret)
    return secret
  }
}

/** Source: IAM API Reference, AccessKeyId: 128 characters. A longer one is not even looked up. */
const MOST_KEY_CHARACTERS = 128
