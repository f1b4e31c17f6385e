import {
  type Acl,
  type AclPermission,
  type Grant,
  type Grantee,
  groupOfUri,
  MOST_GRANTS,
} from '../../../access/acl/acl.ts'
import {
  appliesTo,
  cannedAcl,
  EC2_CANONICAL_ID,
  isCannedAcl,
  type Owners,
} from '../../../access/acl/canned-acl.ts'
import { ANONYMOUS_CANONICAL_ID } from '../../../access/principal.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { accountOfEmail } from './email-grantee.ts'
import type { S3Service } from '../service/service.ts'

/** The members by which a request gives an ACL in its headers. */
export interface AclInput {
  readonly ACL?: string | undefined
  readonly GrantFullControl?: string | undefined
  readonly GrantRead?: string | undefined
  readonly GrantReadACP?: string | undefined
  readonly GrantWrite?: string | undefined
  readonly GrantWriteACP?: string | undefined
}

const GRANT_MEMBERS = {
  GrantFullControl: 'FULL_CONTROL',
  GrantRead: 'READ',
  GrantReadACP: 'READ_ACP',
  GrantWrite: 'WRITE',
  GrantWriteACP: 'WRITE_ACP',
} as const satisfies Partial<Record<keyof AclInput, AclPermission>>

type GrantMember = keyof typeof GRANT_MEMBERS

/** Whether the request gives explicit grants. Each PUT asks: by name, for a list of names and a look at each was a fiftieth of it. */
export function hasGrants(input: AclInput): boolean {
  const { GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP } = input
  return (GrantFullControl ?? GrantRead ?? GrantReadACP ?? GrantWrite ?? GrantWriteACP) !== undefined
}

function grantMembers(input: AclInput): GrantMember[] {
  return (Object.keys(GRANT_MEMBERS) as GrantMember[]).filter((member) => input[member] !== undefined)
}

/**
 * The ACL that a request asks for in its headers, canned or by grants; `undefined` where it asks for none. Throws
 * InvalidRequest for both at once, InvalidArgument or the e-mail errors for grantees there are not.
 */
export function requestedAcl(
  service: S3Service,
  input: AclInput,
  on: 'bucket' | 'object',
  owners: Owners,
): Acl | undefined {
  if (hasGrants(input)) {
    if (input.ACL !== undefined) {
      const message = 'Specifying both Canned ACLs and Header Grants is not allowed'
      throw new S3Error('InvalidRequest', {}, { message })
    }
    return { ownerCanonicalId: owners.ownerCanonicalId, grants: headerGrants(service, input) }
  }
  if (input.ACL === undefined) return undefined
  return namedAcl(input.ACL, on, owners)
}

function namedAcl(name: string, on: 'bucket' | 'object', owners: Owners): Acl {
  const isKnown = isCannedAcl(name) && (on === 'bucket' || appliesTo(name, on))
  if (!isKnown) throw invalidArgument('x-amz-acl', name, '')
  // What is for objects alone is ignored on a bucket. Source: S3 User Guide, "Canned ACL".
  return cannedAcl(appliesTo(name, on) ? name : 'private', owners)
}

function headerGrants(service: S3Service, input: AclInput): Grant[] {
  const grants = grantMembers(input).flatMap((member) =>
    granteesOf(service, input[member] ?? '').map((grantee) => ({
      grantee,
      permission: GRANT_MEMBERS[member],
    })),
  )
  assertGrantCount(grants)
  return grants
}

/** Throws what S3 answers for an ACL of more than 100 grants. */
export function assertGrantCount(grants: readonly unknown[]): void {
  if (grants.length > MOST_GRANTS) throw new S3Error('MalformedACLError')
}

/** One grantee of a list: `id="…"`, `uri="…"` or `emailAddress="…"`, the quotes being optional. */
const GRANTEE = /^\s*(id|uri|emailAddress)\s*=\s*(?:"([^"]*)"|([^",\s]+))\s*$/i

function granteesOf(service: S3Service, list: string): Grantee[] {
  return list.split(',').map((item) => {
    const [, type, quoted, bare] = GRANTEE.exec(item) ?? []
    const value = quoted ?? bare
    if (type === undefined || value === undefined) {
      throw invalidArgument('x-amz-grant', list, 'Argument format not recognized')
    }
    return namedGrantee(service, type.toLowerCase(), value)
  })
}

function namedGrantee(service: S3Service, type: string, value: string): Grantee {
  if (type === 'uri') return groupGrantee(value)
  return type === 'id' ? canonicalGrantee(service, value) : emailGrantee(service, value)
}

/** A group of S3's. */
export function groupGrantee(uri: string): Grantee {
  const group = groupOfUri(uri)
  if (!group) throw invalidArgument('uri', uri, 'Invalid group uri')
  return { kind: 'group', group }
}

/** An account by its canonical id. */
export function canonicalGrantee({ accounts }: S3Service, id: string): Grantee {
  const isKnown = accounts.findByCanonicalId(id) ?? (id === EC2_CANONICAL_ID || id === ANONYMOUS_CANONICAL_ID)
  if (!isKnown) throw invalidArgument('CanonicalUser/ID', id, 'Invalid id')
  return { kind: 'canonical-user', id }
}

/** An account by its e-mail address, which S3 shows as its canonical id from then on. */
export function emailGrantee(service: S3Service, address: string): Grantee {
  return { kind: 'canonical-user', id: accountOfEmail(service, address).canonicalId }
}

function invalidArgument(name: string, value: string, message: string): S3Error {
  const fields = { ArgumentName: name, ArgumentValue: value }
  return new S3Error('InvalidArgument', fields, message === '' ? {} : { message })
}
