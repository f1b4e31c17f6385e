import { describe, expect, it } from 'vitest'
import { type AccessRule, s3Arn } from './access-rule.ts'
import type { Account } from './accounts.ts'
import { type AclPermission, canonicalGrant, type Grant, groupGrant } from './acl/acl.ts'
import { cannedAcl } from './acl/canned-acl.ts'
import { callerOf, type NamedPolicy } from './caller.ts'
import type { Decision } from './decision.ts'
import { decide, needsObject } from './decide.ts'
import type { BucketEvidence, Evidence, ObjectEvidence } from './evidence.ts'
import { parsePolicy } from './policy/parse-policy.ts'
import type { Policy } from './policy/policy.ts'
import { anonymous, LOG_DELIVERY_SERVICE, type Principal } from './principal.ts'
import { allBlocked } from './public-access-block.ts'
import { describeReason } from './reason.ts'
import { emptyContext, RequestContext } from './request-context.ts'

function account(digit: string): Account {
  const id = digit.repeat(12)
  return {
    id,
    name: digit,
    displayName: digit,
    email: undefined,
    canonicalId: digit.repeat(64),
    accessKeys: [],
  }
}

// As in the User Guide's examples: Jill's account, the bucket's owner, the object's owner.
const [one, two, three] = [account('1'), account('2'), account('3')]
const root = (of: Account): Principal => ({ kind: 'account', account: of })
const jill: Principal = { kind: 'user', account: one, id: 'AIDAJILL', name: 'Jill' }
const service: Principal = { kind: 'service', service: LOG_DELIVERY_SERVICE }

const GET: AccessRule = {
  action: 's3:GetObject',
  versionedAction: 's3:GetObjectVersion',
  on: 'object',
  acl: { on: 'object', grant: 'READ' },
}
const PUT: AccessRule = { action: 's3:PutObject', on: 'object', acl: { on: 'bucket', grant: 'WRITE' } }
const DELETE: AccessRule = {
  action: 's3:DeleteObject',
  versionedAction: 's3:DeleteObjectVersion',
  on: 'object',
  acl: { on: 'bucket', grant: 'WRITE' },
}
const GET_ACL: AccessRule = {
  action: 's3:GetObjectAcl',
  on: 'object',
  acl: { on: 'object', grant: 'READ_ACP' },
}
const PUT_ACL: AccessRule = {
  action: 's3:PutObjectAcl',
  on: 'object',
  acl: { on: 'object', grant: 'WRITE_ACP' },
}
const TAG: AccessRule = { action: 's3:PutObjectTagging', on: 'object' }
const LIST: AccessRule = { action: 's3:ListBucket', on: 'bucket', acl: { on: 'bucket', grant: 'READ' } }
const BUCKETS: AccessRule = { action: 's3:ListAllMyBuckets', on: 'account' }
const rule = (action: `s3:${string}`): AccessRule => ({ action, on: 'bucket' })

interface Situation {
  readonly boundary?: Policy | undefined
  readonly bucket?: Partial<BucketEvidence>
  readonly object?: ObjectEvidence
  readonly identity?: readonly Policy[]
  readonly versioned?: boolean
  readonly context?: RequestContext
}

function ask(principal: Principal, asked: AccessRule, situation: Situation = {}): Decision {
  const evidence: Evidence = {
    caller: {
      ...callerOf(principal),
      policies: {
        identity: (situation.identity ?? []).map(named),
        boundary: situation.boundary && named(situation.boundary),
      },
    },
    rule: asked,
    action: situation.versioned ? (asked.versionedAction ?? asked.action) : asked.action,
    resource: asked.on === 'object' ? s3Arn('b', 'key') : s3Arn('b'),
    bucket: asked.on === 'account' ? undefined : bucket(situation.bucket),
    object: situation.object,
    context: situation.context ?? emptyContext,
  }
  const decision = decide(evidence)
  const last = decision.reasons.at(-1)
  expect(last?.effect).toBe(decision.allowed ? 'Allow' : 'Deny')
  return decision
}

const named = (policy: Policy): NamedPolicy => ({ name: 'p', of: { kind: 'user', name: 'Jill' }, policy })

const may = (...asked: Parameters<typeof ask>): boolean => ask(...asked).allowed

/** The owner is account two; ACLs count. */
function bucket(change: Partial<BucketEvidence> = {}): BucketEvidence {
  const owner = { ownerAccountId: two.id, ownerCanonicalId: two.canonicalId }
  return { name: 'b', ...owner, objectOwnership: 'ObjectWriter', ...change }
}

function object(owner: Account, ...grants: Grant[]): ObjectEvidence {
  const { canonicalId } = owner
  const acl = {
    ownerCanonicalId: canonicalId,
    grants: [canonicalGrant(canonicalId, 'FULL_CONTROL'), ...grants],
  }
  return { ownerAccountId: owner.id, ownerCanonicalId: canonicalId, acl }
}

const READ_FOR_ONE = canonicalGrant(one.canonicalId, 'READ')

function bucketAcl(...grants: Grant[]): Partial<BucketEvidence> {
  return { acl: { ownerCanonicalId: two.canonicalId, grants } }
}

function policy(...statements: object[]): Policy {
  const filled = statements.map((statement) => ({
    Effect: 'Allow',
    Action: 's3:*',
    Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
    ...statement,
  }))
  return parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: filled }), {
    kind: 'bucket',
    bucket: 'b',
  })
}

function identity(...statements: object[]): readonly Policy[] {
  const filled = statements.map((statement) => ({
    Effect: 'Allow',
    Action: 's3:*',
    Resource: '*',
    ...statement,
  }))
  return [parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: filled }), { kind: 'identity' })]
}

const ALLOWS_ALL = identity({})

describe("the User Guide's examples of bucket operations", () => {
  it("1: the bucket owner's root user", () => {
    expect(may(root(two), LIST)).toBe(true)
  })

  it('2: the root user of another account needs the bucket owner', () => {
    expect(may(root(one), LIST)).toBe(false)
    expect(may(root(one), LIST, { bucket: { policy: policy({ Principal: { AWS: one.id } }) } })).toBe(true)
    expect(may(root(one), LIST, { bucket: bucketAcl(READ_FOR_ONE) })).toBe(true)
  })

  it("3: a user of the bucket owner's account needs one side", () => {
    const own = { ownerAccountId: one.id, ownerCanonicalId: one.canonicalId }
    expect(may(jill, LIST, { bucket: own })).toBe(false)
    expect(may(jill, LIST, { bucket: own, identity: ALLOWS_ALL })).toBe(true)
    const named = policy({ Principal: { AWS: `arn:aws:iam::${one.id}:user/Jill` } })
    expect(may(jill, LIST, { bucket: { ...own, policy: named } })).toBe(true)
    // Naming the account leaves it to the account to pass the permission on.
    expect(may(jill, LIST, { bucket: { ...own, policy: policy({ Principal: { AWS: one.id } }) } })).toBe(
      false,
    )
    const acl = { ownerCanonicalId: one.canonicalId, grants: [READ_FOR_ONE] }
    expect(may(jill, LIST, { bucket: { ...own, acl } })).toBe(false)
  })

  it('4: a user of another account needs both sides', () => {
    const named = { policy: policy({ Principal: { AWS: `arn:aws:iam::${one.id}:user/Jill` } }) }
    expect(may(jill, LIST, { bucket: named })).toBe(false)
    expect(may(jill, LIST, { identity: ALLOWS_ALL })).toBe(false)
    expect(may(jill, LIST, { bucket: named, identity: ALLOWS_ALL })).toBe(true)
    expect(may(jill, LIST, { bucket: bucketAcl(READ_FOR_ONE), identity: ALLOWS_ALL })).toBe(true)
  })
})

describe("the User Guide's example of an object operation: three accounts", () => {
  const granted = object(three, READ_FOR_ONE)

  it('takes her account, no denial by the bucket owner, and the object owner', () => {
    expect(may(jill, GET, { object: granted, identity: ALLOWS_ALL })).toBe(true)
    expect(may(jill, GET, { object: granted })).toBe(false)
    expect(may(jill, GET, { object: object(three), identity: ALLOWS_ALL })).toBe(false)
    const denies = { policy: policy({ Effect: 'Deny', Principal: '*' }) }
    expect(may(jill, GET, { object: granted, identity: ALLOWS_ALL, bucket: denies })).toBe(false)
  })

  it("gives the bucket owner's policy no say over what others own, but to deny", () => {
    const open = { policy: policy({ Principal: '*' }) }
    expect(may(root(one), GET, { object: object(three), bucket: open })).toBe(false)
    expect(may(root(one), GET, { object: object(two), bucket: open })).toBe(true)
    const enforced = { ...open, objectOwnership: 'BucketOwnerEnforced' } as const
    expect(may(root(one), GET, { object: object(three), bucket: enforced })).toBe(true)
  })

  it('lets the bucket owner delete and tag, but not read, what others own', () => {
    const foreign = { object: object(three) }
    expect(may(root(two), DELETE, foreign)).toBe(true)
    expect(may(root(two), DELETE, { ...foreign, versioned: true })).toBe(true)
    expect(may(root(two), TAG, foreign)).toBe(true)
    expect(may(root(two), PUT, foreign)).toBe(true)
    expect(may(root(two), GET, foreign)).toBe(false)
    expect(may(root(two), PUT_ACL, foreign)).toBe(false)
    expect(may(root(two), GET, { object: object(three, canonicalGrant(two.canonicalId, 'READ')) })).toBe(true)
  })

  it('lets the object owner read it and its ACL whatever is granted', () => {
    const bare = { object: { ...object(three), acl: { ownerCanonicalId: three.canonicalId, grants: [] } } }
    for (const asked of [GET, GET_ACL, PUT_ACL]) expect(may(root(three), asked, bare)).toBe(true)
    expect(may(root(three), GET, { ...bare, bucket: { objectOwnership: 'BucketOwnerEnforced' } })).toBe(false)
  })
})

describe('ACLs', () => {
  const table: readonly [AclPermission, AccessRule][] = [
    ['READ', GET],
    ['READ_ACP', GET_ACL],
    ['WRITE_ACP', PUT_ACL],
  ]
  it.each(table)('%s on an object', (permission, asked) => {
    for (const [other] of table) {
      const situation = { object: object(two, canonicalGrant(one.canonicalId, other)) }
      expect(may(root(one), asked, situation)).toBe(other === permission)
    }
    const full = { object: object(two, canonicalGrant(one.canonicalId, 'FULL_CONTROL')) }
    expect(may(root(one), asked, full)).toBe(true)
    expect(may(root(three), asked, full)).toBe(false)
    expect(may(root(one), asked, { ...full, bucket: { objectOwnership: 'BucketOwnerEnforced' } })).toBe(false)
  })

  it('WRITE on a bucket makes objects, and changes what is one’s own', () => {
    const open = { bucket: bucketAcl(groupGrant('AllUsers', 'WRITE')) }
    for (const principal of [root(one), anonymous]) {
      expect(may(principal, PUT, open)).toBe(true)
      expect(may(principal, PUT, { ...open, object: object(three) })).toBe(false)
      expect(may(principal, DELETE, { ...open, object: object(two) })).toBe(false)
      expect(may(principal, DELETE, { ...open, versioned: true })).toBe(false)
    }
    expect(may(root(one), PUT, { ...open, object: object(one) })).toBe(true)
    expect(may(root(one), DELETE, { ...open, object: object(one) })).toBe(true)
    expect(may(root(one), LIST, open)).toBe(false)
  })

  it('groups are for whom they say', () => {
    const owners = { ownerCanonicalId: two.canonicalId, bucketOwnerCanonicalId: two.canonicalId }
    const read = { acl: cannedAcl('public-read', owners) }
    const authenticated = { acl: cannedAcl('authenticated-read', owners) }
    const logs = { acl: cannedAcl('log-delivery-write', owners) }
    expect([anonymous, root(one)].map((who) => may(who, LIST, { bucket: read }))).toEqual([true, true])
    expect([anonymous, root(one)].map((who) => may(who, LIST, { bucket: authenticated }))).toEqual([
      false,
      true,
    ])
    expect([anonymous, root(one), service].map((who) => may(who, PUT, { bucket: logs }))).toEqual([
      false,
      false,
      true,
    ])
  })

  it('do nothing where an object is not there', () => {
    expect(may(root(one), GET, { bucket: bucketAcl(groupGrant('AllUsers', 'READ')) })).toBe(false)
    expect(may(root(two), GET)).toBe(true)
  })
})

describe('policies', () => {
  it('deny before all else', () => {
    const denies = { policy: policy({ Principal: '*' }, { Effect: 'Deny', Principal: { AWS: two.id } }) }
    expect(may(root(two), GET, { bucket: denies })).toBe(false)
    expect(may(root(one), GET, { bucket: denies })).toBe(true)
    const own = identity({}, { Effect: 'Deny', Action: 's3:GetObject' })
    const open = { policy: policy({ Principal: '*' }) }
    expect(may(jill, GET, { bucket: open, identity: own })).toBe(false)
    expect(may(jill, LIST, { bucket: open, identity: own })).toBe(true)
  })

  it('deny all but those that NotPrincipal names, with their account', () => {
    const but = (...names: string[]): Situation => ({
      bucket: { policy: policy({ Principal: '*' }, { Effect: 'Deny', NotPrincipal: { AWS: names } }) },
      identity: ALLOWS_ALL,
    })
    const jillsArn = `arn:aws:iam::${one.id}:user/Jill`
    expect(may(jill, LIST, but(jillsArn, one.id))).toBe(true)
    expect(may(jill, LIST, but(jillsArn))).toBe(false)
    expect(may(root(one), LIST, but(one.id))).toBe(true)
    expect(may(anonymous, LIST, but(one.id))).toBe(false)
  })

  it('deny whoever has a permissions boundary by NotPrincipal, whomever it names', () => {
    const jillsArn = `arn:aws:iam::${one.id}:user/Jill`
    const NotPrincipal = { AWS: [jillsArn, one.id] }
    const bucket = { policy: policy({ Principal: '*' }, { Effect: 'Deny', NotPrincipal }) }
    expect(may(jill, LIST, { bucket, identity: ALLOWS_ALL })).toBe(true)
    expect(may(jill, LIST, { bucket, identity: ALLOWS_ALL, boundary: ALLOWS_ALL[0] })).toBe(false)
  })

  it('leaves out a session of a role only where the session, its role and its account are all named', () => {
    const role: Principal = {
      kind: 'assumed-role',
      account: two,
      roleId: 'AROAREADER000000',
      roleName: 'team/reader',
      sessionName: 's',
    }
    const session = `arn:aws:sts::${two.id}:assumed-role/reader/s`
    const read = (...AWS: string[]): boolean =>
      may(role, LIST, {
        bucket: { policy: policy({ Principal: '*' }, { Effect: 'Deny', NotPrincipal: { AWS } }) },
        identity: ALLOWS_ALL,
      })
    const ofRole = `arn:aws:iam::${two.id}:role/team/reader`
    expect(read(two.id, ofRole, session)).toBe(true)
    expect(read(two.id, 'AROAREADER000000', session)).toBe(true)
    expect(read(two.id, session)).toBe(false)
    expect(read(two.id, ofRole)).toBe(false)
    expect(read(ofRole, session)).toBe(false)
  })

  it('name sessions by session, role, account or provider', () => {
    const session: Principal = {
      kind: 'assumed-role',
      account: one,
      roleId: 'AROAREADER',
      roleName: 'team/reader',
      sessionName: 's',
      provider: 'accounts.google.com',
    }
    const by = (Principal: object): boolean =>
      may(session, LIST, { bucket: { policy: policy({ Principal }) }, identity: ALLOWS_ALL })
    expect(by({ AWS: `arn:aws:sts::${one.id}:assumed-role/reader/s` })).toBe(true)
    expect(by({ AWS: `arn:aws:iam::${one.id}:role/team/reader` })).toBe(true)
    expect(by({ AWS: one.id })).toBe(true)
    expect(by({ CanonicalUser: one.canonicalId })).toBe(true)
    expect(by({ Federated: 'accounts.google.com' })).toBe(true)
    expect(by({ Federated: 'graph.facebook.com' })).toBe(false)
    expect(by({ AWS: `arn:aws:iam::${one.id}:role/reader` })).toBe(false)
    expect(by({ Service: LOG_DELIVERY_SERVICE })).toBe(false)
    expect(
      may(service, LIST, { bucket: { policy: policy({ Principal: { Service: LOG_DELIVERY_SERVICE } }) } }),
    ).toBe(true)
  })

  it('never lock the root user of the bucket owner out', () => {
    const locked = { policy: policy({ Effect: 'Deny', Principal: '*' }) }
    for (const action of ['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'] as const) {
      expect(may(root(two), rule(action), { bucket: locked })).toBe(true)
      expect(may(root(one), rule(action), { bucket: locked })).toBe(false)
    }
    expect(may(root(two), rule('s3:GetBucketAcl'), { bucket: locked })).toBe(false)
  })

  it('look at the request', () => {
    const local = policy({ Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } })
    const from = (address: string): boolean =>
      may(anonymous, GET, {
        bucket: { policy: local },
        context: RequestContext.of({ 'aws:SourceIp': address }),
      })
    expect(from('192.0.2.9')).toBe(true)
    expect(from('198.51.100.9')).toBe(false)
  })
})

describe('public access blocks', () => {
  const open = { policy: policy({ Principal: '*' }, { Principal: { Service: LOG_DELIVERY_SERVICE } }) }

  it('RestrictPublicBuckets leaves a public policy to the own account and services', () => {
    const publicAccessBlock = { ...allBlocked, ignorePublicAcls: false }
    const restricted = { bucket: { ...open, publicAccessBlock } }
    expect([anonymous, root(one), root(two), service].map((who) => may(who, LIST, restricted))).toEqual([
      false,
      false,
      true,
      true,
    ])
    const forOne = { policy: policy({ Principal: { AWS: one.id } }), publicAccessBlock }
    expect(may(root(one), LIST, { bucket: forOne })).toBe(true)
  })

  it('IgnorePublicAcls takes from groups only', () => {
    const publicAccessBlock = { ...allBlocked, restrictPublicBuckets: false }
    const acl = bucketAcl(groupGrant('AllUsers', 'READ'), READ_FOR_ONE)
    const ignoring = { bucket: { ...acl, publicAccessBlock } }
    expect([anonymous, root(one), root(three)].map((who) => may(who, LIST, ignoring))).toEqual([
      false,
      true,
      false,
    ])
    expect(may(anonymous, LIST, { bucket: { ...open, publicAccessBlock } })).toBe(true)
  })
})

describe("the caller's own account", () => {
  it('lets its root user in, and users with a policy', () => {
    expect(may(root(one), BUCKETS)).toBe(true)
    expect(may(jill, BUCKETS)).toBe(false)
    expect(may(jill, BUCKETS, { identity: ALLOWS_ALL })).toBe(true)
    expect(may(anonymous, BUCKETS)).toBe(false)
    expect(may(service, BUCKETS)).toBe(false)
  })
})

describe('reasons', () => {
  const lines = (decision: Decision): string[] => decision.reasons.map(describeReason)

  it('tell what was looked at and what decided', () => {
    const mixed = policy(
      { Sid: 'Writers', Principal: { AWS: one.id }, Action: 's3:PutObject' },
      { Principal: { AWS: three.id } },
      { Principal: '*', Resource: 'arn:aws:s3:::b/public/*', Action: 's3:GetObject' },
      { Principal: '*', Condition: { StringEquals: { 'aws:Referer': ['a', 'b'] } } },
      { Sid: 'No', Effect: 'Deny', Principal: { AWS: one.id } },
    )
    const situation = {
      bucket: { policy: mixed },
      object: object(two, groupGrant('AuthenticatedUsers', 'READ_ACP')),
    }
    expect(lines(ask(root(one), GET, situation))).toEqual([
      'bucket-policy statement 1 "Writers" would allow: it is about another action',
      'bucket-policy statement 2 would allow: it is about another principal',
      'bucket-policy statement 3 would allow: it is about another resource',
      'bucket-policy statement 4 would allow: the condition StringEquals aws:Referer [a, b] does not hold',
      'bucket-policy statement 5 "No" deny: it matches',
      'bucket-policy statement 5 "No" deny: denies the request',
    ])
    expect(lines(ask(root(three), GET_ACL, { object: situation.object }))).toEqual([
      `acl-grant 1 on the object would allow: FULL_CONTROL to ${two.canonicalId}, who is not the caller`,
      'acl-grant 2 on the object allow: READ_ACP to AuthenticatedUsers',
      'acl-grant allow: READ_ACP is granted',
    ])
  })

  it('tell of ownership and switches', () => {
    const enforced = { bucket: { objectOwnership: 'BucketOwnerEnforced' } } as const
    expect(lines(ask(anonymous, LIST, enforced))).toEqual([
      'object-ownership: ACLs are disabled: the bucket owner owns everything',
      'default deny: nothing allows it',
    ])
    const publicAccessBlock = allBlocked
    const closed = { bucket: { ...bucketAcl(groupGrant('AllUsers', 'READ')), publicAccessBlock } }
    expect(lines(ask(anonymous, LIST, closed))).toEqual([
      'acl-grant 1 on the bucket would allow: READ to AllUsers, which the public access block makes ineffective',
      'default deny: nothing allows it',
    ])
    expect(lines(ask(jill, LIST, { bucket: bucketAcl(READ_FOR_ONE) })).at(-1)).toBe(
      'default deny: no policy of the caller allows it',
    )
  })
})

describe('needsObject', () => {
  const needs = (principal: Principal, asked: AccessRule, change?: Partial<BucketEvidence>): boolean =>
    needsObject({ caller: callerOf(principal), rule: asked, bucket: bucket(change) })

  it('spares the read where the object changes nothing', () => {
    expect(needs(root(two), GET)).toBe(true)
    expect(needs(root(two), GET, { objectOwnership: 'BucketOwnerEnforced' })).toBe(false)
    expect(needs(root(two), PUT)).toBe(false)
    expect(needs(root(one), PUT)).toBe(true)
    expect(needs(root(one), LIST)).toBe(false)
    expect(needs(root(one), TAG)).toBe(false)
  })
})
