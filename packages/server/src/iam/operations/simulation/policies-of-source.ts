import { type CallersPolicies, NO_POLICIES } from '../../../access/caller.ts'
import { arnsOf } from '../../../access/principal.ts'
import { callerNamed } from '../../../identities/caller-named.ts'
import { identityPolicies } from '../../../identities/identity-policies.ts'
import { transact } from '../../../metadata/transaction.ts'
import { groups } from '../../shared/groups.ts'
import type { IamContext } from '../../shared/iam-service.ts'
import { findEntity, noSuchEntity } from '../../shared/named-entity.ts'
import { invalidInput } from '../../shared/invalid-input.ts'

const KINDS = { user: 'User', group: 'Group', role: 'Role' } as const

/**
 * What the user with its groups, the group or the role of an ARN may. Throws NoSuchEntity where the caller's account has no such
 * one, InvalidInput for an ARN of something else.
 */
export async function policiesOfSource(
  arn: string,
  { service, caller: { account } }: IamContext,
): Promise<CallersPolicies> {
  const [, accountId, kind, name = ''] =
    /^arn:aws:iam::(\d{12}):(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
  if (kind !== 'user' && kind !== 'group' && kind !== 'role') {
    throw invalidInput(`It is no ARN of a user, group or role: ${arn}`)
  }
  if (accountId !== account.id) throw noSuchEntity(KINDS[kind], name)
  if (kind !== 'group') {
    const found = await callerNamed(service, { name: arn }, undefined)
    if (!found || !arnsOf(found.principal).includes(arn)) throw noSuchEntity(KINDS[kind], name)
    return found.policies
  }
  const group = await findEntity(service.metadata, groups, account.id, name)
  if (group?.arn !== arn) throw noSuchEntity('Group', name)
  const { row } = group
  const identity = await transact(service.metadata, (rows) =>
    identityPolicies(rows, row, { kind: 'group', name }),
  )
  return { ...NO_POLICIES, identity }
}
