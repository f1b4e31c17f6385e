import type { Acl, Grant } from '../access/acl/acl.ts'
import { type AclRow, aclToRow } from '../access/acl/acl-row.ts'
import { ACL_PERMISSIONS, groupOfUri } from '../access/acl/acl.ts'
import type { XmlElement } from '../protocol/xml-reader.ts'
import { childOf, childrenOf, textOf } from './xml-elements.ts'

/** An ACL of the source in the names of the target, and whom of it nobody here is. */
export interface BroughtAcl {
  readonly acl: Acl
  readonly unknown: readonly string[]
}

/**
 * An `AccessControlPolicy` of the source for an owner of the target: what its owner had there the owner has here, groups are
 * the same everywhere, other accounts are those that the operator named, or that have the same canonical id.
 */
export function broughtAcl(
  document: XmlElement,
  ownerCanonicalId: string,
  canonicalIdOf: (sourceId: string) => string | undefined,
): BroughtAcl {
  const owner = childOf(document, 'Owner')
  const sourceOwner = owner && textOf(owner, 'ID')
  const grants: Grant[] = []
  const unknown: string[] = []
  const list = childOf(document, 'AccessControlList')
  for (const element of list ? childrenOf(list, 'Grant') : []) {
    const grant = grantOf(element, (id) => (id === sourceOwner ? ownerCanonicalId : canonicalIdOf(id)))
    if (grant) grants.push(grant)
    else unknown.push(granteeText(element))
  }
  return { acl: { ownerCanonicalId, grants }, unknown }
}

export function broughtAclRow({ acl }: BroughtAcl): AclRow | undefined {
  return aclToRow(acl)
}

function grantOf(element: XmlElement, idOf: (sourceId: string) => string | undefined): Grant | undefined {
  const grantee = childOf(element, 'Grantee')
  const permission = ACL_PERMISSIONS.find((each) => each === textOf(element, 'Permission'))
  if (!grantee || !permission) return undefined
  const group = groupOfUri(textOf(grantee, 'URI') ?? '')
  if (group) return { grantee: { kind: 'group', group }, permission }
  const id = idOf(textOf(grantee, 'ID') ?? '')
  return id === undefined ? undefined : { grantee: { kind: 'canonical-user', id }, permission }
}

function granteeText(element: XmlElement): string {
  const grantee = childOf(element, 'Grantee')
  const name = grantee && (textOf(grantee, 'ID') ?? textOf(grantee, 'URI') ?? textOf(grantee, 'EmailAddress'))
  return `${textOf(element, 'Permission') ?? '?'} of ${name ?? 'nobody'}`
}
