import { describe, expect, it } from 'vitest'
import { parsePolicy } from './parse-policy.ts'
import { isPublicPolicy } from './public-policy.ts'

const RESOURCE = 'arn:aws:s3:::b/*'

function isPublic(...changes: readonly object[]): boolean {
  const statements = changes.map((change) => ({
    Principal: '*',
    Resource: RESOURCE,
    Action: 's3:PutObject',
    Effect: 'Allow',
    ...change,
  }))
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  const policy = parsePolicy(text, { kind: 'bucket', bucket: 'b' })
  expect(isPublicPolicy(policy)).toBe(policy.isPublic)
  return policy.isPublic
}

describe('the meaning of public', () => {
  it.each<[object, boolean]>([
    // The examples of the User Guide.
    [{ Principal: { Federated: 'graph.facebook.com' } }, true],
    [{}, true],
    [{ Condition: { StringLike: { 'aws:SourceVpc': 'vpc-*' } } }, true],
    [{ Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-91237329' } } }, false],
    // Its list of principals and keys.
    [{ Principal: { AWS: '*' } }, true],
    [{ Principal: { AWS: '111122223333' } }, false],
    [{ Principal: { AWS: ['111122223333', '*'] } }, true],
    [{ Principal: { CanonicalUser: 'a'.repeat(64) } }, false],
    [{ Principal: { Service: 'cloudtrail.amazonaws.com' } }, false],
    [{ Effect: 'Deny' }, false],
    [{ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }, false],
    [{ Condition: { StringEquals: { 'AWS:sourceaccount': ['111122223333', '444455556666'] } } }, false],
    [{ Condition: { StringLike: { 'aws:SourceAccount': ['111122223333', '4*'] } } }, true],
    [{ Condition: { StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' } } }, true],
    [{ Condition: { 'ForAllValues:StringEquals': { 'aws:SourceVpce': 'vpce-1' } } }, true],
    [{ Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } }, true],
    [{ Condition: { StringEquals: { 'aws:SourceVpce': '${aws:username}' } } }, true],
    [{ Condition: { StringEquals: { 'aws:Referer': 'https://example.com' } } }, true],
    [{ Condition: { Bool: { 'aws:SecureTransport': 'true' } } }, true],
    [{ Condition: { StringLike: { 'aws:userid': 'AROLEID:*' } } }, false],
    [{ Condition: { StringLike: { 'aws:userid': '*:session' } } }, true],
    [
      {
        Condition: {
          ArnLike: { 's3:DataAccessPointArn': 'arn:aws:s3:us-west-2:123456789012:accesspoint/*' },
        },
      },
      false,
    ],
    [{ Condition: { ArnLike: { 's3:DataAccessPointArn': 'arn:aws:s3:us-west-2:*:accesspoint/*' } } }, true],
    [{ Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }, false],
    [{ Condition: { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] } } }, false],
    [{ Condition: { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '0.0.0.0/1'] } } }, true],
    [{ Condition: { IpAddress: { 'aws:SourceIp': '2001::/31' } } }, true],
    [{ Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }, true],
    [
      { Condition: { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:SourceVpc': 'vpc-1' } } },
      false,
    ],
  ])('%j: %j', (change, expected) => {
    expect(isPublic(change)).toBe(expected)
  })

  it.each([
    ['*', true],
    ['fixed', false],
  ])('access points that their own policy names: %s, public: %j', (name, expected) => {
    const [accessPoint, others] = ['fixed', name].map(
      (each) => `arn:aws:s3:us-west-2:123456789012:accesspoint/${each}`,
    )
    const Condition = { ArnLike: { 's3:DataAccessPointArn': others } }
    const Statement = {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: `${accessPoint}/object/*`,
      Condition,
    }
    const text = JSON.stringify({ Version: '2012-10-17', Statement })
    expect(parsePolicy(text, { kind: 'access-point', accessPoint: accessPoint ?? '' }).isPublic).toBe(
      expected,
    )
  })

  it('is that of its most public statement', () => {
    const cloudTrail = { Principal: { Service: 'cloudtrail.amazonaws.com' } }
    const account2 = { Principal: { AWS: '444455556666' } }
    expect(isPublic(cloudTrail, account2, {})).toBe(true)
    expect(isPublic(cloudTrail, account2)).toBe(false)
  })
})
