import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { type IamNamedRow, iamRoles, iamUsers } from '../../../metadata/tables/iam-tables.ts'
import type { EntityInfo } from '../../../model/iam-types.gen.ts'
import { roleArn } from '../../shared/roles.ts'
import { rowsOf } from '../../shared/rows-of.ts'
import { userArn } from '../../shared/users.ts'

/** Users and roles by their ids; without those that are gone. */
export async function entitiesNow(
  metadata: OrderedStore,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EntityInfo>> {
  const roleIds = ids.filter((id) => id.startsWith('AROA'))
  const userIds = ids.filter((id) => !id.startsWith('AROA'))
  const users = await rowsOf(metadata, iamUsers, userIds)
  const roles = await rowsOf(metadata, iamRoles, roleIds)
  return new Map([
    ...users.map((found) => infoOf('USER', userArn, found)),
    ...roles.map((found) => infoOf('ROLE', roleArn, found)),
  ])
}

function infoOf(
  Type: 'USER' | 'ROLE',
  arnOf: (accountId: string, path: string, name: string) => string,
  { id, row: { accountId, path, name } }: { readonly id: string; readonly row: IamNamedRow },
): [string, EntityInfo] {
  return [id, { Arn: arnOf(accountId, path, name), Name: name, Type, Id: id, Path: path }]
}
