import { describe, expect, it } from 'vitest'
import type { Account } from '../accounts.ts'
import { anonymous, ANONYMOUS_CANONICAL_ID, LOG_DELIVERY_SERVICE, type Principal } from '../principal.ts'
import {
  ACL_PERMISSIONS,
  type AclGroup,
  canonicalGrant,
  GROUP_URIS,
  gives,
  includes,
  groupGrant,
  groupOfUri,
  isPublicAcl,
  privateAcl,
} from './acl.ts'
import { aclFromRow, type AclRow, aclToRow } from './acl-row.ts'
import { appliesTo, type CannedAcl, cannedAcl, EC2_CANONICAL_ID, isCannedAcl } from './canned-acl.ts'

const OWNER = 'a'.repeat(64)
const BUCKET_OWNER = 'b'.repeat(64)

function root(canonicalId: string): Principal {
  const account: Account = {
    id: '111111111111',
    name: '',
    displayName: '',
    email: undefined,
    canonicalId,
    accessKeys: [],
  }
  return { kind: 'account', account }
}

const logDelivery: Principal = { kind: 'service', service: LOG_DELIVERY_SERVICE }

function grantsOf(name: CannedAcl, bucketOwnerCanonicalId = BUCKET_OWNER): string[] {
  const acl = cannedAcl(name, { ownerCanonicalId: OWNER, bucketOwnerCanonicalId })
  expect(acl.ownerCanonicalId).toBe(OWNER)
  return acl.grants.map(
    ({ grantee, permission }) => `${grantee.kind === 'group' ? grantee.group : grantee.id} ${permission}`,
  )
}

describe('canned ACLs expand as the table of S3 says', () => {
  const own = `${OWNER} FULL_CONTROL`
  const table: readonly [CannedAcl, readonly string[]][] = [
    ['private', [own]],
    ['public-read', [own, 'AllUsers READ']],
    ['public-read-write', [own, 'AllUsers READ', 'AllUsers WRITE']],
    ['authenticated-read', [own, 'AuthenticatedUsers READ']],
    ['aws-exec-read', [own, `${EC2_CANONICAL_ID} READ`]],
    ['bucket-owner-read', [own, `${BUCKET_OWNER} READ`]],
    ['bucket-owner-full-control', [own, `${BUCKET_OWNER} FULL_CONTROL`]],
    ['log-delivery-write', [own, 'LogDelivery WRITE', 'LogDelivery READ_ACP']],
  ]

  it.each(table)('%s', (name, grants) => {
    expect(grantsOf(name)).toEqual(grants)
    expect(isCannedAcl(name)).toBe(true)
  })

  it('names the owner once where the bucket is theirs too', () => {
    expect(grantsOf('bucket-owner-read', OWNER)).toEqual([own])
    expect(grantsOf('bucket-owner-full-control', OWNER)).toEqual([own])
  })

  it('says what each is for', () => {
    const forBuckets = table.map(([name]) => name).filter((name) => appliesTo(name, 'bucket'))
    const forObjects = table.map(([name]) => name).filter((name) => appliesTo(name, 'object'))
    expect(forBuckets).toEqual([
      'private',
      'public-read',
      'public-read-write',
      'authenticated-read',
      'aws-exec-read',
      'log-delivery-write',
    ])
    expect(forObjects).toHaveLength(7)
    expect(forObjects).not.toContain('log-delivery-write')
  })

  it.each(['Private', 'public', '', 'constructor'])('knows no %j', (name) => {
    expect(isCannedAcl(name)).toBe(false)
  })
})

describe('grants', () => {
  const stranger = 'c'.repeat(64)

  it('gives the grantee what is granted and nothing else', () => {
    for (const permission of ACL_PERMISSIONS) {
      const grant = canonicalGrant(stranger, permission)
      expect(includes(grant.grantee, root(stranger))).toBe(true)
      expect(includes(grant.grantee, root(OWNER))).toBe(false)
      for (const asked of ACL_PERMISSIONS)
        expect(gives(grant, asked)).toBe(asked === permission || permission === 'FULL_CONTROL')
    }
  })

  it.each<[AclGroup, boolean, boolean, boolean]>([
    ['AllUsers', true, true, true],
    ['AuthenticatedUsers', false, true, true],
    ['LogDelivery', false, false, true],
  ])('%s includes whom it should', (group, anybody, accounts, delivery) => {
    const { grantee } = groupGrant(group, 'READ')
    expect(includes(grantee, anonymous)).toBe(anybody)
    expect(includes(grantee, root(stranger))).toBe(accounts)
    expect(includes(grantee, logDelivery)).toBe(delivery)
  })

  it('is public where anybody or any account gets anything', () => {
    expect(isPublicAcl(privateAcl(OWNER))).toBe(false)
    for (const group of Object.keys(GROUP_URIS) as AclGroup[]) {
      const acl = { ownerCanonicalId: OWNER, grants: [groupGrant(group, 'READ_ACP')] }
      expect(isPublicAcl(acl)).toBe(group !== 'LogDelivery')
      expect(groupOfUri(GROUP_URIS[group])).toBe(group)
    }
    expect(groupOfUri('http://acs.amazonaws.com/groups/global/Nobody')).toBeUndefined()
    const toAnonymous = canonicalGrant(ANONYMOUS_CANONICAL_ID, 'READ')
    expect(isPublicAcl({ ownerCanonicalId: OWNER, grants: [toAnonymous] })).toBe(true)
    expect(isPublicAcl(privateAcl(ANONYMOUS_CANONICAL_ID))).toBe(false)
  })
})

describe('rows', () => {
  it('costs nothing by default', () => {
    expect(aclToRow(privateAcl(OWNER))).toBeUndefined()
    expect(aclFromRow(undefined, OWNER)).toEqual(privateAcl(OWNER))
  })

  it('is short for the canned ones', () => {
    const acl = cannedAcl('public-read', { ownerCanonicalId: OWNER, bucketOwnerCanonicalId: OWNER })
    expect(aclToRow(acl)).toEqual(['F.', 'R*'])
  })

  it('gives every ACL back', () => {
    const grants = ACL_PERMISSIONS.flatMap((permission) => [
      groupGrant('AllUsers', permission),
      groupGrant('AuthenticatedUsers', permission),
      groupGrant('LogDelivery', permission),
      canonicalGrant(OWNER, permission),
      canonicalGrant('d'.repeat(64), permission),
    ])
    for (const some of [grants, grants.slice(3, 4), []]) {
      const acl = { ownerCanonicalId: OWNER, grants: some }
      const text = JSON.stringify({ acl: aclToRow(acl) })
      const row = JSON.parse(text) as { acl?: AclRow }
      expect(aclFromRow(row.acl, OWNER)).toEqual(acl)
    }
  })

  it('refuses a row that is none', () => {
    expect(() => aclFromRow(['X*'], OWNER)).toThrow('a stored grant')
    expect(() => aclFromRow(['F'], OWNER)).toThrow('a stored grant')
  })
})
