import type { Caller, CallersPolicies } from '../access/caller.ts'
import { type Soon, soon } from '../base/soon.ts'
import { RowCache } from '../metadata/row-cache.ts'
import { type IamAccessKeyRow, iamGroups, iamUsers, type IamUserRow } from '../metadata/tables/iam-tables.ts'
import type { Transaction } from '../metadata/transaction.ts'
import { boundaryPolicy, identityPolicies } from './identity-policies.ts'
import { type CallersSetting, type StoredCaller, StoredCallers } from './stored-callers.ts'

const userRows = new RowCache(iamUsers)
const groupRows = new RowCache(iamGroups)

/** What users are to decisions. They rest on their own rows, on those of their groups and on the policies of either. */
export class UserCallers {
  readonly #callers: StoredCallers

  constructor(setting: CallersSetting) {
    this.#callers = new StoredCallers(setting)
  }

  /** The user that a key is of; `undefined` where it or its account is gone. */
  find({ userId, accountId }: Pick<IamAccessKeyRow, 'userId' | 'accountId'>): Soon<Caller | undefined> {
    const found = this.#callers.find(`${accountId} ${userId}`, (rows) =>
      storedUser(rows, { userId, accountId }),
    )
    return soon(found, (known) => known?.caller)
  }
}

/** `undefined` where there is no such user in the account. */
export async function storedUser(
  rows: Transaction,
  { userId, accountId }: Pick<IamAccessKeyRow, 'userId' | 'accountId'>,
): Promise<StoredCaller | undefined> {
  const row = await rows.getThrough(userRows, userId)
  return row?.accountId === accountId ? storedOf(rows, userId, row) : undefined
}

async function storedOf(rows: Transaction, id: string, row: IamUserRow): Promise<StoredCaller> {
  const name = `${row.path.slice(1)}${row.name}`
  return {
    accountId: row.accountId,
    principalOf: (account) => ({ kind: 'user', account, id, name }),
    policies: await policiesOf(rows, row),
    traits: { tags: row.tags },
  }
}

/** Groups that are gone meanwhile give nothing. */
async function policiesOf(rows: Transaction, row: IamUserRow): Promise<CallersPolicies> {
  const of = { kind: 'user', name: row.name } as const
  const identity = [...(await identityPolicies(rows, row, of))]
  for (const id of row.groupIds ?? []) {
    const group = await rows.getThrough(groupRows, id)
    if (group) identity.push(...(await identityPolicies(rows, group, { kind: 'group', name: group.name })))
  }
  return { identity, ...(await boundaryPolicy(rows, row, of)) }
}
