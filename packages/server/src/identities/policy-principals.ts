import { namedPrincipals, withNames } from '../access/policy/named-principals.ts'
import { PolicyError } from '../access/policy/policy-error.ts'
import type { Policy } from '../access/policy/policy.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import {
  type IamEntityRow,
  iamRoleNames,
  iamRoles,
  iamUserNames,
  iamUsers,
} from '../metadata/tables/iam-tables.ts'
import { readRow } from '../metadata/transaction.ts'

/**
 * The text of a policy as it is kept: users and roles are named by their unique ids, so that whoever gets the name of one that was
 * deleted is not meant. Throws a PolicyError where somebody is named whom there is not. Source: IAM User Guide, "AWS JSON
 * policy elements: Principal".
 */
export async function keptPolicyText(metadata: OrderedStore, policy: Policy, text: string): Promise<string> {
  const { arns, uniqueIds } = namedPrincipals(policy)
  const ids = new Map<string, string>()
  for (const arn of arns) ids.set(arn, (await idOf(metadata, arn)) ?? refuse(arn))
  for (const id of uniqueIds) if ((await arnOf(metadata, id)) === undefined) refuse(id)
  return withNames(text, ids)
}

/** The text as answers show it: by ARN as users and roles are called now; of one that is gone the id is left. */
export async function shownPolicyText(metadata: OrderedStore, text: string): Promise<string> {
  const arns = new Map<string, string>()
  for (const [id] of text.matchAll(/A(?:IDA|ROA)[A-Z\d]{12,124}/g)) {
    const arn = await arnOf(metadata, id)
    if (arn !== undefined) arns.set(id, arn)
  }
  return withNames(text, arns)
}

const ENTITY_ARN = /^arn:aws:iam::(\d{12}):(user|role)(\/(?:.*\/)?)([^/]+)$/

/** The unique id of the user or role that has the ARN: its name and path as they are spelt. */
export async function idOf(metadata: OrderedStore, arn: string): Promise<string | undefined> {
  const [, accountId, kind, path, name] = ENTITY_ARN.exec(arn) ?? []
  if (accountId === undefined || name === undefined) return undefined
  const names = kind === 'role' ? iamRoleNames : iamUserNames
  const named = await readRow(metadata, names, accountId, name.toLowerCase())
  const row = named && (await entityOf(metadata, named.id)).row
  return row?.name === name && row.path === path ? named?.id : undefined
}

/** As the user or role with the unique id is called now; `undefined` of one that is gone. */
export async function arnOf(metadata: OrderedStore, id: string): Promise<string | undefined> {
  const { kind, row } = await entityOf(metadata, id)
  return row && `arn:aws:iam::${row.accountId}:${kind}${row.path}${row.name}`
}

async function entityOf(
  metadata: OrderedStore,
  id: string,
): Promise<{ readonly kind: string; readonly row: IamEntityRow | undefined }> {
  return id.startsWith('AROA')
    ? { kind: 'role', row: await readRow(metadata, iamRoles, id) }
    : { kind: 'user', row: await readRow(metadata, iamUsers, id) }
}

function refuse(name: string): never {
  throw new PolicyError('Invalid principal in policy', { principal: `"AWS":"${name}"` })
}
