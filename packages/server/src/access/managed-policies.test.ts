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
  ['AdministratorAccess', 'iam:CreateUser', 'Allow'],
  ['PowerUserAccess', 'iam:CreateUser', 'None'],
  ['PowerUserAccess', 'iam:ListRoles', 'Allow'],
  ['PowerUserAccess', 'kms:Decrypt', 'Allow'],
  ['ReadOnlyAccess', 's3:GetObject', 'Allow'],
  ['ReadOnlyAccess', 's3:PutObject', 'None'],
  ['ReadOnlyAccess', 'kms:Decrypt', 'None'],
  ['SecurityAudit', 's3:GetBucketPolicy', 'Allow'],
  ['SecurityAudit', 'iam:GetPolicyVersion', 'Allow'],
  ['SecurityAudit', 'kms:GetKeyPolicy', 'Allow'],
  ['SecurityAudit', 's3:GetObject', 'None'],
  ['ViewOnlyAccess', 's3:ListBucket', 'Allow'],
  ['ViewOnlyAccess', 's3:GetBucketPolicy', 'None'],
  ['ViewOnlyAccess', 'iam:ListUsers', 'Allow'],
  ['AmazonS3FullAccess', 's3:PutObject', 'Allow'],
  ['AmazonS3FullAccess', 'kms:Decrypt', 'None'],
  ['AmazonS3ReadOnlyAccess', 's3:DeleteObject', 'None'],
  ['IAMFullAccess', 'iam:PassRole', 'Allow'],
  ['IAMReadOnlyAccess', 'iam:CreateAccessKey', 'None'],
  ['AWSKeyManagementServicePowerUser', 'kms:CreateKey', 'Allow'],
  ['AWSKeyManagementServicePowerUser', 'kms:ScheduleKeyDeletion', 'None'],
  ['AWSDenyAll', 's3:GetObject', 'Deny'],
])('%s says to %s: %s', (name, action, said) => {
  const text = AWS_MANAGED_POLICIES.find((policy) => policy.name === name)?.document ?? ''
  const request = { principal: anonymous, action: action.toLowerCase(), resource: '*', context: emptyContext }
  const { effect } = evaluatePolicy(parseIamPolicy(text, 'identity'), request)
  expect(effect).toBe(said)
})
