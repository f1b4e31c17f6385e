import { send, sendXml } from './send.ts'
import { parseXml, S3_NAMESPACE, xmlChild, xmlChildren, xmlEscape, xmlText } from './xml.ts'

export const PERMISSIONS = ['READ', 'WRITE', 'READ_ACP', 'WRITE_ACP', 'FULL_CONTROL'] as const

export type Permission = (typeof PERMISSIONS)[number]

export interface Grant {
  /** The URI of a group, or a canonical user id. */
  readonly grantee: string
  readonly permission: Permission
}

export interface Acl {
  readonly owner: string
  readonly grants: readonly Grant[]
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#specifying-grantee-predefined-groups */
const GROUPS = 'http://acs.amazonaws.com/groups/'
export const EVERYONE = `${GROUPS}global/AllUsers`
export const SIGNED_IN = `${GROUPS}global/AuthenticatedUsers`
export const LOG_DELIVERY = `${GROUPS}s3/LogDelivery`

export interface AclPlace {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}

export async function getAcl(place: AclPlace): Promise<Acl> {
  const root = parseXml(await (await send({ method: 'GET', ...place })).text())
  const owner = xmlChild(root, 'Owner')
  const list = xmlChild(root, 'AccessControlList')
  return {
    owner: (owner && xmlText(owner, 'ID')) ?? '',
    grants: list ? xmlChildren(list, 'Grant').map(grantOf) : [],
  }
}

function grantOf(grant: Element): Grant {
  const grantee = xmlChild(grant, 'Grantee')
  const who = grantee && (xmlText(grantee, 'URI') ?? xmlText(grantee, 'ID'))
  const permission = xmlText(grant, 'Permission')
  return { grantee: who ?? '', permission: PERMISSIONS.find((known) => known === permission) ?? 'READ' }
}

/** In place of the one there was. */
export async function putAcl(place: AclPlace, acl: Acl): Promise<void> {
  await sendXml({ method: 'PUT', ...place, body: aclXml(acl) })
}

function aclXml({ owner, grants }: Acl): string {
  const list = grants.map(
    ({ grantee, permission }) =>
      `<Grant>${granteeXml(grantee)}<Permission>${permission}</Permission></Grant>`,
  )
  return `<AccessControlPolicy xmlns="${S3_NAMESPACE}"><Owner><ID>${xmlEscape(owner)}</ID></Owner><AccessControlList>${list.join('')}</AccessControlList></AccessControlPolicy>`
}

function granteeXml(grantee: string): string {
  const isGroup = grantee.startsWith(GROUPS)
  const type = isGroup ? 'Group' : 'CanonicalUser'
  const element = isGroup ? 'URI' : 'ID'
  return `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}"><${element}>${xmlEscape(grantee)}</${element}></Grantee>`
}
