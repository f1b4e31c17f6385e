import type { AccessRule } from './access-rule.ts'
import type { Account } from './accounts.ts'
import { ACL_PERMISSIONS, type AclGroup, type Grant } from './acl/acl.ts'
import type { Case, Names, Owned, RawStatement } from './decide-slowly.suite.ts'
import { parsePolicy } from './policy/parse-policy.ts'
import type { AssumedRole, Principal, User } from './principal.ts'

// Requests, policies and ACLs, drawn from tables.

/** Mulberry32: small, and the same everywhere. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export class Random {
  readonly #next: () => number

  constructor(seed: number) {
    this.#next = randomNumbers(seed)
  }

  chance(share: number): boolean {
    return this.#next() < share
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.#next() * values.length)] as Value
  }

  some<Value>(values: readonly Value[], most: number): Value[] {
    return Array.from({ length: 1 + Math.floor(this.#next() * most) }, () => this.pick(values))
  }

  maybe<Value>(share: number, make: () => Value): Value | undefined {
    return this.chance(share) ? make() : undefined
  }
}

const ACCOUNTS: readonly Account[] = ['1', '2', '3'].map((digit) => ({
  id: digit.repeat(12),
  name: digit,
  displayName: digit,
  email: undefined,
  canonicalId: digit.repeat(64),
  accessKeys: [],
}))

const jillOf = (account: Account): User => ({
  kind: 'user',
  account,
  id: `AIDA${account.id}`,
  name: 'jill',
})
const roleIdOf = ({ id }: Account): string => `AROA${id}`

const PROVIDERS = ['arn:aws:iam::111111111111:oidc-provider/ci.example.com', 'accounts.example.com'] as const

const sessionOf = (account: Account): AssumedRole => ({
  kind: 'assumed-role',
  account,
  roleId: roleIdOf(account),
  roleName: 'reader',
  sessionName: 's',
})

const PRINCIPALS: readonly Principal[] = [
  { kind: 'anonymous' },
  { kind: 'service', service: 'logging.s3.amazonaws.com' },
  ...ACCOUNTS.flatMap((account): Principal[] => [
    { kind: 'account', account },
    { kind: 'account', account },
    jillOf(account),
    sessionOf(account),
    { ...sessionOf(account), provider: PROVIDERS[0] },
    { kind: 'federated-user', account, name: 'fred' },
    { kind: 'federated-user', account, name: 'fred', user: jillOf(account) },
  ]),
]

const RULES: readonly AccessRule[] = [
  {
    action: 's3:GetObject',
    versionedAction: 's3:GetObjectVersion',
    on: 'object',
    acl: { on: 'object', grant: 'READ' },
  },
  { action: 's3:GetObjectAcl', on: 'object', acl: { on: 'object', grant: 'READ_ACP' } },
  { action: 's3:PutObjectAcl', on: 'object', acl: { on: 'object', grant: 'WRITE_ACP' } },
  { action: 's3:PutObject', on: 'object', acl: { on: 'bucket', grant: 'WRITE' } },
  {
    action: 's3:DeleteObject',
    versionedAction: 's3:DeleteObjectVersion',
    on: 'object',
    acl: { on: 'bucket', grant: 'WRITE' },
  },
  { action: 's3:GetObjectTagging', on: 'object' },
  { action: 's3:ListBucket', on: 'bucket', acl: { on: 'bucket', grant: 'READ' } },
  { action: 's3:GetBucketAcl', on: 'bucket', acl: { on: 'bucket', grant: 'READ_ACP' } },
  { action: 's3:PutBucketAcl', on: 'bucket', acl: { on: 'bucket', grant: 'WRITE_ACP' } },
  { action: 's3:GetBucketPolicy', on: 'bucket' },
  { action: 's3:PutBucketVersioning', on: 'bucket' },
]

const NAMES: readonly (readonly [type: string, name: string])[] = [
  ['Service', 'logging.s3.amazonaws.com'],
  ...PROVIDERS.map((provider): [string, string] => ['Federated', provider]),
  ...ACCOUNTS.flatMap((account): [string, string][] => {
    const { id, canonicalId } = account
    return [
      ['AWS', id],
      ['AWS', `arn:aws:iam::${id}:root`],
      ['AWS', `arn:aws:iam::${id}:user/jill`],
      ['AWS', `arn:aws:iam::${id}:role/reader`],
      ['AWS', roleIdOf(account)],
      ['AWS', jillOf(account).id],
      ['AWS', `arn:aws:sts::${id}:assumed-role/reader/s`],
      ['AWS', `arn:aws:sts::${id}:federated-user/fred`],
      ['CanonicalUser', canonicalId],
    ]
  }),
]
const ACTIONS = [
  's3:*',
  's3:Get*',
  's3:*Object*',
  's3:?etObject',
  's3:PutObject',
  'S3:GETOBJECT',
  's3:*Acl',
  '*',
  's3:List*',
  's3:*Bucket*',
]
const RESOURCES = [
  'arn:aws:s3:::b',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:::b*',
  'arn:aws:s3:::b/a/*',
  'arn:aws:s3:::b/*/?.txt',
]
const KEYS = ['b', 'a/1.txt', 'a/b/12.txt', 'x']
const GROUPS: readonly AclGroup[] = ['AllUsers', 'AuthenticatedUsers', 'LogDelivery']

const VALUES: Readonly<Record<string, readonly string[]>> = {
  'aws:username': ['jill', 'JILL', '*'],
  'aws:referer': ['jill', 'a*', 'abc', ''],
  's3:tlsversion': ['1.2', '1.3', '10'],
  'aws:currenttime': ['2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z'],
  'aws:securetransport': ['true', 'false'],
  'aws:sourceip': ['192.0.2.1', '198.51.100.7'],
  'aws:principalarn': ['arn:aws:iam::111111111111:user/jill', 'arn:aws:iam::222222222222:root'],
  'aws:sourcevpc': ['vpc-1'],
  's3:accesspointnetworkorigin': ['Internet', 'VPC'],
}
/** Operators, a key that they suit, and values for the policy. */
const CONDITIONS: Conditions = [
  [
    ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
    'aws:referer',
    ['jill', 'ABC', '${aws:username}', '${aws:userid}'],
  ],
  [['StringLike', 'StringNotLike'], 'aws:referer', ['a*', '?bc', '*', '${aws:username}', '${aws:userid}']],
  [['NumericLessThan', 'NumericEquals', 'NumericNotEquals'], 's3:tlsversion', ['1.2', '2', '10']],
  [['DateGreaterThan'], 'aws:currenttime', ['2024-06-01T00:00:00Z', '2023-01-01T00:00:00Z']],
  [['Bool'], 'aws:securetransport', ['true', 'false']],
  [['IpAddress', 'NotIpAddress'], 'aws:sourceip', ['192.0.2.0/24', '198.51.100.7', '128.0.0.0/1']],
  [
    ['ArnLike', 'ArnNotLike'],
    'aws:principalarn',
    ['arn:aws:iam::1*:user/*', 'arn:aws:iam::*:root', 'arn:aws:iam::*'],
  ],
  [['StringEquals'], 'aws:sourcevpc', ['vpc-1']],
  [['Null'], 'aws:referer', ['true', 'false']],
]

const WORDS: Vocabulary = { actions: ACTIONS, resources: RESOURCES, conditions: CONDITIONS }

function randomNames(random: Random): Names {
  if (random.chance(0.3)) return random.pick<Names>(['*', { AWS: '*' }])
  const names: Record<string, string[]> = {}
  // Those that NotPrincipal leaves out have to be named in all that they are.
  const { id } = random.pick(ACCOUNTS)
  const drawn = random.chance(0.2)
    ? NAMES.filter(([, name]) => name.includes(id) && random.chance(0.8))
    : random.some(NAMES, 4)
  for (const [type, name] of drawn) (names[type] ??= []).push(name)
  return drawn.length > 0 ? names : '*'
}

type Conditions = readonly (readonly [operators: readonly string[], key: string, values: readonly string[]])[]

/** What statements are made of. */
interface Vocabulary {
  readonly actions: readonly string[]
  /** Of policies that name their resources. */
  readonly resources: readonly string[]
  readonly conditions: Conditions
}

function randomCondition(random: Random, conditions: Conditions): NonNullable<RawStatement['Condition']> {
  const condition: Record<string, Record<string, readonly string[]>> = {}
  for (const [operators, key, values] of random.some(conditions, 2)) {
    let operator = random.pick(operators)
    if (operator !== 'Null' && key !== 'aws:sourcevpc') {
      if (random.chance(0.2)) operator += 'IfExists'
      if (random.chance(0.2)) operator = `${random.pick(['ForAllValues', 'ForAnyValue'])}:${operator}`
    }
    condition[operator] = { ...condition[operator], [key]: [...new Set(random.some(values, 2))] }
  }
  return condition
}

type Of = 'identity' | 'bucket' | 'role'

function randomStatement(random: Random, of: Of, words: Vocabulary): RawStatement {
  const Effect = random.chance(0.25) ? 'Deny' : 'Allow'
  const isExcepting = Effect === 'Deny' && random.chance(0.3)
  const { actions, resources, conditions } = words
  return {
    Effect,
    ...(of !== 'identity' &&
      (isExcepting ? { NotPrincipal: randomNames(random) } : { Principal: randomNames(random) })),
    ...(random.chance(0.9) ? { Action: random.some(actions, 3) } : { NotAction: random.some(actions, 2) }),
    ...(of !== 'role' &&
      (random.chance(0.9)
        ? { Resource: random.some(resources, 2) }
        : { NotResource: random.some(resources, 2) })),
    ...(random.chance(0.4) && { Condition: randomCondition(random, conditions) }),
  }
}

/** Statements that S3 would accept: its actions go with its resources. */
function randomPolicy(random: Random, of: Of, words: Vocabulary = WORDS): RawStatement[] {
  return random.some([0, 1, 2], 3).map(() => {
    for (;;) {
      const statement = randomStatement(random, of, words)
      if (of !== 'bucket' || isAccepted([statement])) return statement
    }
  })
}

/** A policy as it would be put. */
export function textOf(statements: readonly RawStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

function isAccepted(statements: readonly RawStatement[]): boolean {
  try {
    parsePolicy(textOf(statements), { kind: 'bucket', bucket: 'b' })
    return true
  } catch {
    return false
  }
}

function randomOwned(random: Random): Owned {
  const owner = random.pick(ACCOUNTS)
  const grants = random.some(ACL_PERMISSIONS, 3).map((permission): Grant => {
    const id = random.pick(ACCOUNTS).canonicalId
    const group = random.pick(GROUPS)
    return {
      permission,
      grantee: random.chance(0.5) ? { kind: 'group', group } : { kind: 'canonical-user', id },
    }
  })
  return { owner, acl: random.chance(0.6) ? grants : undefined }
}

function randomContext(random: Random, values: Readonly<Record<string, readonly string[]>>) {
  const entries = Object.entries(values).filter(() => random.chance(0.7))
  const context: Record<string, string[]> = Object.fromEntries(
    entries.map(([key, values]) => [
      key,
      random.chance(0.8) ? [random.pick(values)] : [...new Set(random.some(values, 3))],
    ]),
  )
  // A variable with several values has none, and an empty text is no value for the qualifiers.
  if ((context['aws:username']?.length ?? 0) > 1) delete context['aws:username']
  if (context['aws:referer']?.every((value) => value === '')) delete context['aws:referer']
  return context
}

const EVERYTHING: RawStatement = { Effect: 'Allow', Action: ['*'], Resource: ['*'] }

/** What the caller's own side says: of a user, of up to two groups or managed policies, a boundary, a session's policies and scopes. */
function randomOwnSide(random: Random, words: Vocabulary = WORDS) {
  const policies = (most: number) => random.some([0], most).map(() => randomPolicy(random, 'identity', words))
  return {
    identityPolicies: random.chance(0.7) ? policies(3) : [],
    boundary: random.maybe(0.3, () => randomPolicy(random, 'identity', words)),
    session: random.maybe(0.4, () => policies(2)),
    scopes: random.maybe(0.2, () => [...policies(1), ...(random.chance(0.5) ? [[EVERYTHING]] : [])]),
  }
}

/** A request to S3. */
export function randomCase(random: Random): Case {
  const rule = random.pick(RULES)
  return {
    principal: random.pick(PRINCIPALS),
    rule,
    action: random.chance(0.3) ? (rule.versionedAction ?? rule.action) : rule.action,
    resource: rule.on === 'bucket' ? 'arn:aws:s3:::b' : `arn:aws:s3:::b/${random.pick(KEYS)}`,
    context: randomContext(random, VALUES),
    ownership: random.pick(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter', 'ObjectWriter']),
    bucket: randomOwned(random),
    object: rule.on === 'object' ? random.maybe(0.8, () => randomOwned(random)) : undefined,
    bucketPolicy: random.maybe(0.6, () => randomPolicy(random, 'bucket')),
    ...randomOwnSide(random),
    block: {
      blockPublicAcls: random.chance(0.5),
      ignorePublicAcls: random.chance(0.3),
      blockPublicPolicy: random.chance(0.5),
      restrictPublicBuckets: random.chance(0.3),
    },
  }
}

const ROLE_WORDS: Vocabulary = {
  actions: ['sts:AssumeRole', 'sts:AssumeRole*', 'sts:*', 'sts:?agSession', 'STS:TAGSESSION', '*', 'iam:*'],
  resources: ['*', 'arn:aws:iam::111111111111:role/*', 'arn:aws:iam::*:role/other', 'arn:aws:iam::*:user/*'],
  conditions: [
    [
      ['StringEquals', 'StringNotEquals', 'StringLike'],
      'sts:externalid',
      ['one', 'two', 'o*', '${aws:username}'],
    ],
    [['StringEquals', 'StringLike', 'StringNotLike'], 'ci.example.com:sub', ['repo:a', 'repo:*', '*']],
    [['StringEquals'], 'ci.example.com:aud', ['holdfast', 'others']],
    [['Bool'], 'aws:multifactorauthpresent', ['true', 'false']],
    [['ArnLike', 'ArnNotLike'], 'aws:principalarn', ['arn:aws:iam::1*:user/*', 'arn:aws:iam::*:role/*']],
    [['StringEquals'], 'aws:requesttag/team', ['red', 'blue']],
    [['Null'], 'aws:sourceidentity', ['true', 'false']],
  ],
}

const ROLE_VALUES: Readonly<Record<string, readonly string[]>> = {
  'aws:username': ['one', 'jill'],
  'sts:externalid': ['one', 'two', 'three'],
  'ci.example.com:sub': ['repo:a', 'repo:b', 'x'],
  'ci.example.com:aud': ['holdfast', 'others'],
  'aws:multifactorauthpresent': ['true', 'false'],
  'aws:principalarn': ['arn:aws:iam::111111111111:user/jill', 'arn:aws:iam::222222222222:role/reader'],
  'aws:requesttag/team': ['red', 'green'],
  'aws:sourceidentity': ['jill'],
}

/** Somebody asks for a role, with its trust policy in place of a bucket's. */
export function randomRoleCase(random: Random): Case {
  const owner = random.pick(ACCOUNTS)
  const webIdentities = PROVIDERS.map((provider): Principal => ({ kind: 'web-identity', provider }))
  const actions = ['AssumeRole', 'AssumeRoleWithWebIdentity', 'TagSession', 'SetSourceIdentity'] as const
  return {
    principal: random.pick(random.chance(0.2) ? webIdentities : PRINCIPALS),
    rule: { action: 's3:GetObject', on: 'object' },
    action: `sts:${random.pick(actions)}`,
    resource: `arn:aws:iam::${owner.id}:role/other`,
    context: randomContext(random, ROLE_VALUES),
    ownership: 'BucketOwnerEnforced',
    bucket: { owner, acl: undefined },
    object: undefined,
    bucketPolicy: randomPolicy(random, 'role', ROLE_WORDS),
    ...randomOwnSide(random, ROLE_WORDS),
    block: {
      blockPublicAcls: false,
      ignorePublicAcls: false,
      blockPublicPolicy: false,
      restrictPublicBuckets: false,
    },
  }
}
