import { isObject } from '../../base/is-object.ts'
import type { AccessControlPolicy } from '../../model/types.gen.ts'
import { invalidRequest } from '../administration-error.ts'

type Kind = 'text' | 'optional text' | 'acl'

/**
 * What can be previewed: what changes who may do what, with all that it may be told. Members and their names are those of the AWS CLI's
 * `--cli-input-json`.
 */
const CHANGES = {
  PutBucketPolicy: { Bucket: 'text', Policy: 'text' },
  DeleteBucketPolicy: { Bucket: 'text' },
  PutBucketAcl: { Bucket: 'text', AccessControlPolicy: 'acl' },
  PutObjectAcl: { Bucket: 'text', Key: 'text', VersionId: 'optional text', AccessControlPolicy: 'acl' },
  PutAccessPointPolicy: { Name: 'text', Policy: 'text' },
  DeleteAccessPointPolicy: { Name: 'text' },
  PutUserPolicy: { UserName: 'text', PolicyName: 'text', PolicyDocument: 'text' },
  DeleteUserPolicy: { UserName: 'text', PolicyName: 'text' },
  PutGroupPolicy: { GroupName: 'text', PolicyName: 'text', PolicyDocument: 'text' },
  DeleteGroupPolicy: { GroupName: 'text', PolicyName: 'text' },
  PutRolePolicy: { RoleName: 'text', PolicyName: 'text', PolicyDocument: 'text' },
  DeleteRolePolicy: { RoleName: 'text', PolicyName: 'text' },
  CreatePolicyVersion: { PolicyArn: 'text', PolicyDocument: 'text' },
  DeletePolicyVersion: { PolicyArn: 'text', VersionId: 'text' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Kind>>>>

type Input<Members extends Readonly<Record<string, Kind>>> = {
  readonly [Name in keyof Members]: Members[Name] extends 'acl' ? AccessControlPolicy : string
}

/** One of those that may be proposed, with what it is told. */
export type ProposedChange = {
  readonly [Name in keyof typeof CHANGES]: {
    readonly operation: Name
    readonly input: Input<(typeof CHANGES)[Name]>
  }
}[keyof typeof CHANGES]

/** Throws InvalidRequest for what is none. */
export function proposedChange(value: unknown): ProposedChange {
  if (!isObject(value)) throw invalidRequest('A change is an object with operation and input')
  const { operation, input } = value
  if (typeof operation !== 'string' || !Object.hasOwn(CHANGES, operation))
    throw invalidRequest(`Changes that can be previewed are ${Object.keys(CHANGES).join(', ')}`)
  if (!isObject(input)) throw invalidRequest('The input of a change is an object')
  const members: Readonly<Record<string, Kind>> = CHANGES[operation as keyof typeof CHANGES]
  const strange = Object.keys(input).find((name) => !Object.hasOwn(members, name))
  if (strange !== undefined) throw invalidRequest(`${operation} is told ${Object.keys(members).join(', ')}`)
  for (const [name, kind] of Object.entries(members)) assertMember(name, kind, input[name])
  return { operation, input } as unknown as ProposedChange
}

/** No document of a policy or a name has more. */
const MOST_CHARACTERS = 20 * 1024

function assertMember(name: string, kind: Kind, value: unknown): void {
  if (kind === 'acl') return assertAcl(value)
  if (value === undefined && kind === 'optional text') return
  if (typeof value !== 'string' || value === '' || value.length > MOST_CHARACTERS)
    throw invalidRequest(`${name} has to be a text of up to ${MOST_CHARACTERS} characters`)
}

/** What an ACL means is for the operation to say; only what it is made of is looked at here. */
function assertAcl(value: unknown): void {
  const { Owner, Grants } = isObject(value) ? value : {}
  const isAcl = isTexts(Owner, ['ID']) && Array.isArray(Grants) && Grants.every(isGrant)
  if (!isAcl) {
    throw invalidRequest(
      'AccessControlPolicy has an Owner with ID, and Grants with Permission and a Grantee with Type and ID or URI',
    )
  }
}

function isGrant(value: unknown): boolean {
  if (!isObject(value) || typeof value['Permission'] !== 'string') return false
  if (Object.keys(value).some((name) => name !== 'Permission' && name !== 'Grantee')) return false
  return isTexts(value['Grantee'], ['Type', 'ID', 'URI', 'DisplayName', 'EmailAddress'])
}

function isTexts(value: unknown, names: readonly string[]): boolean {
  if (!isObject(value)) return false
  return Object.entries(value).every(([name, text]) => names.includes(name) && typeof text === 'string')
}
