import { describe, expect, it } from 'vitest'
import { parseIamPolicy, policyCharacters } from './parse-iam-policy.ts'
import type { IamPolicyKind } from './policy.ts'

const messageOf = (text: string, kind: IamPolicyKind): string => {
  try {
    parseIamPolicy(text, kind)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

function refusalOf(statement: object, kind: IamPolicyKind = 'identity'): string {
  const base =
    kind === 'identity'
      ? { Effect: 'Allow', Action: 's3:*', Resource: '*' }
      : { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111111111111' } }
  return messageOf(JSON.stringify({ Version: '2012-10-17', Statement: { ...base, ...statement } }), kind)
}

describe('policies of users, groups and roles', () => {
  it.each<[statement: object, message: unknown]>([
    [{}, ''],
    [{ Sid: 'Read1', Action: ['s3:Get*', 's3-object-lambda:*', '*'] }, ''],
    [{ Resource: ['arn:aws:s3:::b/*', 'arn:*:s3:::b', 'arn:aws:iam::1:user/${aws:username}'] }, ''],
    [
      { Condition: { StringEquals: { 'token.actions.example.com:sub': 'x', 'aws:PrincipalTag/a': 'b' } } },
      '',
    ],
    [{ Action: undefined, NotAction: 'iam:*' }, ''],
    [{ Condition: { DateLessThan: { 'aws:CurrentTime': ['2024-02-29', '2026-02-28T10:00Z', '4'] } } }, ''],
    [{ Condition: { StringEquals: { 'aws:PrincipalTag/a': '2026-02-30' } } }, ''],
    [{ Condition: { DateLessThan: { 'aws:CurrentTime': '2026-02-29' } } }, 'Syntax errors in policy.'],
    [
      {
        Condition: {
          'ForAnyValue:DateEqualsIfExists': { 'aws:CurrentTime': ['2026', '2026-04-31T00:00:00Z'] },
        },
      },
      'Syntax errors in policy.',
    ],
    [{ Effect: undefined }, 'Syntax errors in policy.'],
    [{ Effect: 'allow' }, 'Syntax errors in policy.'],
    [{ Extra: 1 }, 'Syntax errors in policy.'],
    [{ Principal: '*' }, 'Policy document should not specify a principal.'],
    [{ NotPrincipal: '*' }, 'Policy document should not specify a principal.'],
    [{ Action: undefined }, 'Policy statement must contain actions.'],
    [{ Action: [] }, 'Policy statement must contain actions.'],
    [{ Action: 7 }, 'Syntax errors in policy.'],
    [{ NotAction: 's3:*' }, 'Syntax errors in policy.'],
    [{ Resource: undefined }, 'Policy statement must contain resources.'],
    [{ NotResource: '*' }, 'Syntax errors in policy.'],
    [{ Action: 'GetObject' }, 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'],
    [{ Action: 's3:Get:Object' }, 'Actions/Condition can contain only one colon.'],
    [{ Action: 's*:GetObject' }, 'Vendor s* is not valid'],
    [{ Resource: 'bucket/*' }, 'Resource bucket/* must be in ARN format or "*".'],
    [{ Resource: 'arn:aws:s3' }, 'Resource arn:aws:s3 must be in ARN format or "*".'],
    [{ Resource: 'arn:minio:s3:::b' }, 'Partition "minio" is not valid for resource "arn:minio:s3:::b".'],
    [{ Resource: 'arn::s3:::b' }, 'Partition "" is not valid for resource "arn::s3:::b".'],
    [{ Resource: 'arn:aws:s?:::b' }, 'Resource vendor must be fully qualified and cannot contain regexes.'],
    [
      { Resource: 'arn:aws:iam::1:bob' },
      expect.stringMatching(/^IAM resource path must either be "\*", root, or start with user/),
    ],
    [
      { Resource: 'arn:aws:iam:us-east-1:1:user/bob' },
      'IAM resource arn:aws:iam:us-east-1:1:user/bob cannot contain region information.',
    ],
    [
      {
        Resource: [
          'arn:aws:iam::1:root',
          'arn:aws:iam::*:*',
          'arn:aws:iam::1:us*',
          'arn:aws:iam::aws:policy/p',
        ],
      },
      '',
    ],
    [
      { Resource: 'arn:aws:s3:us-east-1::b/*' },
      'Resource arn:aws:s3:us-east-1::b/* can not contain region information.',
    ],
    [{ Resource: ['arn:aws:s3:us-east-1:1:accesspoint/a', 'arn:aws:s3:*:*:job/*'] }, ''],
    [
      { Condition: { StringEquals: { prefix: 'x' } } },
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [{ Condition: { StringIs: { 'aws:username': 'x' } } }, 'Invalid Condition type : StringIs'],
    [{ Condition: { Bool: 'x' } }, 'Syntax errors in policy.'],
    [
      { Sid: 'a b' },
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    ],
  ])('%j: %s', (statement, message) => {
    expect(refusalOf(statement)).toEqual(message)
  })

  it.each([
    ['', 'Syntax errors in policy.'],
    ['[]', 'Syntax errors in policy.'],
    ['{"Version":"2012-10-17"}', 'Syntax errors in policy.'],
    ['{"Version":"2012-10-17","Statement":[]}', 'Syntax errors in policy.'],
    ['{"Version":"2012-10-18","Statement":[]}', 'The policy must contain a valid version string.'],
    ['{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', ''],
  ])('%s: %s', (text, message) => {
    expect(messageOf(text, 'identity')).toBe(message)
  })

  it('may be long where that is white space, which is not counted', () => {
    const text = JSON.stringify({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } })
    const padded = text.replace(':', `:${' \n'.repeat(20_000)}`)
    expect(messageOf(padded, 'identity')).toBe('')
    expect(policyCharacters(padded)).toBe(text.length)
  })
})

describe('trust policies', () => {
  it.each<[statement: object, message: string]>([
    [{}, ''],
    [{ Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'] }, ''],
    [{ Principal: { Federated: 'arn:aws:iam::111111111111:oidc-provider/ci.example.com' } }, ''],
    [{ Principal: { Service: 'ec2.amazonaws.com' } }, ''],
    [{ Resource: '*' }, 'Has prohibited field Resource'],
    [{ NotResource: '*' }, 'Has prohibited field NotResource'],
    [{ Principal: undefined }, 'Missing required field Principal'],
    [{ Principal: undefined, NotPrincipal: '*' }, 'Has prohibited field NotPrincipal'],
    [{ Action: 's3:GetObject' }, 'AssumeRole policy may only specify STS AssumeRole actions.'],
    [{ Principal: { AWS: 'bob' } }, 'Invalid principal in policy: "AWS":"bob"'],
    [{ Principal: { Service: 'ec2' } }, 'Invalid principal in policy: "SERVICE":"ec2"'],
    [{ Principal: { Federated: 'x y' } }, 'Invalid principal in policy: "FEDERATED":"x y"'],
  ])('%j: %s', (statement, message) => {
    expect(refusalOf(statement, 'trust')).toBe(message)
  })

  const provider = (address: string) => ({ Federated: `arn:aws:iam::111111111111:oidc-provider/${address}` })
  const GITHUB = 'token.actions.githubusercontent.com'
  const sub = { [`${GITHUB}:sub`]: 'repo:a/b:*' }
  it.each<[Principal: object, more: object, missing?: string]>([
    [provider(GITHUB), {}, `${GITHUB}:sub`],
    [provider(GITHUB), { Condition: { StringEquals: { [`${GITHUB}:aud`]: 'sts' } } }, `${GITHUB}:sub`],
    [provider(GITHUB), { Condition: { Null: { [`${GITHUB}:sub`]: 'false' } } }, `${GITHUB}:sub`],
    [provider('gitlab.com'), { Condition: { StringLike: sub } }, 'gitlab.com:sub'],
    [provider('oidc.vercel.com'), {}, 'oidc.vercel.com:aud'],
    [provider(GITHUB), { Condition: { StringLike: sub } }],
    [provider(GITHUB), { Condition: { 'ForAnyValue:StringLike': { [`${GITHUB}:SUB`]: 'repo:a/*' } } }],
    [provider('gitlab.example.com'), {}],
    [provider(`${GITHUB}/our-company`), {}],
    [provider(GITHUB), { Effect: 'Deny' }],
    [provider(GITHUB), { Action: 'sts:TagSession' }],
  ])('of %j with %j lacks a condition on %s', (Principal, more, missing) => {
    const refusal = refusalOf({ Action: 'sts:AssumeRoleWithWebIdentity', Principal, ...more }, 'trust')
    expect(refusal).toBe(
      missing === undefined
        ? ''
        : `The trust policy must have a condition on ${missing}: others have tokens of the provider as well.`,
    )
  })
})
