import { rootCaller } from '../../access/caller.ts'
import { assert } from '../../base/assert.ts'
import { iamOperations } from '../../iam/iam-operations.ts'
import { iamPolicies } from '../../metadata/tables/iam-tables.ts'
import { readRow } from '../../metadata/transaction.ts'
import type { IamInputs, IamOperationName } from '../../model/iam-types.gen.ts'
import { QueryError } from '../../model/query-error.ts'
import { bringKey } from './bring-key.ts'
import type { MinioServiceAccount } from './iam-archive.ts'
import type { IamImport } from './iam-import.ts'
import { takenPolicy } from './minio-policy.ts'

/** What was brought; what is there already counts too. */
export interface IamBrought {
  readonly policies: number
  readonly users: number
  readonly groups: number
  readonly serviceAccounts: number
}

/**
 * Brings users, groups, policies and service accounts with their keys, by the operations of IAM. A user is called as its access key,
 * as in MinIO. Done again it brings what is new, and changes nothing that is as it should be.
 */
export async function bringIam(job: IamImport): Promise<IamBrought> {
  const { iam } = job
  const policies = new Map<string, string>()
  for (const [name, text] of iam.policies) {
    const arn = await bringPolicy(job, name, text)
    if (arn !== undefined) policies.set(name, arn)
  }
  for (const [name, { secretKey, isEnabled }] of iam.users) {
    await run(job, `user ${name}`, 'CreateUser', { UserName: name })
    await bringKey(job, {
      userName: name,
      accessKeyId: name,
      secretAccessKey: secretKey,
      isActive: isEnabled,
    })
    await attachToUser(job, name, namesFor(iam.userPolicies, name), policies)
  }
  for (const name of iam.groups.keys()) await bringGroup(job, name, policies)
  let serviceAccounts = 0
  for (const [name, account] of iam.serviceAccounts) {
    if (await bringServiceAccount(job, name, account, policies)) serviceAccounts++
  }
  for (const name of iam.external)
    job.tell(`user ${name}`, 'NOT BROUGHT: it signs in by a directory or an identity provider')
  return { policies: policies.size, users: iam.users.size, groups: iam.groups.size, serviceAccounts }
}

function namesFor(names: ReadonlyMap<string, readonly string[]>, of: string): readonly string[] {
  return names.get(of) ?? []
}

/** The ARN; `undefined` where there is no such policy. */
async function bringPolicy(job: IamImport, name: string, text: string): Promise<string | undefined> {
  const { document, leftOut } = takenPolicy(text)
  const what = `policy ${name}`
  if (leftOut.length > 0) job.tell(what, `this is of MinIO alone, and left out: ${leftOut.join(', ')}`)
  if (document === undefined) return undefined
  const arn = `arn:aws:iam::${job.account.id}:policy/${name}`
  if (!(await run(job, what, 'CreatePolicy', { PolicyName: name, PolicyDocument: document })))
    return undefined
  const there = await readRow(job.service.metadata, iamPolicies, job.account.id, name.toLowerCase())
  if (there?.document !== document) job.tell(what, 'another policy of that name is here, which stays')
  return arn
}

async function attachToUser(
  job: IamImport,
  UserName: string,
  names: readonly string[],
  policies: ReadonlyMap<string, string>,
): Promise<void> {
  for (const name of names) {
    const PolicyArn = policies.get(name)
    if (PolicyArn === undefined) job.tell(`user ${UserName}`, `its policy ${name} is not here`)
    else await run(job, `user ${UserName}`, 'AttachUserPolicy', { UserName, PolicyArn })
  }
}

async function bringGroup(
  job: IamImport,
  GroupName: string,
  policies: ReadonlyMap<string, string>,
): Promise<void> {
  const { members, isEnabled } = job.iam.groups.get(GroupName) ?? { members: [], isEnabled: false }
  const what = `group ${GroupName}`
  await run(job, what, 'CreateGroup', { GroupName })
  for (const UserName of members) await run(job, what, 'AddUserToGroup', { GroupName, UserName })
  if (!isEnabled) return job.tell(what, 'it is disabled in MinIO: here it has no policies')
  for (const name of namesFor(job.iam.groupPolicies, GroupName)) {
    const PolicyArn = policies.get(name)
    if (PolicyArn === undefined) job.tell(what, `its policy ${name} is not here`)
    else await run(job, what, 'AttachGroupPolicy', { GroupName, PolicyArn })
  }
}

const ALL_OF_S3 = 'arn:aws:iam::aws:policy/AmazonS3FullAccess'

/**
 * One that may do all that its parent may is one more key of the parent. Of what may do less a user is made with the parent's
 * groups and policies, and what narrows it as its permissions boundary.
 */
async function bringServiceAccount(
  job: IamImport,
  name: string,
  account: MinioServiceAccount,
  policies: ReadonlyMap<string, string>,
): Promise<boolean> {
  const { parent, secretKey, isEnabled, sessionPolicy, expires } = account
  const { iam, root, service } = job
  const what = `service account ${name}`
  const isOfRoot = parent === root
  if (!isOfRoot && !iam.users.has(parent)) {
    job.tell(
      what,
      `NOT BROUGHT: its parent ${parent} is no user; if that is MinIO's root user, give --root ${parent}`,
    )
    return false
  }
  if (expires && expires <= service.clock.now()) {
    job.tell(what, 'NOT BROUGHT: it has expired')
    return false
  }
  if (expires) job.tell(what, `it expires at ${expires.toISOString()} in MinIO: here it does not`)
  const key = { accessKeyId: name, secretAccessKey: secretKey, isActive: isEnabled }
  if (sessionPolicy === undefined && !isOfRoot) return bringKey(job, { ...key, userName: parent })
  const boundary =
    sessionPolicy === undefined ? undefined : await bringPolicy(job, `session-of-${name}`, sessionPolicy)
  if (sessionPolicy !== undefined && boundary === undefined) {
    job.tell(what, 'NOT BROUGHT: what narrows it cannot be said here')
    return false
  }
  const bound = boundary === undefined ? {} : { PermissionsBoundary: boundary }
  if (!(await run(job, what, 'CreateUser', { UserName: name, ...bound }))) return false
  if (isOfRoot) await run(job, what, 'AttachUserPolicy', { UserName: name, PolicyArn: ALL_OF_S3 })
  else await likeParent(job, name, parent, policies)
  return bringKey(job, { ...key, userName: name })
}

async function likeParent(
  job: IamImport,
  UserName: string,
  parent: string,
  policies: ReadonlyMap<string, string>,
): Promise<void> {
  await attachToUser(job, UserName, namesFor(job.iam.userPolicies, parent), policies)
  for (const [GroupName, { members }] of job.iam.groups) {
    if (members.includes(parent))
      await run(job, `user ${UserName}`, 'AddUserToGroup', { GroupName, UserName })
  }
}

/** Does an operation of IAM in the name of the account; what is there already is as good. False, and told, where IAM refuses. */
async function run<Name extends IamOperationName>(
  { service, account, tell }: IamImport,
  what: string,
  name: Name,
  input: Partial<IamInputs[Name]>,
): Promise<boolean> {
  const operation = iamOperations.get(name)
  assert(operation, `${name} is an operation that is supported`)
  try {
    await operation.run(input, { service, caller: { ...rootCaller(account), account, conditions: {} } })
    return true
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    if (error.code === 'EntityAlreadyExists') return true
    tell(what, `${name} was refused (${error.code}: ${error.message})`)
    return false
  }
}
