import { assert } from '../../base/assert.ts'
import { type Acl, type AclGroup, type AclPermission, type Grant, type Grantee, privateAcl } from './acl.ts'

/**
 * An ACL as rows hold it, without its owner, whom the row names already. Each string is a grant: a letter for the
 * permission, then the grantee: `.` the owner, `*` AllUsers, `+` AuthenticatedUsers, `!` LogDelivery, or a canonical id.
 */
export type AclRow = readonly string[]

const LETTERS: Readonly<Record<AclPermission, string>> = {
  FULL_CONTROL: 'F',
  READ: 'R',
  WRITE: 'W',
  READ_ACP: 'r',
  WRITE_ACP: 'w',
}
const PERMISSIONS = new Map(
  Object.entries(LETTERS).map(([permission, letter]) => [letter, permission as AclPermission]),
)
const SIGNS: Readonly<Record<AclGroup, string>> = { AllUsers: '*', AuthenticatedUsers: '+', LogDelivery: '!' }
const GROUPS = new Map(Object.entries(SIGNS).map(([group, sign]) => [sign, group as AclGroup]))
const OWNER = '.'
const PRIVATE = `${LETTERS.FULL_CONTROL}${OWNER}`

/** `undefined` for the ACL that everything has by default, so that it costs nothing. */
export function aclToRow(acl: Acl): AclRow | undefined {
  const row = acl.grants.map(
    ({ grantee, permission }) => LETTERS[permission] + signOf(grantee, acl.ownerCanonicalId),
  )
  return row.length === 1 && row[0] === PRIVATE ? undefined : row
}

export function aclFromRow(row: AclRow | undefined, ownerCanonicalId: string): Acl {
  if (!row) return privateAcl(ownerCanonicalId)
  return { ownerCanonicalId, grants: row.map((text) => grantOf(text, ownerCanonicalId)) }
}

function signOf(grantee: Grantee, ownerCanonicalId: string): string {
  if (grantee.kind === 'group') return SIGNS[grantee.group]
  return grantee.id === ownerCanonicalId ? OWNER : grantee.id
}

function grantOf(text: string, ownerCanonicalId: string): Grant {
  const permission = PERMISSIONS.get(text.charAt(0))
  const sign = text.slice(1)
  assert(permission && sign, 'a stored grant is a permission and a grantee')
  const group = GROUPS.get(sign)
  if (group) return { grantee: { kind: 'group', group }, permission }
  return { grantee: { kind: 'canonical-user', id: sign === OWNER ? ownerCanonicalId : sign }, permission }
}
