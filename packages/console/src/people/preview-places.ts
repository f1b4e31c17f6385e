import { type Asked, bucketHolder, namedResources } from '../access/preview-questions.ts'
import { bucketNames } from '../api/buckets.ts'
import { iam, iamList } from '../api/iam.ts'
import { signedIn } from '../api/session.ts'
import { xmlChild, xmlChildren, xmlText } from '../api/xml.ts'

/** What policies are about, of the account's own buckets: of others nothing is told. */
export async function ownResources(policies: readonly string[]): Promise<readonly Asked[]> {
  const buckets = await bucketNames()
  return namedResources(
    policies,
    buckets.map((name) => bucketHolder(name, signedIn())),
  )
}

/** The users of a group, as they are asked about. */
export async function membersOf(group: string): Promise<readonly string[]> {
  const users = await iamList('GetGroup', 'Users', { GroupName: group })
  return users.map((user) => `user/${xmlText(user, 'UserName')}`)
}

const MOST_GROUPS = 8

/** Whoever has a policy: users and roles, and the users of its groups. */
export async function holdersOf(arn: string): Promise<readonly string[]> {
  const found = await iam('ListEntitiesForPolicy', { PolicyArn: arn })
  const names = (list: string, member: string): string[] => {
    const entities = xmlChild(found, list)
    return entities ? xmlChildren(entities, 'member').map((entity) => xmlText(entity, member) ?? '') : []
  }
  const groups = names('PolicyGroups', 'GroupName').slice(0, MOST_GROUPS)
  return [
    ...names('PolicyUsers', 'UserName').map((name) => `user/${name}`),
    ...names('PolicyRoles', 'RoleName').map((name) => `role/${name}`),
    ...(await Promise.all(groups.map(membersOf))).flat(),
  ]
}
