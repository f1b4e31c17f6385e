import { anonymousCaller, type Caller, rootCaller } from '../../../access/caller.ts'
import { idOf } from '../../../identities/policy-principals.ts'
import { UserCallers } from '../../../identities/user-callers.ts'
import { iamUsers } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import type { AccessService } from '../service/service.ts'

/**
 * Who is called by a name: `anonymous`; an account by its id, ARN, canonical id or an access key of its root user; a user by
 * its ARN or unique id. `undefined` where there is nobody of the name.
 */
export async function callerNamed(service: AccessService, text: string): Promise<Caller | undefined> {
  return knownCaller(service, text) ?? (await userNamed(service, text))
}

function knownCaller({ accounts }: AccessService, text: string): Caller | undefined {
  if (text === 'anonymous') return anonymousCaller
  const id = /^arn:aws:iam::(\d{12}):root$/.exec(text)?.[1] ?? text
  const account =
    accounts.findById(id) ??
    accounts.findByCanonicalId(text.toLowerCase()) ??
    accounts.findByAccessKeyId(text)?.account
  return account && rootCaller(account)
}

async function userNamed(
  { accounts, stores: { metadata } }: AccessService,
  text: string,
): Promise<Caller | undefined> {
  const userId = text.startsWith('AIDA') ? text : await idOf(metadata, text)
  const row = userId === undefined ? undefined : await readRow(metadata, iamUsers, userId)
  if (userId === undefined || !row) return undefined
  return await new UserCallers({ accounts, metadata }).find({ userId, accountId: row.accountId })
}
