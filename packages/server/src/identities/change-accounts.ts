import type { AccessKey, Account } from '../access/accounts.ts'
import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import {
  type AccountKeyRow,
  type AccountRow,
  accounts,
  accountsChange,
} from '../metadata/tables/account-tables.ts'
import { iamAccessKeys, iamKeyUses } from '../metadata/tables/iam-tables.ts'
import { transact, type Transaction } from '../metadata/transaction.ts'
import { readableRows } from '../metadata/unreadable-rows.ts'
import { newId } from './new-id.ts'
import { newSecretAccessKey, sealedSecret } from './sealed-secret.ts'
import { boundToRoot } from './store-accounts.ts'

export interface AccountChanges {
  readonly metadata: OrderedStore
  readonly storeKeys: StoreKeys
  readonly clock: Clock
  readonly random: Random
  /** Nobody else gets what is theirs, and they are not changed here. */
  readonly ofConfig: readonly Account[]
}

export interface StoredAccount {
  readonly id: string
  readonly row: AccountRow
}

/** Of the store, by their ids. */
export async function accountsOfStore(metadata: OrderedStore): Promise<readonly StoredAccount[]> {
  const found: StoredAccount[] = []
  for await (const { parts, row } of readableRows(metadata, accounts)) found.push({ id: parts[0], row })
  return found
}

export function newAccessKey(random: Random): AccessKey {
  return { accessKeyId: newId('accessKey', random), secretAccessKey: newSecretAccessKey(random) }
}

/** An id that looks like AWS's. Whether somebody has it is seen when it is added. */
export function newAccountId(random: Random): string {
  const number = random.bytes(6).readUIntBE(0, 6) % 900_000_000_000
  return String(100_000_000_000 + number)
}

/** Throws an `Error` for people where somebody has its id, name, address or key. Servers know it at their next request. */
export async function addAccount(
  changes: AccountChanges,
  { id, name, displayName, email, canonicalId }: Account,
  key: AccessKey,
): Promise<void> {
  const accessKeys = [await sealedKey(changes, id, key)]
  const createdMilliseconds = changes.clock.now().getTime()
  await changing(changes, async (transaction) => {
    await assertFree(changes, transaction, { id, name, email, canonicalId })
    await assertKeyFree(changes, transaction, key.accessKeyId)
    const row = { name, displayName, email, canonicalId, createdMilliseconds, accessKeys }
    transaction.put(accounts, [id], row)
  })
}

/** Refuses the keys of an account, its users and its sessions, or takes them again, from the next request on. */
export function setAccountDisabled(
  changes: AccountChanges,
  named: string,
  isDisabled: boolean,
): Promise<StoredAccount> {
  return changeAccount(changes, named, (row) => ({ ...row, isDisabled: isDisabled ? true : undefined }))
}

/** Gives the root user another key. `keepsOld`: the newest of those before goes on working. */
export async function replaceRootKey(
  changes: AccountChanges,
  named: string,
  key: AccessKey,
  { keepsOld }: { readonly keepsOld: boolean },
): Promise<StoredAccount> {
  const { id } = await namedAccount(changes, named)
  const sealed = await sealedKey(changes, id, key)
  return changeAccount(changes, id, async (row, transaction) => {
    await assertKeyFree(changes, transaction, key.accessKeyId)
    const kept = keepsOld ? 1 : 0
    for (const { accessKeyId } of row.accessKeys.slice(kept)) transaction.remove(iamKeyUses, accessKeyId)
    return { ...row, accessKeys: [sealed, ...row.accessKeys.slice(0, kept)] }
  })
}

async function sealedKey(
  { storeKeys, clock, random }: AccountChanges,
  accountId: string,
  { accessKeyId, secretAccessKey }: AccessKey,
): Promise<AccountKeyRow> {
  const createdMilliseconds = clock.now().getTime()
  const boundTo = boundToRoot(accountId, accessKeyId)
  return {
    accessKeyId,
    createdMilliseconds,
    ...(await sealedSecret(storeKeys, boundTo, secretAccessKey, random)),
  }
}

function changeAccount(
  changes: AccountChanges,
  named: string,
  change: (row: AccountRow, transaction: Transaction) => AccountRow | Promise<AccountRow>,
): Promise<StoredAccount> {
  return changing(changes, async (transaction) => {
    const { id, row } = await namedAccount(changes, named)
    const changed = await change(row, transaction)
    transaction.put(accounts, [id], changed)
    return { id, row: changed }
  })
}

/** One change after the other, so that what was looked at is still so when it is written. */
function changing<T>(
  { metadata, clock }: AccountChanges,
  body: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return transact(metadata, async (transaction) => {
    await transaction.get(accountsChange)
    const result = await body(transaction)
    transaction.put(accountsChange, [], { atMilliseconds: clock.now().getTime() })
    return result
  })
}

async function namedAccount({ metadata, ofConfig }: AccountChanges, named: string): Promise<StoredAccount> {
  const isNamed = ({ id, name }: { readonly id: string; readonly name: string }): boolean =>
    id === named || name.toLowerCase() === named.toLowerCase()
  if (ofConfig.some(isNamed)) {
    throw new Error(`The account ${named} stands in the config, which is where it is changed.`)
  }
  const found = await accountsOfStore(metadata)
  const account =
    found.find(({ id }) => id === named) ?? found.find(({ id, row }) => isNamed({ id, name: row.name }))
  if (account) return account
  throw new Error(`There is no account ${named}.`)
}

type Names = Pick<Account, 'id' | 'name' | 'canonicalId'> & { readonly email?: string | undefined }

async function assertFree(
  { metadata, ofConfig }: AccountChanges,
  transaction: Transaction,
  { id, name, email, canonicalId }: Names,
): Promise<void> {
  // Also one whose row cannot be read.
  const isTaken = (await transaction.get(accounts, id)) !== undefined
  const ofStore = (await accountsOfStore(metadata)).map((found): Names => ({ id: found.id, ...found.row }))
  const others = [...ofConfig, ...ofStore]
  const lower = (text: string | undefined): string | undefined => text?.toLowerCase()
  if (isTaken || others.some((other) => other.id === id)) throw taken('id', id)
  if (others.some((other) => lower(other.name) === lower(name))) throw taken('name', name)
  if (others.some((other) => other.canonicalId === canonicalId)) throw taken('canonical id', canonicalId)
  if (email !== undefined && others.some((other) => lower(other.email) === lower(email))) {
    throw taken('e-mail address', email)
  }
}

async function assertKeyFree(
  { metadata, ofConfig }: AccountChanges,
  transaction: Transaction,
  accessKeyId: string,
): Promise<void> {
  const roots = [...ofConfig, ...(await accountsOfStore(metadata)).map(({ row }) => row)]
  const isRoots = roots.some(({ accessKeys }) => accessKeys.some((key) => key.accessKeyId === accessKeyId))
  if (isRoots || (await transaction.get(iamAccessKeys, accessKeyId)))
    throw taken('access key id', accessKeyId)
}

function taken(what: string, value: string): Error {
  return new Error(`There is an account with the ${what} ${value} already.`)
}
