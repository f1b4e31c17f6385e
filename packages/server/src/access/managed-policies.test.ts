import { describe, expect, it } from 'vitest'
import { AWS_MANAGED_POLICIES } from './managed-policies.ts'
import { evaluatePolicy } from './policy/evaluate-policy.ts'
import { parseIamPolicy, policyCharacters } from './policy/parse-iam-policy.ts'
import { anonymous } from './principal.ts'
import { emptyContext } from './request-context.ts'

describe.each(AWS_MANAGED_POLICIES)('$name', ({ document, versionId }) => {
  it('is a policy that IAM would take', () => {
    expect(parseIamPolicy(document, 'identity').statements.length).toBeGreaterThan(0)
    expect(policyCharacters(document)).toBeLessThanOrEqual(6144)
    expect(versionId).toMatch(/^v\d+$/)
  })
})

it.each([
  ['AdministratorAccess', 'iam:CreateUser', true],
  ['PowerUserAccess', 'iam:CreateUser', false],
  ['PowerUserAccess', 'iam:ListRoles', true],
  ['PowerUserAccess', 'kms:Decrypt', true],
  ['ReadOnlyAccess', 's3:GetObject', true],
  ['ReadOnlyAccess', 's3:PutObject', false],
  ['ReadOnlyAccess', 'kms:Decrypt', false],
  ['AmazonS3FullAccess', 's3:PutObject', true],
  ['AmazonS3FullAccess', 'kms:Decrypt', false],
  ['AmazonS3ReadOnlyAccess', 's3:DeleteObject', false],
  ['IAMFullAccess', 'iam:PassRole', true],
  ['IAMReadOnlyAccess', 'iam:CreateAccessKey', false],
  ['AWSKeyManagementServicePowerUser', 'kms:CreateKey', true],
  ['AWSKeyManagementServicePowerUser', 'kms:ScheduleKeyDeletion', false],
])('%s allows %s: %s', (name, action, allowed) => {
  const text = AWS_MANAGED_POLICIES.find((policy) => policy.name === name)?.document ?? ''
  const request = { principal: anonymous, action: action.toLowerCase(), resource: '*', context: emptyContext }
  const { effect } = evaluatePolicy(parseIamPolicy(text, 'identity'), request)
  expect(effect).toBe(allowed ? 'Allow' : 'None')
})
