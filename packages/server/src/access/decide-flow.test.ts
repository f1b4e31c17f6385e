import { describe, expect, it } from 'vitest'
import { canonicalGrant, type Grant, groupGrant } from './acl/acl.ts'
import { type Caller, callerOf, type NamedPolicy } from './caller.ts'
import { decide } from './decide.ts'
import { decideOnService } from './decide-on-service.ts'
import { parsePolicy } from './policy/parse-policy.ts'
import type { Policy, PolicyKind } from './policy/policy.ts'
import type { AssumedRole, FederatedUser, Principal, User } from './principal.ts'
import { emptyContext } from './request-context.ts'

/*
 * AWS's evaluation flow, written out by hand. Sources: IAM User Guide, "Policy evaluation logic" with its table "Resource-based
 * policies and implicit denies in other policy types (same account)", "Cross-account policy evaluation logic", "Permissions
 * boundaries for IAM entities"; S3 User Guide, "How Amazon S3 authorizes a request"; AWS KMS Developer Guide, "Key policies".
 */

const account = (digit: string) => ({
  id: digit.repeat(12),
  name: digit,
  displayName: digit,
  email: undefined,
  canonicalId: digit.repeat(64),
  accessKeys: [],
})
const [home, abroad] = [account('1'), account('2')]

const user: User = { kind: 'user', account: home, id: 'AIDAJILL00000000', name: 'team/jill' }
const role: AssumedRole = {
  kind: 'assumed-role',
  account: home,
  roleId: 'AROAREADER000000',
  roleName: 'jobs/reader',
  sessionName: 's',
}
const federated: FederatedUser = { kind: 'federated-user', account: home, name: 'fred', user }
const federatedByRoot: FederatedUser = { kind: 'federated-user', account: home, name: 'fred' }

const ROLE = `arn:aws:iam::${home.id}:role/jobs/reader`
const USER = `arn:aws:iam::${home.id}:user/team/jill`
const FEDERATED = `arn:aws:sts::${home.id}:federated-user/fred`

/** What the resource's policy calls them; the last two are grants of an ACL, to the account and to all users. */
const COLUMNS = [
  'nobody',
  'everyone',
  'itself',
  'entity',
  'entity by id',
  'account',
  'acl',
  'acl of all',
] as const
type Column = (typeof COLUMNS)[number]

const NAMES: ReadonlyMap<Principal, Partial<Record<Column, string>>> = new Map<
  Principal,
  Partial<Record<Column, string>>
>([
  [user, { itself: USER }],
  [
    role,
    { itself: `arn:aws:sts::${home.id}:assumed-role/reader/s`, entity: ROLE, 'entity by id': role.roleId },
  ],
  [federated, { itself: FEDERATED, entity: USER, 'entity by id': user.id }],
  [federatedByRoot, { itself: FEDERATED }],
])

/**
 * Of the identity policies, the boundary and up to two session policies, inline and by ARN: `A` allow, `n` do not, `D` deny,
 * `-` there is none.
 */
type Own = string

interface Table {
  readonly principal: Principal
  /** `+` allowed, `.` not, in the order of the columns; a space where the principal has no such name. */
  readonly own: Readonly<Record<Own, string>>
}

const SAME: Readonly<Record<string, Table>> = {
  // "Not limited by an implicit deny in an identity-based policy or permissions boundary."
  'a user': {
    principal: user,
    own: {
      'A--': '+++  +++',
      'n--': '.++  ..+',
      '---': '.++  ..+',
      'AA-': '+++  +++',
      'An-': '.++  ..+',
      'nA-': '.++  ..+',
      'nn-': '.++  ..+',
      'D--': '...  ...',
      'AD-': '...  ...',
    },
  },
  // The role's ARN: "limited by an implicit deny in a permissions boundary or session policy"; the session's: not.
  'a session of a role': {
    principal: role,
    own: {
      'A--': '++++++++',
      'n--': '.++++..+',
      'AA-': '++++++++',
      'An-': '.++....+',
      'nA-': '.++++..+',
      'nn-': '.++....+',
      'A-A': '++++++++',
      'A-n': '.++....+',
      'n-A': '.++++..+',
      'n-n': '.++....+',
      AAA: '++++++++',
      AAn: '.++....+',
      AnA: '.++....+',
      Ann: '.++....+',
      nAA: '.++++..+',
      nAn: '.++....+',
      nnA: '.++....+',
      nnn: '.++....+',
      DAA: '........',
      ADA: '........',
      AAD: '........',
      // "You can pass a single JSON inline session policy […] and up to 10 managed session policies": together they narrow.
      'A-AA': '++++++++',
      'A-nA': '++++++++',
      'A-An': '++++++++',
      'A-nn': '.++....+',
      'n-nA': '.++++..+',
      'A-AD': '........',
      'A-DA': '........',
      AnAA: '.++....+',
    },
  },
  // "If there is no session policy […] Otherwise, the request is implicitly denied."
  'a federated session': {
    principal: federated,
    own: {
      'A--': '.++....+',
      'n--': '.++....+',
      'A-A': '++++++++',
      'A-n': '.++....+',
      'n-A': '.++++..+',
      AAA: '++++++++',
      AnA: '.++....+',
      nAA: '.++++..+',
      AAn: '.++....+',
      AAD: '........',
      'A-nA': '++++++++',
      'A-AD': '........',
    },
  },
  'a federated session of the root user': {
    principal: federatedByRoot,
    own: { '--nA': '+++  +++', '--A': '+++  +++', '--n': '.++  ..+', '---': '.++  ..+', '--D': '...  ...' },
  },
  'the root user': { principal: { kind: 'account', account: home }, own: { '---': '++   +++' } },
}

/** "The request is allowed only if both evaluations return a decision of Allow." */
const ACROSS: Readonly<Record<string, Table>> = {
  'a user': {
    principal: user,
    own: {
      'A--': '.++  +++',
      'n--': '...  ...',
      'AA-': '.++  +++',
      'An-': '...  ...',
      'nA-': '...  ...',
      'D--': '...  ...',
    },
  },
  'a session of a role': {
    principal: role,
    own: {
      'A--': '.+++++++',
      'n--': '........',
      'A-A': '.+++++++',
      'A-n': '........',
      'n-A': '........',
      AAA: '.+++++++',
      AnA: '........',
      AAn: '........',
      nAA: '........',
      AAD: '........',
    },
  },
  'a federated session': {
    principal: federated,
    own: { 'A--': '........', 'A-A': '.+++++++', 'n-A': '........', AnA: '........', AAA: '.+++++++' },
  },
  'a federated session of the root user': {
    principal: federatedByRoot,
    own: { '--A': '.++  +++', '--n': '...  ...', '---': '...  ...' },
  },
  'the root user': { principal: { kind: 'account', account: home }, own: { '---': '.+   +++' } },
}

const RESOURCE = 'arn:aws:s3:::b/key'
const EFFECTS: Readonly<Record<string, string>> = { A: 'Allow', D: 'Deny' }

function parsed(kind: Exclude<PolicyKind, 'access-point' | 'directory-bucket'>, statement: object): Policy {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statement })
  return kind === 'bucket' ? parsePolicy(text, { kind, bucket: 'b' }) : parsePolicy(text, { kind })
}

/** One that does not allow is one about something else. */
function own(letter: string | undefined, name: string, Action: string): NamedPolicy | undefined {
  if (letter === '-' || letter === undefined) return undefined
  const Effect = EFFECTS[letter] ?? 'Allow'
  const about = letter === 'n' ? 's3:ListAllMyBuckets' : Action
  const policy = parsed('identity', { Effect, Action: about, Resource: '*' })
  return { name, of: { kind: 'user', name: 'jill' }, policy }
}

function callerWith(principal: Principal, letters: Own, action: string): Caller {
  const [identity, boundary, inline, byArn] = [
    own(letters[0], 'identity', action),
    own(letters[1], 'boundary', action),
    own(letters[2], 'inline', action),
    own(letters[3], 'by ARN', action),
  ]
  const session = [inline, byArn].flatMap((named) => named ?? [])
  const policies = {
    identity: identity ? [identity] : [],
    boundary,
    session: session.length > 0 ? session : undefined,
  }
  return { ...callerOf(principal), policies }
}

function principalElement(principal: Principal, column: Column): string | undefined {
  if (column === 'everyone') return '*'
  if (column === 'account') return home.id
  return NAMES.get(principal)?.[column]
}

function grantsOf(column: Column): readonly Grant[] {
  if (column === 'acl') return [canonicalGrant(home.canonicalId, 'READ')]
  return column === 'acl of all' ? [groupGrant('AllUsers', 'READ')] : []
}

function mayRead(caller: Caller, column: Column, owner: typeof home, ...others: readonly object[]): boolean {
  const AWS = principalElement(caller.principal, column)
  const allow = { Effect: 'Allow', Principal: { AWS }, Action: 's3:GetObject', Resource: RESOURCE }
  const statement = [...(AWS === undefined ? [] : [allow]), ...others]
  const { id: ownerAccountId, canonicalId: ownerCanonicalId } = owner
  const owned = { ownerAccountId, ownerCanonicalId, acl: { ownerCanonicalId, grants: grantsOf(column) } }
  return decide({
    caller,
    rule: { action: 's3:GetObject', on: 'object', acl: { on: 'object', grant: 'READ' } },
    action: 's3:GetObject',
    resource: RESOURCE,
    bucket: {
      name: 'b',
      ...owned,
      objectOwnership: 'ObjectWriter',
      policy: statement.length === 0 ? undefined : parsed('bucket', statement),
    },
    object: owned,
    context: emptyContext,
  }).allowed
}

function rowOf(principal: Principal, answer: (column: Column) => boolean): string {
  return COLUMNS.map((column) => {
    const isNamed = NAMES.get(principal)?.[column] !== undefined
    const isOfAll = !['itself', 'entity', 'entity by id'].includes(column)
    return isNamed || isOfAll ? (answer(column) ? '+' : '.') : ' '
  }).join('')
}

const rowsOf = (tables: Readonly<Record<string, Table>>) =>
  Object.entries(tables).flatMap(([who, { principal, own }]) =>
    Object.entries(own).map(([letters, expected]) => ({ who, principal, letters, expected })),
  )

describe('buckets of the same account', () => {
  it.each(rowsOf(SAME))('$who with $letters: $expected', ({ principal, letters, expected }) => {
    const caller = callerWith(principal, letters, 's3:GetObject')
    expect(rowOf(principal, (column) => mayRead(caller, column, home))).toBe(expected)
  })
})

describe('buckets of another account', () => {
  it.each(rowsOf(ACROSS))('$who with $letters: $expected', ({ principal, letters, expected }) => {
    const caller = callerWith(principal, letters, 's3:GetObject')
    expect(rowOf(principal, (column) => mayRead(caller, column, abroad))).toBe(expected)
  })
})

/** "An explicit deny in any of these policies overrides the allow." The table is of what else would allow it. */
describe("a denial in the bucket's policy, however it names the caller", () => {
  const DENIED = ['everyone', 'itself', 'entity', 'entity by id', 'account'] as const
  const callers = Object.entries(SAME).map(([who, { principal }]) => ({
    who,
    caller: callerWith(principal, 'AAA', 's3:GetObject'),
  }))

  it.each(callers)('keeps out $who', ({ caller }) => {
    for (const owner of [home, abroad]) {
      for (const denied of DENIED) {
        const AWS = principalElement(caller.principal, denied)
        if (AWS === undefined) continue
        const deny = { Effect: 'Deny', Principal: { AWS }, Action: 's3:*', Resource: RESOURCE }
        const allowed = COLUMNS.filter((column) => mayRead(caller, column, owner, deny))
        expect([denied, allowed]).toEqual([denied, []])
      }
    }
  })

  it.each(callers)('lets in $who where it is about somebody else', ({ caller }) => {
    const deny = { Effect: 'Deny', Principal: { AWS: '999999999999' }, Action: 's3:*', Resource: RESOURCE }
    expect(mayRead(caller, 'everyone', home, deny)).toBe(true)
  })
})

describe('those without an account have no side of their own', () => {
  const service = 'logging.s3.amazonaws.com'
  const forService = { Principal: { Service: service }, Action: 's3:GetObject', Resource: RESOURCE }
  const callers: readonly (readonly [Principal, string])[] = [
    [{ kind: 'anonymous' }, '.+ + .'],
    [{ kind: 'service', service }, '.+ + +'],
    [{ kind: 'web-identity', provider: 'accounts.example.com' }, '.+ + .'],
  ]

  // A policy for nobody, for everyone, an ACL for all, a policy for the service.
  it.each(callers)('%o: %s', (principal, expected) => {
    const caller = callerOf(principal)
    for (const owner of [home, abroad]) {
      const row = [
        mayRead(caller, 'nobody', owner),
        mayRead(caller, 'everyone', owner),
        mayRead(caller, 'acl of all', owner),
        mayRead(caller, 'nobody', owner, { Effect: 'Allow', ...forService }),
      ]
      const signs = row.map((is) => (is ? '+' : '.'))
      expect(`${signs[0]}${signs[1]} ${signs[2]} ${signs[3]}`).toBe(expected)
      const deny = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: RESOURCE }
      expect(mayRead(caller, 'everyone', owner, deny)).toBe(false)
    }
  })
})

/** The policy of a key or role has to allow it: the first column is a policy about somebody else. There are no ACLs. */
function asService(row: string): string {
  return `.${row.slice(1, 6)}..`
}

describe.each([
  ['key-policy', 'kms:Decrypt', 'arn:aws:kms:us-east-1:1:key/k', { Resource: '*' }],
  ['trust-policy', 'sts:AssumeRole', 'arn:aws:iam::1:role/r', {}],
] as const)('a %s', (source, action, resource, more) => {
  function may(caller: Caller, column: Column, owner: typeof home): boolean {
    const AWS = principalElement(caller.principal, column) ?? '999999999999'
    const kind = source === 'key-policy' ? 'key' : 'trust'
    const policy = parsed(kind, { Effect: 'Allow', Principal: { AWS }, Action: action, ...more })
    const evidence = { caller, action, resource, accountId: owner.id, context: emptyContext }
    return decideOnService({ ...evidence, policy: { source, policy } }).allowed
  }

  it.each(rowsOf(SAME))('of the same account, $who with $letters', ({ principal, letters, expected }) => {
    const caller = callerWith(principal, letters, action)
    expect(rowOf(principal, (column) => may(caller, column, home))).toBe(asService(expected))
  })

  it.each(rowsOf(ACROSS))('of another account, $who with $letters', ({ principal, letters, expected }) => {
    const caller = callerWith(principal, letters, action)
    expect(rowOf(principal, (column) => may(caller, column, abroad))).toBe(asService(expected))
  })
})

describe('what has no policy of its own, as users and policies of IAM', () => {
  const ACTION = 'iam:CreateUser'
  const may = (caller: Caller, accountId: string): boolean =>
    decideOnService({ caller, action: ACTION, resource: '*', accountId, context: emptyContext }).allowed

  it.each(rowsOf(SAME))('is for $who with $letters', ({ principal, letters, expected }) => {
    const caller = callerWith(principal, letters, ACTION)
    expect(may(caller, home.id)).toBe(expected.startsWith('+'))
    expect(may(caller, abroad.id)).toBe(false)
  })
})

describe('whom an identity provider vouches for', () => {
  const provider = `arn:aws:iam::${home.id}:oidc-provider/ci.example.com`
  const everybody = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRoleWithWebIdentity' }
  const allow = (Principal: unknown, Action = 'sts:AssumeRoleWithWebIdentity') => ({
    Effect: 'Allow',
    Principal,
    Action,
  })
  const ask = (of: string, ...statements: readonly object[]): boolean =>
    decideOnService({
      caller: callerOf({ kind: 'web-identity', provider: of }),
      action: 'sts:AssumeRoleWithWebIdentity',
      resource: ROLE,
      accountId: home.id,
      context: emptyContext,
      policy: { source: 'trust-policy', policy: parsed('trust', statements) },
    }).allowed

  it('is let in where the trust policy names the provider, and nowhere else', () => {
    expect(ask(provider, allow({ Federated: provider }))).toBe(true)
    expect(ask(`${provider}/other`, allow({ Federated: provider }))).toBe(false)
    expect(ask(`${provider}/`, allow({ Federated: provider }))).toBe(false)
    expect(ask(provider, allow({ Federated: provider }, 'sts:AssumeRole'))).toBe(false)
  })

  it.each(['*', { AWS: '*' }, { AWS: home.id }])('is none of %j', (principal) => {
    expect(ask(provider, allow(principal))).toBe(false)
  })

  it('is denied with everybody', () => {
    expect(ask(provider, allow({ Federated: provider }), everybody)).toBe(false)
  })
})
