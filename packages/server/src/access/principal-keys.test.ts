import { describe, expect, it } from 'vitest'
import { type Caller, callerOf, type CallersTraits } from './caller.ts'
import { decideOnService } from './decide-on-service.ts'
import { parsePolicy } from './policy/parse-policy.ts'
import type { Principal, User } from './principal.ts'
import { principalKeys } from './principal-keys.ts'
import { RequestContext } from './request-context.ts'

const account = {
  id: '111111111111',
  name: 'one',
  displayName: 'one',
  email: undefined,
  canonicalId: '1'.repeat(64),
  accessKeys: [],
}
const user: User = { kind: 'user', account, id: 'AIDAJILL00000000', name: 'team/jill' }
const role: Principal = {
  kind: 'assumed-role',
  account,
  roleId: 'AROAREADER000000',
  roleName: 'jobs/reader',
  sessionName: 'run-7',
}
const now = new Date('2026-11-28T04:00:00Z')
const session = { accessKeyId: 'ASIA0000', issuedAt: new Date('2026-11-28T03:00:00Z') }

const keysOf = (principal: Principal, traits: CallersTraits = {}): object =>
  Object.fromEntries(principalKeys({ principal, traits }, now).filter(([, value]) => value !== undefined))

describe('principalKeys', () => {
  it.each<[who: string, Principal, expected: object]>([
    [
      'a user',
      user,
      {
        'aws:PrincipalArn': 'arn:aws:iam::111111111111:user/team/jill',
        'aws:PrincipalType': 'User',
        'aws:userid': 'AIDAJILL00000000',
        'aws:username': 'jill',
      },
    ],
    [
      'a session of a role',
      role,
      {
        'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/jobs/reader',
        'aws:PrincipalType': 'AssumedRole',
        'aws:userid': 'AROAREADER000000:run-7',
      },
    ],
    [
      'a federated session',
      { kind: 'federated-user', account, name: 'fred', user },
      {
        'aws:PrincipalArn': 'arn:aws:sts::111111111111:federated-user/fred',
        'aws:PrincipalType': 'FederatedUser',
        'aws:userid': '111111111111:fred',
      },
    ],
    [
      'the root user',
      { kind: 'account', account },
      {
        'aws:PrincipalArn': 'arn:aws:iam::111111111111:root',
        'aws:PrincipalType': 'Account',
        'aws:userid': '111111111111',
      },
    ],
  ])('name %s', (_who, principal, expected) => {
    const ofAll = { 'aws:PrincipalIsAWSService': 'false', 'aws:PrincipalAccount': '111111111111' }
    expect(keysOf(principal)).toEqual({ ...ofAll, ...expected })
  })

  it('say nothing of whom an identity provider vouches for: its own keys do', () => {
    const provider = 'arn:aws:iam::111111111111:oidc-provider/ci.example.com'
    expect(keysOf({ kind: 'web-identity', provider })).toEqual({ 'aws:PrincipalIsAWSService': 'false' })
  })

  it('tell of the session that keys are of, and of long-lived keys nothing', () => {
    const mfaAt = new Date('2026-11-28T03:59:18Z')
    const traits = {
      mfaAt,
      session: { ...session, sourceIdentity: 'ann', federatedProvider: 'ci.example.com' },
    }
    expect(keysOf(role, traits)).toMatchObject({
      'aws:TokenIssueTime': '2026-11-28T03:00:00.000Z',
      'aws:MultiFactorAuthPresent': 'true',
      'aws:MultiFactorAuthAge': '42',
      'aws:SourceIdentity': 'ann',
      'aws:FederatedProvider': 'ci.example.com',
    })
    const withoutMfa = keysOf(role, { session })
    expect(withoutMfa).toMatchObject({ 'aws:MultiFactorAuthPresent': 'false' })
    expect(withoutMfa).not.toHaveProperty('aws:MultiFactorAuthAge')
    expect(keysOf(user)).not.toHaveProperty('aws:MultiFactorAuthPresent')
  })

  it('have the tags of the user, role or session', () => {
    const tags = [['team', 'red']] as const
    expect(keysOf(user, { tags })).toMatchObject({ 'aws:PrincipalTag/team': 'red' })
  })
})

describe('variables in the policies of a caller', () => {
  function may(
    statement: object,
    resource: string,
    principal: Principal,
    traits: CallersTraits = {},
  ): boolean {
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:*', ...statement }],
    })
    const policy = parsePolicy(text, { kind: 'identity' })
    const identity = [{ name: 'p', of: { kind: 'user', name: 'jill' }, policy }] as const
    const caller: Caller = { ...callerOf(principal), policies: { identity }, traits }
    const context = new RequestContext(() => principalKeys(caller, now))
    return decideOnService({ caller, action: 's3:GetObject', resource, accountId: account.id, context })
      .allowed
  }
  const home = { Resource: 'arn:aws:s3:::homes/${aws:username}/*' }

  it.each<
    [statement: object, resource: string, allowed: boolean, principal?: Principal, traits?: CallersTraits]
  >([
    [home, 'arn:aws:s3:::homes/jill/a', true],
    [home, 'arn:aws:s3:::homes/joe/a', false],
    // A role's session has no user name: the statement is about nothing then.
    [home, 'arn:aws:s3:::homes//a', false, role],
    [home, 'arn:aws:s3:::homes/${aws:username}/a', false, role],
    [
      { Resource: "arn:aws:s3:::homes/${aws:username, 'guests'}/*" },
      'arn:aws:s3:::homes/guests/a',
      true,
      role,
    ],
    [{ Resource: "arn:aws:s3:::homes/${aws:username, 'guests'}/*" }, 'arn:aws:s3:::homes/guests/a', false],
    [
      { Resource: 'arn:aws:s3:::homes/${aws:userid}/*' },
      'arn:aws:s3:::homes/AROAREADER000000:run-7/a',
      true,
      role,
    ],
    [
      { Resource: 'arn:aws:s3:::${aws:PrincipalTag/team}/*' },
      'arn:aws:s3:::red/a',
      true,
      user,
      { tags: [['team', 'red']] },
    ],
    // What a tag says is no pattern.
    [
      { Resource: 'arn:aws:s3:::${aws:PrincipalTag/team}/*' },
      'arn:aws:s3:::red/a',
      false,
      user,
      { tags: [['team', '*']] },
    ],
    [{ Resource: 'arn:aws:s3:::${aws:PrincipalTag/team}/*' }, 'arn:aws:s3:::red/a', false],
    [
      { Resource: '*', Condition: { StringEquals: { 'aws:userid': '${aws:userid}' } } },
      'arn:aws:s3:::red/a',
      true,
    ],
    [
      { Resource: '*', Condition: { StringNotEquals: { 'aws:userid': '${aws:PrincipalTag/none}' } } },
      'arn:aws:s3:::red/a',
      false,
    ],
    [
      { Resource: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
      'arn:aws:s3:::a/b',
      false,
    ],
    [
      { Resource: '*', Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } } },
      'arn:aws:s3:::a/b',
      true,
    ],
    [
      { Resource: '*', Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': '60' } } },
      'arn:aws:s3:::a/b',
      true,
      role,
      { session, mfaAt: new Date('2026-11-28T03:59:18Z') },
    ],
    // Revocation of sessions, as the console of IAM writes it.
    [
      { Resource: '*', Condition: { DateGreaterThan: { 'aws:TokenIssueTime': '2026-11-28T03:30:00Z' } } },
      'arn:aws:s3:::a/b',
      false,
      role,
      { session },
    ],
  ])('%j on %s: %s', (statement, resource, allowed, principal = user, traits = {}) => {
    expect(may(statement, resource, principal, traits)).toBe(allowed)
  })
})
