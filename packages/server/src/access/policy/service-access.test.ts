import { expect, it } from 'vitest'
import { parsePolicy } from './parse-policy.ts'
import { actionAccess, allowAny, serviceAccess } from './service-access.ts'

const says = (statement: object, service = 's3') =>
  serviceAccess(JSON.stringify({ Version: '2012-10-17', Statement: { Resource: '*', ...statement } }))(
    service,
  )

it.each([
  [true, { Action: '*' }],
  [true, { Action: 's3:*' }],
  [true, { Action: ['iam:GetUser', 'S3:Get*'] }],
  [true, { Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*', Condition: { Bool: {} } }],
  [true, { NotAction: 'iam:*' }],
  [true, { NotAction: ['s3:Get*', 's3:PutObject'] }],
  [false, { Action: 's3-object-lambda:*' }],
  [false, { Action: 'iam:*' }],
  [false, { NotAction: 's3:*' }],
  [false, { NotAction: ['iam:*', 'S3:**'] }],
  [false, { NotAction: '*' }],
])('%s: some of S3 is allowed by %o', (allowsSome, statement) => {
  expect(says({ Effect: 'Allow', ...statement })).toEqual({ allowsSome, deniesAll: false })
})

it.each([
  [true, { Action: '*' }],
  [true, { Action: ['iam:*', 's3:*'] }],
  [true, { NotAction: 'iam:*' }],
  [false, { Action: 's3:Get*' }],
  [false, { Action: 's3:*', Resource: 'arn:aws:s3:::photos/*' }],
  [false, { Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
  [false, { NotAction: ['iam:*', 's3:GetObject'] }],
  [false, { NotAction: '*' }],
  [false, { Action: 's3:*', Resource: undefined, NotResource: 'arn:aws:s3:::photos' }],
])('%s: all of S3 is denied by %o', (deniesAll, statement) => {
  expect(says({ Effect: 'Deny', ...statement })).toEqual({ allowsSome: false, deniesAll })
})

it('takes each statement, and services that are not here', () => {
  const text = JSON.stringify({
    Statement: [
      { Effect: 'Deny', Action: 'ec2:*', Resource: '*' },
      { Effect: 'Allow', Action: 'EC2:Describe*', Resource: '*' },
    ],
  })
  const access = serviceAccess(text)
  expect(access('ec2')).toEqual({ allowsSome: true, deniesAll: true })
  expect(access('s3')).toEqual({ allowsSome: false, deniesAll: false })
})

it.each([
  [true, { Effect: 'Allow', Action: 's3:Create*', Resource: 'arn:aws:s3:::photos' }],
  [true, { Effect: 'Allow', NotAction: 's3:Delete*' }],
  [false, { Effect: 'Allow', Action: 's3:CreateBucke' }],
  [false, { Effect: 'Allow', NotAction: 'S3:*Bucket' }],
])('%s: creating buckets is allowed by %o', (allowsSome, statement) => {
  const Statement = [{ Resource: '*', ...statement }]
  const policy = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), { kind: 'identity' })
  expect(actionAccess(policy)('s3:CreateBucket')).toEqual({ allowsSome, deniesAll: false })
})

it.each([
  [true, { Action: 's3:Create*' }],
  [true, { NotAction: 's3:Delete*' }],
  [false, { Action: 's3:Create*', Resource: 'arn:aws:s3:::photos' }],
  [false, { Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
  [false, { Action: 's3:Delete*' }],
])('%s: creating buckets is denied by %o', (deniesAll, statement) => {
  const Statement = [
    { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
    { Effect: 'Deny', Resource: '*', ...statement },
  ]
  const policy = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), { kind: 'identity' })
  expect(actionAccess(policy)('s3:CreateBucket')).toEqual({ allowsSome: false, deniesAll })
})

it('takes a denial of one policy against what another allows', () => {
  const [allows, denies, neither] = [
    { allowsSome: true, deniesAll: false },
    { allowsSome: false, deniesAll: true },
    { allowsSome: false, deniesAll: false },
  ] as const
  expect([
    allowAny([neither, allows]),
    allowAny([allows, denies]),
    allowAny([neither]),
    allowAny([]),
  ]).toEqual([true, false, false, false])
})
