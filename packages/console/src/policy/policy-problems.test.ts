import { expect, it } from 'vitest'
import { type PolicyKind, policyProblems } from './policy-problems.ts'

function problems(statement: object, kind: PolicyKind = 'identity'): readonly string[] {
  return policyProblems(JSON.stringify({ Statement: [statement] }), kind)
}

const FINE = { Effect: 'Allow', Action: ['s3:Get*', 'S3:putobject', 'iam:*', '*'], Resource: '*' }

it('finds nothing wrong with what is right, unfinished or empty', () => {
  const condition = {
    StringLikeIfExists: { 'aws:PrincipalTag/team': 'a' },
    'ForAnyValue:StringEquals': { 'login.example.com:sub': 'b', 's3:prefix': 'c' },
    Null: { 'aws:TokenIssueTime': 'false' },
  }
  expect(problems({ ...FINE, Condition: condition })).toEqual([])
  const session = { StringEquals: { 's3express:SessionMode': 'ReadOnly', 's3express:BucketTag/team': 'a' } }
  expect(problems({ ...FINE, Action: 's3express:CreateSession', Condition: session })).toEqual([])
  expect(problems({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }, 'trust')).toEqual([])
  for (const text of ['', '{ "Statement": [']) expect(policyProblems(text, 'bucket')).toEqual([])
})

it.each([
  [{ ...FINE, Effect: 'allow' }, 'identity', 'Effect has to be'],
  [{ ...FINE, Action: 's3express:GetObject' }, 'identity', 'no action s3express:GetObject'],
  [{ ...FINE, Action: 's3:GetObjekt' }, 'identity', 'no action s3:GetObjekt'],
  [{ ...FINE, Action: 's3:Get.*' }, 'identity', 'no action s3:Get.*'],
  [{ Effect: 'Allow', Resource: '*' }, 'identity', 'no Action'],
  [{ Effect: 'Allow', Action: 's3:*' }, 'identity', 'no Resource'],
  [FINE, 'bucket', 'no Principal'],
  [{ ...FINE, Principal: '*' }, 'identity', 'no Principal may stand here'],
  [{ ...FINE, Condition: { StringIs: { 'aws:SourceIp': '' } } }, 'identity', 'operator StringIs'],
  [{ ...FINE, Condition: { StringEquals: { 's3express:Mode': '' } } }, 'identity', 'key s3express:Mode'],
  [{ ...FINE, Condition: { IpAddress: { 'aws:SourceIP4': '' } } }, 'identity', 'key aws:SourceIP4'],
] as const)('finds what is wrong with %j', (statement, kind, found) => {
  const all = problems(statement, kind)
  expect(all.length).toBe(1)
  expect(all[0]).toContain(`Statement 1: `)
  expect(all[0]).toContain(found)
})

it('finds a policy without statements', () => {
  for (const text of ['{}', '[]', '"a"'])
    expect(policyProblems(text, 'bucket')).toEqual(['There is no Statement.'])
})
